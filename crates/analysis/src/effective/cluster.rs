//! Clusters: which a proxy has, and how each chooses endpoints and limits itself (SUB-3, DR-10, DR-11).

use std::collections::HashSet;

use super::{ClusterRef, Effective, MergedRule, policy::EffectivePolicy, sidecar_for};
use crate::{
    Profile,
    mesh::{Protocol, Proxy, ProxyKind, Resolution, Service, ServiceId},
    resource::{Duration, ResourceId, destination_rule::OutlierDetection},
};

/// A cluster of a proxy.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// Envoy's name: `outbound|port|subset|host`.
    pub name: String,
    /// The service.
    pub service: ServiceId,
    /// The port.
    pub port: u32,
    /// The subset; empty for the service as a whole.
    pub subset: String,
    /// How endpoints are chosen.
    pub lb_policy: LbPolicy,
    /// The first of the DestinationRules that apply.
    pub rule: Option<ResourceId>,
    /// Circuit breaker values that differ from Envoy's or Istio's unlimited ones.
    pub limits: Limits,
    /// When endpoints are left out.
    pub outliers: Option<Outliers>,
}

/// How endpoints are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LbPolicy {
    /// The one of two with fewer requests.
    LeastRequest,
    /// In turn.
    RoundRobin,
    /// At random.
    Random,
    /// By a ring of hashes.
    RingHash,
    /// By Maglev's table.
    Maglev,
    /// Where the connection went.
    ClusterProvided,
    /// The same, as 1.1 names it.
    OriginalDst,
}

impl LbPolicy {
    /// Envoy's name.
    pub fn as_str(self) -> &'static str {
        match self {
            LbPolicy::LeastRequest => "LEAST_REQUEST",
            LbPolicy::RoundRobin => "ROUND_ROBIN",
            LbPolicy::Random => "RANDOM",
            LbPolicy::RingHash => "RING_HASH",
            LbPolicy::Maglev => "MAGLEV",
            LbPolicy::ClusterProvided => "CLUSTER_PROVIDED",
            LbPolicy::OriginalDst => "ORIGINAL_DST_LB",
        }
    }
}

/// Circuit breaker values; none where there is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Limits {
    /// Connections at once.
    pub max_connections: Option<u32>,
    /// Requests that wait for a connection.
    pub max_pending_requests: Option<u32>,
    /// Requests at once.
    pub max_requests: Option<u32>,
    /// Repetitions at once.
    pub max_retries: Option<u32>,
}

/// When endpoints are left out, in Envoy's terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Outliers {
    /// 5xx in a row.
    pub consecutive_5xx: Option<u32>,
    /// Whether those count, in percent.
    pub enforcing_consecutive_5xx: Option<u32>,
    /// Gateway errors in a row.
    pub consecutive_gateway_failure: Option<u32>,
    /// Whether those count, in percent.
    pub enforcing_consecutive_gateway_failure: Option<u32>,
    /// Local failures in a row.
    pub consecutive_local_origin_failure: Option<u32>,
    /// Whether those count, in percent.
    pub enforcing_consecutive_local_origin_failure: Option<u32>,
    /// Whether rates of local success count, in percent.
    pub enforcing_local_origin_success_rate: Option<u32>,
    /// Whether rates of success count, in percent.
    pub enforcing_success_rate: Option<u32>,
    /// Whether local failures are counted apart.
    pub split_external_local_origin_errors: bool,
    /// How often endpoints are looked at.
    pub interval: Option<Duration>,
    /// How long an endpoint stays out.
    pub base_ejection_time: Option<Duration>,
    /// The share that may be out.
    pub max_ejection_percent: Option<u32>,
}

/// Whether a cluster that a route names is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClusterState {
    /// It is.
    Exists,
    /// It would be if the service, which the input does not hold, exists as assumed.
    Assumed,
    /// It is not: requests get 503, connections are closed (SUB-3).
    Missing(Missing),
}

/// Why a cluster is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The Sidecar lets out only connections to services that it knows (SC-13).
    Blocked,
    /// No service has the host.
    Host,
    /// A service has the host, but this proxy does not see or import it.
    HostHidden,
    /// The service lacks the port.
    Port,
    /// No DestinationRule applies to the service here.
    SubsetWithoutRule,
    /// The DestinationRules that apply do not define the subset.
    Subset {
        /// The first of them.
        rule: ResourceId,
    },
}

impl Effective {
    /// The services that a proxy has clusters for.
    pub fn services_for(&self, proxy: &Proxy) -> Vec<ServiceId> {
        match proxy.kind {
            ProxyKind::Gateway => {
                let visible = |id: &ServiceId| self.mesh.service(*id).visibility.to(&proxy.namespace);
                (0..self.mesh.services.len() as u32).map(ServiceId).filter(visible).collect()
            }
            ProxyKind::Sidecar => self.scope(proxy).all_services(),
        }
    }

