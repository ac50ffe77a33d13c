//! Where connections to a host go from a sidecar's workload, as far as the input tells.

use super::Effective;
use crate::mesh::{
    Network, Proxy, Registry, Service, host,
    names::{CLUSTER_DOMAIN, service_host},
};

/// What a host stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// An address.
    Known(Network),
    /// The address of a Service, or of one of its pods, which the input does not tell.
    Service(String),
    /// Some address in the networks of a service.
    Inside(Vec<Network>),
    /// Some other address, which only the DNS tells.
    Unknown,
}

/// How many ExternalName Services are followed.
const MAX_ALIASES: usize = 8;

impl Effective {
    /// What a host stands for in the workloads of a sidecar's namespace: an address, else a Service by its name or a
    /// short form of it, else what a ServiceEntry says.
    pub fn address(&self, proxy: &Proxy, hostname: &str) -> Address {
        let mut name = hostname.trim_end_matches('.').to_lowercase();
        for _ in 0..MAX_ALIASES {
            let literal = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(&name);
            if let Some(address) = Network::parse(literal).filter(|it| it.is_address()) {
                return Address::Known(address);
            }
            let service = self.cluster_service(&proxy.namespace, &name);
            match service.or_else(|| self.outside_service(&proxy.namespace, &name)) {
                None => return Address::Unknown,
                Some(Service { alias_of: Some(target), .. }) => target.to_lowercase().clone_into(&mut name),
                Some(service) => return of_service(service),
            }
        }
        Address::Unknown
    }

    /// The Service that the cluster's DNS finds by a name: with the domains of the namespace behind it, then as it is.
    fn cluster_service(&self, namespace: &str, name: &str) -> Option<&Service> {
        let names = [
            service_host(name, namespace),
            format!("{name}.svc.{CLUSTER_DOMAIN}"),
            format!("{name}.{CLUSTER_DOMAIN}"),
            name.to_owned(),
        ];
        let services =
            names.iter().flat_map(|name| self.mesh.services_of(name)).map(|&id| self.mesh.service(id));
        services.into_iter().find(|service| service.registry == Registry::Kubernetes)
    }

    /// The ServiceEntry that is for a name, exactly or as the longest wildcard.
    fn outside_service(&self, namespace: &str, name: &str) -> Option<&Service> {
        if let Some(id) = self.mesh.visible_service(name, namespace) {
            return Some(self.mesh.service(id));
        }
        let covers = |service: &&Service| {
            host::is_wildcard(&service.host)
                && service.visibility.to(namespace)
                && host::subset_of(name, &service.host.to_lowercase())
        };
        self.mesh.services.iter().filter(covers).max_by_key(|service| service.host.len())
    }
}

fn of_service(service: &Service) -> Address {
    match Place::of(service) {
        Place::Addresses(own) => match own.first().and_then(|own| Network::parse(own)) {
            Some(address) => Address::Known(address),
            None => Address::Service(service.host.clone()),
        },
        Place::Networks(own) => Address::Inside(own.iter().filter_map(|text| Network::parse(text)).collect()),
        Place::Anywhere => Address::Unknown,
    }
}

/// Where connections to a service arrive.
pub(super) enum Place {
    /// At its own addresses.
    Addresses(Vec<String>),
    /// At every address, told apart by networks.
    Networks(Vec<String>),
    /// At every address.
    Anywhere,
}

impl Place {
    pub(super) fn of(service: &Service) -> Place {
        let is_address = |text: &String| Network::parse(text).is_some_and(Network::is_address);
        let bare = |text: &String| text.split('/').next().unwrap_or_default().to_owned();
        match service.addresses.first() {
            Some(first) if is_address(first) => {
                Place::Addresses(service.addresses.iter().filter(|it| is_address(it)).map(bare).collect())
            }
            Some(_) => Place::Networks(service.addresses.clone()),
            // Every Service of a cluster has an address, and a headless one those of its pods.
            None if service.registry == Registry::Kubernetes => Place::Addresses(vec![service.host.clone()]),
            None => Place::Anywhere,
        }
    }
}
