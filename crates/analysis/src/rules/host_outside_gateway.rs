mod served;

use std::collections::BTreeSet;

use served::Served;

use super::{Label, Rule, RuleContext, Severity, words};
use crate::{
    Analysis,
    effective::Origin,
    mesh::{Mesh, host, names},
    resource::ResourceId,
};

pub(super) static RULE: Rule = Rule {
    code: "host-outside-gateway",
    severity: Severity::Error,
    aliases: &["IST0132"],
    docs: include_str!("host_outside_gateway.md"),
    check,
};

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    let mesh = &analysis.effective.mesh;
    let served = Served::by_gateways(mesh);
    for &id in &mesh.virtual_services {
        let bound = bound(mesh, id);
        let known: Vec<&str> =
            bound.iter().map(String::as_str).filter(|gateway| mesh.has_gateway(gateway)).collect();
        let hosts = mesh.hosts(id);
        let namespace = &mesh.resource(id).key.namespace;
        let fits = |gateway: &str, host: &str| served.fits(gateway, host, namespace);
        let (with, without): (Vec<&str>, Vec<&str>) =
            known.iter().partition(|gateway| hosts.iter().any(|host| fits(gateway, host)));
        let elsewhere = !with.is_empty() || bound.len() > known.len();
        for gateway in &without {
            report(
                analysis,
                cx,
                &served,
                Outside { id, gateways: &[*gateway], hosts: hosts.iter().collect(), elsewhere },
            );
        }
        // A host may be for the mesh, or for a gateway that the input does not hold.
        let lost: Vec<&String> =
            hosts.iter().filter(|host| !with.iter().any(|gateway| fits(gateway, host))).collect();
        if !with.is_empty() && !lost.is_empty() && bound.len() == known.len() {
            // A service that is named beside served hosts loses nothing on the gateway.
            let elsewhere = lost.iter().all(|host| is_service(host));
            report(analysis, cx, &served, Outside { id, gateways: &with, hosts: lost, elsewhere });
        }
    }
}

/// Whether a host is that of a service of the cluster.
fn is_service(host: &str) -> bool {
    host.ends_with(names::CLUSTER_DOMAIN)
}

/// The gateways that a VirtualService is bound to, `mesh` included, each once.
fn bound(mesh: &Mesh, id: ResourceId) -> BTreeSet<String> {
    let namespace = &mesh.resource(id).key.namespace;
    let gateways = mesh.virtual_service(id).gateways.iter();
    gateways.map(|gateway| names::gateway_reference(&gateway.value, namespace).into_owned()).collect()
}

/// Hosts of a VirtualService that no server of some Gateways has.
struct Outside<'a> {
    id: ResourceId,
    gateways: &'a [&'a str],
    hosts: Vec<&'a String>,
    /// Whether the VirtualService is served elsewhere.
    elsewhere: bool,
}

fn report(analysis: &Analysis, cx: &mut RuleContext<'_>, served: &Served, outside: Outside<'_>) {
    let mesh = &analysis.effective.mesh;
    let Outside { id, gateways, hosts, elsewhere } = outside;
    let resource = mesh.resource(id);
    let ids: Vec<ResourceId> = gateways.iter().filter_map(|gateway| served.id(gateway)).collect();
    let theirs: Vec<&str> = ids
        .iter()
        .flat_map(|&id| &mesh.gateway(id).servers)
        .flat_map(|server| server.hosts.iter().map(|host| host.value.as_str()))
        .collect();
    let places: Vec<Origin> = mesh
        .virtual_service(id)
        .hosts
        .iter()
        .zip(mesh.hosts(id))
        .filter(|(_, full)| hosts.contains(full))
        .map(|(clause, _)| Origin { resource: id, range: clause.range })
        .collect();
    let Some((&first, others)) = places.split_first() else { return };
    let names = words::names(mesh, ids.iter().copied());
    let gateway = words::plural(ids.len(), "Gateway", "Gateways");
    let shown = words::quoted(hosts.iter().map(|host| host.as_str()));
    let (why, help) = cause(mesh, served, gateways, id, &hosts);
    let (does, have) = words::plural(ids.len(), ("does", "its servers have"), ("do", "their servers have"));
    let message = format!(
        "{gateway} {names} {does} not serve {shown} of {}: {have} {}.{why}",
        words::called(resource),
        words::quoted(theirs.iter().copied()),
    );
    let finding = cx.report(Label::at(analysis, first, ""), message);
    if elsewhere {
        finding.severity = Severity::Warning;
    }
    finding.related = others.iter().map(|place| Label::at(analysis, *place, "nor for this one")).collect();
    finding.related.extend(ids.iter().map(|&id| Label::named(analysis, id, "has other hosts")));
    let inside = hosts.iter().all(|host| is_service(host));
    finding.help =
        Some(if inside { "Add `mesh` to `gateways`, or take the host out.".to_owned() } else { help });
    finding.ids = vec!["BIND-7", "HOST-3"];
}

/// Why a host is not served that looks as if it were, and what to do.
fn cause(
    mesh: &Mesh,
    served: &Served,
    gateways: &[&str],
    id: ResourceId,
    hosts: &[&String],
) -> (String, String) {
    let own = &mesh.resource(id).key.namespace;
    let everyone =
        |host: &str| gateways.iter().flat_map(|gateway| served.namespaces(gateway, host)).collect::<Vec<_>>();
    for host in hosts {
        let namespaces: Vec<&str> = everyone(host).into_iter().flatten().collect();
        if !namespaces.is_empty() {
            let others = words::or(words::distinct(namespaces).into_iter().map(|it| format!("`{it}`")));
            return (
                format!(
                    " What stands before the `/` is the namespace that may use a host: {others}, not `{own}`."
                ),
                format!(
                    "Put `{own}/` or `*/` before the host in the Gateway, or move the VirtualService to {others}."
                ),
            );
        }
        if host.to_lowercase() != **host && !everyone(&host.to_lowercase()).is_empty() {
            return (
                " Capitals count here, though they do not in requests.".to_owned(),
                format!("Write `{}`.", host.to_lowercase()),
            );
        }
        let below = format!("*.{host}");
        if !host::is_wildcard(host) && gateways.iter().any(|gateway| served.has(gateway, &below)) {
            return (
                format!(" `{below}` stands for names below `{host}`, not for itself."),
                format!("Give the server of the Gateway the host `{host}` as well."),
            );
        }
    }
    let short = mesh.virtual_service(id).hosts.iter().zip(mesh.hosts(id));
    let mut short = short.filter(|(clause, full)| hosts.contains(full) && clause.value != **full);
    if let Some((clause, full)) = short.next() {
        return (
            format!(" `{}` without a dot is a service: `{full}`.", clause.value),
            "Write the host that clients ask for.".to_owned(),
        );
    }
    let help = "Give the host to a server of the Gateway, or write a host that one of its servers has.";
    (String::new(), help.to_owned())
}
