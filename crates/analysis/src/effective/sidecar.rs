//! Route configurations of sidecars (SC).

use super::{Effective, ProxyConfig};
use crate::mesh::Proxy;

pub(super) fn build(_effective: &Effective, proxy: &Proxy) -> ProxyConfig {
    ProxyConfig { proxy: proxy.clone(), listeners: Vec::new(), route_configs: Vec::new(), dropped: Vec::new() }
}
