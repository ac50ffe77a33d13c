//! TLS and TCP routes (TLS).

use super::{Dropped, Effective, FilterChain, gateway::{MergedGateways, MergedServer}};
use crate::mesh::Proxy;

#[derive(Debug, Default)]
pub(super) struct TakenNames {}

pub(super) struct Chains {
    pub(super) chains: Vec<FilterChain>,
    pub(super) dropped: Vec<Dropped>,
}

pub(super) fn gateway_chains(
    _effective: &Effective,
    _proxy: &Proxy,
    _server: &MergedServer<'_>,
    _merged: &MergedGateways<'_>,
    _taken: &mut TakenNames,
) -> Chains {
    Chains { chains: Vec::new(), dropped: Vec::new() }
}
