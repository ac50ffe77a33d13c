//! What a sidecar imports (SC-1 to SC-7).

use std::rc::Rc;
use super::Effective;
use crate::mesh::{Proxy, ServiceId};

pub(super) struct Scope {}

impl Scope {
    pub(super) fn new(_effective: &Effective, _proxy: &Proxy) -> Self { Scope {} }
    pub(super) fn all_services(&self) -> Vec<ServiceId> { Vec::new() }
    pub(super) fn cluster_ports(&self) -> Vec<(ServiceId, Option<Vec<u32>>)> { Vec::new() }
    pub(super) fn has(&self, _id: ServiceId) -> bool { true }
}

impl Effective {
    pub(super) fn scope(&self, proxy: &Proxy) -> Rc<Scope> { Rc::new(Scope::new(self, proxy)) }
}