    /// Whether a proxy knows a service: it sees it and, where it is a sidecar, imports it (SC-4, SC-7, SC-15).
    pub(crate) fn imports(&self, proxy: &Proxy, id: ServiceId) -> bool {
        let service = self.mesh.service(id);
        match proxy.kind {
            ProxyKind::Gateway => service.visibility.to(&proxy.namespace),
            ProxyKind::Sidecar if sidecar_for(&self.mesh, proxy).is_none() => {
                self.mesh.visible_service(&service.host, &proxy.namespace) == Some(id)
            }
            ProxyKind::Sidecar => self.scope(proxy).has(id),
        }
    }

    /// Every cluster of a proxy, by name.
    pub fn clusters(&self, proxy: &Proxy) -> Vec<Cluster> {
        let mut out = Vec::new();
        let mut seen = HashSet::new();
        for (id, ports) in self.cluster_ports(proxy) {
            let service = self.mesh.service(id);
            if service.resolution == Resolution::Alias {
                continue;
            }
            let rule = self.policies.rule_for(&self.mesh, proxy, service);
            let subsets = rule.map(|rule| rule.subset_names(&self.mesh)).unwrap_or_default();
            for port in
                service.ports.iter().filter(|port| ports.as_ref().is_none_or(|it| it.contains(&port.number)))
            {
                if port.protocol == Protocol::Udp {
                    continue;
                }
                for subset in std::iter::once("").chain(subsets.iter().copied()) {
                    let name = format!("outbound|{}|{subset}|{}", port.number, service.host);
                    if seen.insert(name.clone()) {
                        out.push(self.cluster(
                            name,
                            id,
                            port.number,
                            subset,
                            rule.map(|rule| &**rule),
                            proxy.kind,
                        ));
                    }
                }
            }
        }
        out.sort_by(|a, b| a.name.cmp(&b.name));
        out
    }

    /// The services of a proxy with the ports it has clusters for; all ports where none are listed.
    fn cluster_ports(&self, proxy: &Proxy) -> Vec<(ServiceId, Option<Vec<u32>>)> {
        match proxy.kind {
            ProxyKind::Gateway => self.services_for(proxy).into_iter().map(|id| (id, None)).collect(),
            ProxyKind::Sidecar => self.scope(proxy).cluster_ports(),
        }
    }

    fn cluster(
        &self,
        name: String,
        id: ServiceId,
        port: u32,
        subset: &str,
        rule: Option<&MergedRule>,
        kind: ProxyKind,
    ) -> Cluster {
        let service = self.mesh.service(id);
        let policy = rule.map(|rule| rule.effective(&self.mesh, port, subset)).unwrap_or_default();
        Cluster {
            name,
            service: id,
            port,
            subset: subset.to_owned(),
            lb_policy: lb_policy(&policy, service, kind, &self.mesh.profile),
            rule: rule.map(|rule| rule.first),
            limits: limits(&policy, &self.mesh.profile),
            outliers: policy.outlier_detection.map(|detection| outliers(detection, &self.mesh.profile)),
        }
    }

    /// The cluster that a route names, if the proxy has it.
    pub fn find_cluster(&self, proxy: &Proxy, cluster: &ClusterRef) -> Result<Cluster, Missing> {
        let in_scope = |id: &ServiceId| match proxy.kind {
            ProxyKind::Gateway => self.mesh.service(*id).visibility.to(&proxy.namespace),
            ProxyKind::Sidecar => self.scope(proxy).has(*id),
        };
        let known = self.mesh.services_of(&cluster.host);
        if known.is_empty() {
            return Err(Missing::Host);
        }
        let here: Vec<ServiceId> = known.iter().copied().filter(in_scope).collect();
        if here.is_empty() {
            return Err(Missing::HostHidden);
        }
        let with_port = here.iter().copied().find(|&id| {
            let port = self.mesh.service(id).port(cluster.port);
            let imported = proxy.kind == ProxyKind::Gateway || self.scope(proxy).has_port(id, cluster.port);
            port.is_some_and(|port| port.protocol != Protocol::Udp) && imported
        });
        let Some(id) = with_port else {
            let anything = here.iter().any(|&id| self.mesh.service(id).assumed());
            return if anything { self.assumed_cluster(proxy, here[0], cluster) } else { Err(Missing::Port) };
        };
        self.assumed_cluster(proxy, id, cluster)
    }

    fn assumed_cluster(
        &self,
        proxy: &Proxy,
        id: ServiceId,
        cluster: &ClusterRef,
    ) -> Result<Cluster, Missing> {
        let service = self.mesh.service(id);
        let rule = self.policies.rule_for(&self.mesh, proxy, service);
        if !cluster.subset.is_empty() {
            let Some(rule) = rule else { return Err(Missing::SubsetWithoutRule) };
            if rule.subset(&self.mesh, &cluster.subset).is_none() {
                return Err(Missing::Subset { rule: rule.first });
            }
        }
        Ok(self.cluster(
            cluster.name.clone(),
            id,
            cluster.port,
            &cluster.subset,
            rule.map(|rule| &**rule),
            proxy.kind,
        ))
    }

