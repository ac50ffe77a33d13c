use std::{
    cell::LazyCell,
    collections::{BTreeMap, HashMap, HashSet},
};

use super::{Label, Rule, RuleContext, Severity, words};
use crate::{
    Analysis,
    effective::Origin,
    mesh::{Mesh, Registry, Service, names, selects},
    resource::{Body, Kind, ResourceId, destination_rule::Subset, virtual_service::Destination},
};

pub(super) static RULE: Rule = Rule {
    code: "subset-without-workloads",
    severity: Severity::Warning,
    aliases: &["IST0173", "KIA0203"],
    docs: include_str!("subset_without_workloads.md"),
    check,
};

/// Kinds that are not read and may bring workloads with labels that are not known.
const OTHER_WORKLOADS: [&str; 9] = [
    "WorkloadEntry",
    "WorkloadGroup",
    "Rollout",
    "ReplicaSet",
    "ReplicationController",
    "DeploymentConfig",
    "CloneSet",
    "Job",
    "CronJob",
];

type Labels = BTreeMap<String, String>;

/// What is behind a service: names of workloads, or of the ServiceEntry, and labels.
type Behind<'a> = Vec<(ResourceId, &'a Labels)>;

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    let mesh = &analysis.effective.mesh;
    let known = Workloads::new(mesh);
    let routed = LazyCell::new(|| routed(mesh));
    for &id in &mesh.destination_rules {
        let rule = mesh.destination_rule(id);
        if rule.subsets.is_empty() {
            continue;
        }
        let host = names::full_host(&rule.host.value, &mesh.resource(id).key.namespace, &mesh.profile);
        // Of several services with one host it is not clear which is meant.
        let [service] = mesh.services_of(&host) else { continue };
        let Some(behind) = known.behind(mesh, mesh.service(*service)) else { continue };
        let missed = |subset: &&Subset| {
            let of_nodes = subset.labels.keys().any(|key| key.starts_with("topology."));
            !of_nodes && !behind.iter().any(|(_, labels)| selects(&subset.labels, labels))
        };
        let missing: Vec<&Subset> = rule.subsets.iter().filter(missed).collect();
        // What routes use is told apart from what they do not.
        let (used, unused): (Vec<&Subset>, Vec<&Subset>) = missing
            .into_iter()
            .partition(|subset| routed.contains(&(host.to_string(), subset.name.value.as_str())));
        report(analysis, cx, id, &used, &behind, true);
        report(analysis, cx, id, &unused, &behind, false);
    }
}

/// The subsets that VirtualServices send to, by full host.
fn routed(mesh: &Mesh) -> HashSet<(String, &str)> {
    let mut out = HashSet::new();
    for resource in mesh.resources.iter().filter(|resource| resource.active) {
        let Body::VirtualService(service) = &resource.body else { continue };
        // A canary at rest has no share.
        let rests = service.http.iter().filter(|rule| rule.route.len() > 1).flat_map(|rule| &rule.route);
        let rests = rests.filter(|route| route.weight.as_ref().is_none_or(|weight| weight.value == 0));
        let rests: Vec<&Destination> = rests.filter_map(|route| route.destination.as_ref()).collect();
        for destination in service.destinations() {
            if rests.iter().any(|other| std::ptr::eq(*other, destination)) {
                continue;
            }
            let host = names::full_host(&destination.host.value, &resource.key.namespace, &mesh.profile);
            out.extend(destination.subset.as_ref().map(|it| (host.into_owned(), it.value.as_str())));
        }
    }
    out
}

/// The workloads of the input by namespace.
struct Workloads<'a> {
    by_namespace: HashMap<&'a str, Behind<'a>>,
    /// Namespaces with workloads whose labels are not known.
    unknown: HashSet<&'a str>,
}

