use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Label, Rule, RuleContext, Severity, words};
use crate::{
    Analysis,
    effective::{Origin, sidecar_for},
    mesh::{
        Mesh, Proxy, ProxyKind, Visibility,
        host::{self, HostMap},
        names::MESH,
    },
    resource::ResourceId,
};

pub(super) static RULE: Rule = Rule {
    code: "unimported-virtual-service",
    severity: Severity::Warning,
    aliases: &[],
    docs: include_str!("unimported_virtual_service.md"),
    check,
};

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    let mesh = &analysis.effective.mesh;
    if mesh.sidecars.is_empty() {
        return;
    }
    let mut clients: BTreeMap<&str, Vec<&Proxy>> = BTreeMap::new();
    for proxy in analysis.bindings.iter().map(|it| &it.proxy).filter(|it| it.kind == ProxyKind::Sidecar) {
        clients.entry(&proxy.namespace).or_default().push(proxy);
    }
    let mut imports: HashMap<(&str, ResourceId), Imports> = HashMap::new();
    let mut seen = HashSet::new();
    for &id in mesh.bound_to(MESH).iter().filter(|id| seen.insert(**id)) {
        let namespace = mesh.resource(id).key.namespace.as_str();
        if mesh.virtual_service(id).gateways.iter().any(|it| it.value != MESH) || !for_own_clients(mesh, id) {
            continue;
        }
        let own = clients.get(namespace).map(Vec::as_slice).unwrap_or_default();
        let sidecars: Vec<Option<ResourceId>> = own.iter().map(|proxy| sidecar_for(mesh, proxy)).collect();
        let known = |sidecar: &Option<ResourceId>| {
            let Some(sidecar) = *sidecar else { return true };
            let imports =
                imports.entry((namespace, sidecar)).or_insert_with(|| Imports::of(mesh, sidecar, namespace));
            imports.bring(mesh.hosts(id))
        };
        let Some(Some(sidecar)) = sidecars.first().copied() else { continue };
        if !sidecars.iter().any(known) {
            report(analysis, cx, id, sidecar, own);
        }
    }
}

/// Whether a VirtualService is of use to clients of its own namespace alone: nobody else sees it, or its hosts are
/// services of other namespaces, for whose clients their owners would write it.
fn for_own_clients(mesh: &Mesh, id: ResourceId) -> bool {
    let namespace = mesh.resource(id).key.namespace.as_str();
    let private = matches!(
        mesh.visibility(id),
        Visibility::Namespaces(names) if names.len() == 1 && names.contains(namespace)
    );
    let foreign = |host: &String| {
        let services = mesh.services_of(host);
        !services.is_empty() && services.iter().all(|&id| mesh.service(id).namespace != namespace)
    };
    private || mesh.hosts(id).iter().all(foreign)
}

/// What a Sidecar imports from one namespace (SC-5).
struct Imports {
    hosts: HostMap<()>,
    /// Whether more is left out than is looked at here.
    unsure: bool,
}

impl Imports {
    fn of(mesh: &Mesh, sidecar: ResourceId, namespace: &str) -> Imports {
        let mut hosts: HostMap<()> = HostMap::default();
        let egress = &mesh.sidecar(sidecar).egress;
        let entries = egress.iter().flat_map(|egress| &egress.hosts);
        for (place, host) in entries.filter_map(|entry| entry.value.split_once('/')) {
            if [".", "*", namespace].contains(&place) {
                hosts.entry(host);
            }
        }
        Imports { hosts, unsure: egress.is_empty() }
    }

    fn bring(&self, hosts: &[String]) -> bool {
        self.unsure || hosts.iter().any(|host| self.hosts.matches(host))
    }
}

fn report(
    analysis: &Analysis,
    cx: &mut RuleContext<'_>,
    id: ResourceId,
    sidecar: ResourceId,
    clients: &[&Proxy],
) {
    let mesh = &analysis.effective.mesh;
    let resource = mesh.resource(id);
    let spec = mesh.virtual_service(id);
    let hosts = words::quoted(spec.hosts.iter().map(|host| host.value.as_str()));
    let message = format!(
        "No client in `{}` follows {}: Sidecar {} does not import {hosts} from its namespace.",
        resource.key.namespace,
        words::called(resource),
        words::name(mesh.resource(sidecar)),
    );
    let finding = cx.report(Label::named(analysis, id, ""), message);
    let egress = mesh.sidecar(sidecar).egress.first().and_then(|egress| egress.hosts.first());
    finding.related.extend(egress.map(|entry| {
        Label::at(analysis, Origin { resource: sidecar, range: entry.range }, "what is imported")
    }));
    let host = mesh.hosts(id).iter().find(|host| !host::is_wildcard(host)).or(mesh.hosts(id).first());
    finding.help = host.map(|host| format!("Add `./{host}` to the `egress` hosts: a VirtualService is imported from its own namespace, wherever the service is."));
    finding.ids = vec!["SC-5"];
    finding.proxy = clients.first().map(|proxy| proxy.to_string());
}
