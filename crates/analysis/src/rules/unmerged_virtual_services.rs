use std::collections::{BTreeMap, BTreeSet};

use super::{Label, Rule, RuleContext, Severity, sidecars::Sidecars, words};
use crate::{
    Analysis,
    effective::{Client, DropReason, Dropped, Origin, RouteConfig},
    mesh::{Mesh, Proxy, Visibility, names::MESH},
    resource::ResourceId,
};

pub(super) static RULE: Rule = Rule {
    code: "unmerged-virtual-services",
    severity: Severity::Error,
    aliases: &["IST0109", "KIA1106"],
    docs: include_str!("unmerged_virtual_services.md"),
    check,
};

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    let sidecars = Sidecars::new(analysis);
    if analysis.effective.mesh.profile.sidecar_domains_unique {
        lost_hosts(analysis, cx, &sidecars);
    } else {
        refused_routes(analysis, cx, &sidecars);
    }
}

/// The hosts that several mesh VirtualServices have.
fn contested(mesh: &Mesh) -> BTreeMap<&str, BTreeSet<ResourceId>> {
    let mut out: BTreeMap<&str, BTreeSet<ResourceId>> = BTreeMap::new();
    for &id in mesh.bound_to(MESH) {
        for host in mesh.hosts(id) {
            out.entry(host).or_default().insert(id);
        }
    }
    out.retain(|_, ids| ids.len() > 1);
    out
}

/// The first claim of a host wins (SC-9). A host is settled with the first sidecar that shows who loses it.
fn lost_hosts(analysis: &Analysis, cx: &mut RuleContext<'_>, sidecars: &Sidecars<'_>) {
    let mesh = &analysis.effective.mesh;
    let mut open = contested(mesh);
    for proxy in sidecars.all() {
        let sees = |id: &&ResourceId| mesh.visibility(**id).to(&proxy.namespace);
        if !open.values().any(|ids| ids.iter().filter(sees).count() > 1) {
            continue;
        }
        let Some(config) = sidecars.config(proxy) else { break };
        let mut losses: BTreeMap<(ResourceId, ResourceId), Vec<Loss>> = BTreeMap::new();
        let mut settled = BTreeSet::new();
        for dropped in &config.dropped {
            let Some(loss) = loss(mesh, dropped) else { continue };
            if open.contains_key(loss.host.as_str()) {
                settled.insert(loss.host.clone());
                losses.entry((loss.lost.resource, loss.kept.resource)).or_default().push(loss);
            }
        }
        open.retain(|host, _| !settled.contains(*host));
        for (pair, losses) in losses {
            report_loss(analysis, cx, proxy, pair, &losses);
        }
    }
}

/// A host that one VirtualService leaves to another.
struct Loss {
    host: String,
    written: String,
    lost: Origin,
    kept: Origin,
}

fn loss(mesh: &Mesh, dropped: &Dropped) -> Option<Loss> {
    if !matches!(dropped.reason, DropReason::HostClaimed { .. } | DropReason::MoreSpecific { .. }) {
        return None;
    }
    let (loser, winner) = (dropped.origin.resource, dropped.winner?.resource);
    let clauses = &mesh.virtual_service(loser).hosts;
    let at = clauses.iter().position(|clause| clause.range == dropped.origin.range)?;
    let host = mesh.hosts(loser).get(at)?;
    // A wildcard that a more specific host cuts is another matter.
    let theirs = mesh.hosts(winner).iter().position(|theirs| theirs == host)?;
    let range = mesh.virtual_service(winner).hosts.get(theirs)?.range;
    let written = clauses[at].value.clone();
    Some(Loss { host: host.clone(), written, lost: dropped.origin, kept: Origin { resource: winner, range } })
}

fn report_loss(
    analysis: &Analysis,
    cx: &mut RuleContext<'_>,
    proxy: &Proxy,
    (loser, winner): (ResourceId, ResourceId),
    losses: &[Loss],
) {
    let [first, others @ ..] = losses else { return };
    if same_routes(analysis, proxy, loser, winner) {
        return;
    }
    let mesh = &analysis.effective.mesh;
    let (lost, kept) = (words::name(mesh.resource(loser)), words::name(mesh.resource(winner)));
    let (theirs, ours) = (&mesh.resource(loser).key.namespace, &mesh.resource(winner).key.namespace);
    // A short name would be read as a service of the clients' own namespace.
    let called =
        |loss: &Loss| if *theirs == proxy.namespace { loss.written.clone() } else { loss.host.clone() };
    let called: Vec<String> = losses.iter().map(called).collect();
    let hosts = words::quoted(called.iter().map(String::as_str));
    let everyone = [loser, winner].iter().all(|id| *mesh.visibility(*id) == Visibility::Public);
    let whom = if everyone { "sidecars".to_owned() } else { words::proxy(proxy) };
    let unused = match analysis.effective.rules(loser).len() {
        1 => format!("the rule of {lost} is not used"),
        count => format!("none of the {count} rules of {lost} is used"),
    };
    let (why, known) = words::precedence_for(mesh, winner, loser, &proxy.namespace);
    let doubt =
        if known { "" } else { " Neither has a `creationTimestamp`: in the cluster the older one wins." };
    let message = format!(
        "For {hosts} {whom} follow {kept} alone: {unused}. VirtualServices of one host are merged on gateways only, \
         and {kept} is {why}.{doubt}"
    );
    let finding = cx.report(Label::at(analysis, first.lost, ""), message);
    // Clients that have rules of their own for the service of another team mean it.
    let private = |id| mesh.bucket(id, &proxy.namespace) == Some(0);
    if theirs != ours && *ours == proxy.namespace && private(winner) && !private(loser) {
        finding.severity = Severity::Info;
    }
    finding.related.push(Label::at(analysis, first.kept, "this one has the host"));
    for other in others {
        finding.related.push(Label::at(analysis, other.lost, "lost as well").same());
        finding.related.push(Label::at(analysis, other.kept, "this one has the host"));
    }
    finding.help = Some(HELP.into());
    finding.ids = vec!["SC-9", "SC-6"];
    finding.proxy = Some(proxy.to_string());
}

