//! Destinations with their shares and whether they are there.

use pilothouse_analysis::{
    effective::{
        BLACKHOLE, ClusterRef, PortSource, WeightedCluster,
        cluster::{ClusterState, Missing},
    },
    mesh::{Proxy, names::CLUSTER_DOMAIN},
};

use crate::{model::DestinationCell, places::Places, words};

/// The cells of clusters that share requests by weight, as seen from `namespace`.
pub(crate) fn cells(
    places: &Places<'_>,
    proxy: &Proxy,
    namespace: &str,
    clusters: &[WeightedCluster],
) -> Vec<DestinationCell> {
    let total: f64 = clusters.iter().map(|cluster| f64::from(cluster.weight)).sum();
    let share = |weight: u32| match clusters {
        [_] => 100.0,
        _ if total > 0.0 => f64::from(weight) * 100.0 / total,
        _ => 0.0,
    };
    clusters
        .iter()
        .map(|weighted| cell(places, proxy, namespace, &weighted.cluster, share(weighted.weight)))
        .collect()
}

fn cell(
    places: &Places<'_>,
    proxy: &Proxy,
    namespace: &str,
    cluster: &ClusterRef,
    percent: f64,
) -> DestinationCell {
    let (state, why) = match places.analysis.effective.cluster_state(proxy, cluster) {
        ClusterState::Exists => ("exists", None),
        ClusterState::Assumed => (
            "assumed",
            Some(format!(
                "The input does not hold the service `{}`; it is assumed to exist with port {}.",
                cluster.host, cluster.port
            )),
        ),
        ClusterState::Missing(missing) => ("missing", Some(why(places, cluster, &missing))),
    };
    DestinationCell {
        host: cluster.host.clone(),
        short: match cluster.host.as_str() {
            "" if cluster.name == BLACKHOLE => "nowhere".to_owned(),
            "" => "the address that was asked for".to_owned(),
            host => short(host, namespace),
        },
        subset: cluster.subset.clone(),
        port: cluster.port,
        cluster: cluster.name.clone(),
        percent,
        state: state.to_owned(),
        why,
        origin: cluster.origin.map(|origin| places.place(origin)),
    }
}

/// `cart` seen from its own namespace, `cart.shop` from another; other hosts as they are.
pub(crate) fn short(host: &str, namespace: &str) -> String {
    let service = host.strip_suffix(CLUSTER_DOMAIN).and_then(|rest| rest.strip_suffix(".svc."));
    match service.and_then(|service| service.split_once('.')) {
        Some((name, owner)) if owner == namespace => name.to_owned(),
        Some((name, owner)) => format!("{name}.{owner}"),
        None => host.to_owned(),
    }
}

pub(crate) fn why(places: &Places<'_>, cluster: &ClusterRef, missing: &Missing) -> String {
    let host = &cluster.host;
    match missing {
        Missing::Blocked => {
            "The Sidecar lets out only connections to services that it knows (REGISTRY_ONLY).".to_owned()
        }
        Missing::Host => {
            format!(
                "No Service or ServiceEntry of the input has the host `{host}`, so there is no cluster for it."
            )
        }
        Missing::HostHidden => {
            format!(
                "`{host}` exists, but this proxy does not see it: its exportTo or a Sidecar keeps it away."
            )
        }
        Missing::Port => {
            let ports = places.mesh().services_of(host).first().map(|&id| &places.mesh().service(id).ports);
            let ports = ports.into_iter().flatten().map(|port| port.number.to_string()).collect::<Vec<_>>();
            let given = match cluster.port_source {
                PortSource::Listener => {
                    "the destination names no port, so that of the listener is taken, and "
                }
                PortSource::Written | PortSource::OnlyPort => "",
            };
            let sentence =
                format!("{given}`{host}` has no port {}, only {}.", cluster.port, words::list(&ports, "and"));
            words::capitalised(&sentence)
        }
        Missing::SubsetWithoutRule => format!(
            "No DestinationRule that this proxy sees applies to `{host}`, so it has no subset `{}`.",
            cluster.subset
        ),
        Missing::Subset { rule } => format!(
            "The DestinationRule `{}` applies to `{host}` and does not define the subset `{}`.",
            places.name(*rule),
            cluster.subset
        ),
    }
}