    /// Whether a cluster that a route names is there.
    pub fn cluster_state(&self, proxy: &Proxy, cluster: &ClusterRef) -> ClusterState {
        if cluster.name == super::PASSTHROUGH {
            return ClusterState::Exists;
        }
        if cluster.name == super::BLACKHOLE {
            // A service's port by its name leads nowhere in 1.1 (SUB-1).
            let missing = if cluster.host.is_empty() { Missing::Blocked } else { Missing::Port };
            return ClusterState::Missing(missing);
        }
        match self.find_cluster(proxy, cluster) {
            Ok(found) if self.mesh.service(found.service).assumed() => ClusterState::Assumed,
            Ok(_) => ClusterState::Exists,
            Err(missing) => ClusterState::Missing(missing),
        }
    }
}

fn lb_policy(
    policy: &EffectivePolicy<'_>,
    service: &Service,
    kind: ProxyKind,
    profile: &Profile,
) -> LbPolicy {
    let default = if profile.least_request_default { LbPolicy::LeastRequest } else { LbPolicy::RoundRobin };
    let original =
        if profile.least_request_default { LbPolicy::ClusterProvided } else { LbPolicy::OriginalDst };
    let passes_through = service.resolution == Resolution::Passthrough
        && (kind == ProxyKind::Sidecar || !profile.gateways_resolve_all);
    if passes_through && (profile.original_destination_kept || policy.load_balancer.is_none()) {
        return original;
    }
    let Some(balancer) = policy.load_balancer else { return default };
    if let Some(hash) = &balancer.consistent_hash {
        return if hash.maglev.is_some() { LbPolicy::Maglev } else { LbPolicy::RingHash };
    }
    match balancer.simple.as_ref().map(|simple| simple.value.as_str()) {
        Some("LEAST_CONN" | "LEAST_REQUEST") => LbPolicy::LeastRequest,
        Some("RANDOM") => LbPolicy::Random,
        Some("ROUND_ROBIN") => LbPolicy::RoundRobin,
        Some("PASSTHROUGH") => original,
        _ => default,
    }
}

fn limits(policy: &EffectivePolicy<'_>, profile: &Profile) -> Limits {
    let positive = |value: &Option<pilothouse_syntax::Spanned<i64>>| {
        value.as_ref().and_then(|it| u32::try_from(it.value).ok()).filter(|&it| it > 0)
    };
    let mut limits = Limits::default();
    if !profile.unlimited_by_default {
        limits.max_retries = Some(1024);
    }
    let Some(pool) = policy.connection_pool else { return limits };
    if let Some(http) = &pool.http {
        limits.max_pending_requests = positive(&http.http1_max_pending_requests);
        limits.max_requests = positive(&http.http2_max_requests);
        limits.max_retries = positive(&http.max_retries).or(limits.max_retries);
    }
    limits.max_connections = pool.tcp.as_ref().and_then(|tcp| positive(&tcp.max_connections));
    limits
}

fn outliers(detection: &OutlierDetection, profile: &Profile) -> Outliers {
    let number = |value: &Option<pilothouse_syntax::Spanned<i64>>| {
        value.as_ref().and_then(|it| u32::try_from(it.value).ok())
    };
    let enforcing = |errors: Option<u32>| errors.map(|errors| if errors > 0 { 100 } else { 0 });
    let time = |value: &Option<pilothouse_syntax::Spanned<Duration>>| value.as_ref().map(|it| it.value);
    let mut out = Outliers {
        interval: time(&detection.interval),
        base_ejection_time: time(&detection.base_ejection_time),
        max_ejection_percent: number(&detection.max_ejection_percent).filter(|&it| it > 0),
        ..Outliers::default()
    };
    if !profile.unlimited_by_default {
        // 1.1 counts gateway errors only, under the older name.
        let errors = number(&detection.consecutive_errors).filter(|&it| it > 0);
        out.consecutive_gateway_failure = errors;
        out.enforcing_consecutive_gateway_failure = errors.map(|_| 100);
        out.enforcing_consecutive_5xx = errors.map(|_| 0);
        return out;
    }
    out.enforcing_success_rate = Some(0);
    out.consecutive_5xx = number(&detection.consecutive_5xx_errors);
    out.enforcing_consecutive_5xx = enforcing(out.consecutive_5xx);
    out.consecutive_gateway_failure = number(&detection.consecutive_gateway_errors);
    out.enforcing_consecutive_gateway_failure = enforcing(out.consecutive_gateway_failure);
    if detection.split_external_local_origin_errors.as_ref().is_some_and(|it| it.value) {
        out.split_external_local_origin_errors = true;
        out.enforcing_local_origin_success_rate = Some(0);
        out.consecutive_local_origin_failure =
            number(&detection.consecutive_local_origin_failures).filter(|&it| it > 0);
        out.enforcing_consecutive_local_origin_failure = out.consecutive_local_origin_failure.map(|_| 100);
    }
    out
}