const HELP: &str = "Put all rules of a host into one VirtualService, or let that one `delegate` to others.";

/// Whether both say the same, so that nothing is lost.
fn same_routes(analysis: &Analysis, proxy: &Proxy, a: ResourceId, b: ResourceId) -> bool {
    let effective = &analysis.effective;
    let port = effective.usual_port(a);
    let client = Client::sidecar(proxy.clone(), port);
    let (a, _) = effective.routes_alone(a, &client);
    let (b, _) = effective.routes_alone(b, &client);
    a.len() == b.len() && a.iter().zip(&b).all(|(x, y)| x.matcher == y.matcher && x.same_outcome(y))
}

/// Both claims stand in the routes of the port, which Envoy then refuses (section 19 of the semantics).
fn refused_routes(analysis: &Analysis, cx: &mut RuleContext<'_>, sidecars: &Sidecars<'_>) {
    if analysis.effective.mesh.bound_to(MESH).len() < 2 {
        return;
    }
    let mut found: BTreeMap<Vec<ResourceId>, Refusal> = BTreeMap::new();
    for config in sidecars.all().map_while(|proxy| sidecars.config(proxy)) {
        for routes in config.route_configs.iter().filter(|routes| routes.refused.is_some()) {
            for (domain, claims) in equal_domains(routes) {
                let ids = words::distinct(claims.iter().map(|claim| claim.resource));
                if ids.len() < 2 {
                    continue;
                }
                let others = routes.virtual_hosts.iter().filter_map(|host| host.service.clone());
                let down: BTreeSet<String> = others.filter(|host| *host != domain).collect();
                let new = || Refusal { port: routes.port, domain, claims, down, proxies: Vec::new() };
                found.entry(ids).or_insert_with(new).proxies.push(config.proxy.clone());
            }
        }
    }
    for refusal in found.values() {
        report_refusal(analysis, cx, refusal);
    }
}

/// A host that several VirtualServices claim on a port, which Envoy then refuses.
struct Refusal {
    port: u32,
    domain: String,
    claims: Vec<Origin>,
    /// The other services of the port.
    down: BTreeSet<String>,
    proxies: Vec<Proxy>,
}

/// Domains of several virtual hosts, with the clauses that claim them.
fn equal_domains(routes: &RouteConfig) -> BTreeMap<String, Vec<Origin>> {
    let mut out: BTreeMap<String, (usize, Vec<Origin>)> = BTreeMap::new();
    for host in &routes.virtual_hosts {
        if let Some(domain) = host.domains.first() {
            let (count, claims) = out.entry(domain.to_lowercase()).or_default();
            *count += 1;
            claims.extend(&host.origins);
        }
    }
    out.into_iter()
        .filter(|(_, (count, _))| *count > 1)
        .map(|(domain, (_, claims))| (domain, claims))
        .collect()
}

fn report_refusal(analysis: &Analysis, cx: &mut RuleContext<'_>, refusal: &Refusal) {
    let mesh = &analysis.effective.mesh;
    let ([others @ .., last], Some(proxy)) = (&refusal.claims[..], refusal.proxies.first()) else { return };
    let both = words::names(mesh, refusal.claims.iter().map(|claim| claim.resource));
    let down = words::quoted(refusal.down.iter().map(String::as_str));
    let down = if down.is_empty() { String::new() } else { format!("; {down} go down with it") };
    let message = format!(
        "Envoy refuses all routes of port {} of {}, as {both} both have `{}`{down}. Istio 1.1 does not merge \
         VirtualServices of one host in the mesh.",
        refusal.port,
        words::proxies(&refusal.proxies),
        refusal.domain,
    );
    let finding = cx.report(Label::at(analysis, *last, ""), message);
    finding.related = others.iter().map(|claim| Label::at(analysis, *claim, "has the host too")).collect();
    finding.help = Some("Put all rules of a host into one VirtualService.".into());
    finding.ids = vec!["SC-9", "SC-12"];
    finding.proxy = Some(proxy.to_string());
}