impl<'a> Workloads<'a> {
    fn new(mesh: &'a Mesh) -> Workloads<'a> {
        let mut by_namespace: HashMap<&str, Behind<'_>> = HashMap::new();
        for (id, resource, workload) in mesh.workloads() {
            let place = by_namespace.entry(&resource.key.namespace).or_default();
            place.push((id, &workload.labels.value));
        }
        let other = |kind: &Kind| match kind {
            Kind::Other(kind) => OTHER_WORKLOADS.contains(&kind.rsplit(' ').next().unwrap_or_default()),
            _ => false,
        };
        let unknown = mesh.resources.iter().filter(|resource| other(&resource.key.kind));
        let unknown = unknown.map(|resource| resource.key.namespace.as_str()).collect();
        Workloads { by_namespace, unknown }
    }

    /// What is behind a service; none where the input does not hold any of it.
    fn behind(&self, mesh: &'a Mesh, service: &Service) -> Option<Behind<'a>> {
        let id = service.resource?;
        let selector = match &mesh.resource(id).body {
            Body::Service(spec) if service.registry == Registry::Kubernetes => &spec.selector,
            Body::ServiceEntry(spec) => match &spec.workload_selector {
                Some(selector) => &selector.value,
                None => {
                    let endpoints: Behind<'_> = spec.endpoints.iter().map(|it| (id, &it.labels)).collect();
                    return (!endpoints.is_empty()).then_some(endpoints);
                }
            },
            _ => return None,
        };
        if selector.is_empty() || self.unknown.contains(service.namespace.as_str()) {
            return None;
        }
        let all = self.by_namespace.get(service.namespace.as_str())?.iter().copied();
        let behind: Behind<'_> = all.filter(|(_, labels)| selects(selector, labels)).collect();
        (!behind.is_empty()).then_some(behind)
    }
}

fn report(
    analysis: &Analysis,
    cx: &mut RuleContext<'_>,
    id: ResourceId,
    subsets: &[&Subset],
    behind: &Behind<'_>,
    used: bool,
) {
    let [first, others @ ..] = subsets else { return };
    let mesh = &analysis.effective.mesh;
    let host = &mesh.destination_rule(id).host.value;
    let names = words::quoted(subsets.iter().map(|subset| subset.name.value.as_str()));
    let (noun, has, its) =
        words::plural(subsets.len(), ("Subset", "has", "its labels"), ("Subsets", "have", "their labels"));
    let what = match used {
        true => format!("Requests to {} {names} of `{host}` get 503", noun.to_lowercase()),
        false => format!("{noun} {names} of `{host}` {has} no endpoints"),
    };
    let all: Vec<ResourceId> = words::distinct(behind.iter().map(|(id, _)| *id));
    let entry = all.iter().any(|&id| mesh.resource(id).key.kind == Kind::ServiceEntry);
    let of = words::names(mesh, all.iter().copied());
    let who = match (entry, all.len()) {
        (true, _) => format!("no endpoint of ServiceEntry {of} carries {its}"),
        (false, 1) => format!("{of}, which is all that the input holds behind it, does not carry {its}"),
        (false, _) => format!("of {of}, which are all that the input holds behind it, none carries {its}"),
    };
    let place = |subset: &Subset| Origin { resource: id, range: subset.name.range };
    let finding = cx.report(Label::at(analysis, place(first), ""), format!("{what}: {who}."));
    if !used {
        finding.severity = Severity::Info;
    }
    finding.related.extend(others.iter().map(|subset| Label::at(analysis, place(subset), "as little")));
    if !entry {
        let ranges = all.iter().take(4).filter_map(|&id| match &mesh.resource(id).body {
            Body::Workload(workload) => Some(Origin { resource: id, range: workload.labels.range }),
            _ => None,
        });
        finding.related.extend(ranges.map(|origin| Label::at(analysis, origin, "the labels of its pods")));
    }
    finding.help = Some("Write labels that pods behind the service carry, or delete the subset.".into());
    finding.ids = vec!["DR-13"];
}
