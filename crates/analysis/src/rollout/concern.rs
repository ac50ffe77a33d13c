//! What changes can make a difference to: hosts and proxies whose requests are worth trying.

use std::collections::{BTreeSet, HashSet};

use super::{
    Change,
    sharing::{conditions, is_one_of_several},
    topic::{self, Topic},
};
use crate::{
    Analysis, Profile, Request,
    mesh::{Mesh, Proxy, ProxyKind, Visibility, host::HostMap},
    resource::{Body, Kind, Resource, ResourceId},
    space::{Matcher, Patterns, RequestFacts},
};

/// What a group of changes can make a difference to.
#[derive(Debug)]
pub(super) struct Concern {
    /// The hosts of which every request is concerned.
    hosts: HostMap<()>,
    /// The hosts of which those requests are that changing rules match, and these rules.
    shared: HostMap<()>,
    rules: Vec<Matcher>,
    /// Whether a Gateway changes, and with it every host of a gateway workload.
    gateways: bool,
    /// The proxies whose requests stand for those of all.
    pub(super) proxies: Vec<Proxy>,
}

/// How much of a host is concerned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Extent {
    /// Nothing.
    #[default]
    None,
    /// What changing rules match.
    Matched,
    /// Every request.
    Whole,
}

impl Concern {
    /// How much of a host of a proxy is concerned.
    pub(super) fn host(&self, proxy: &Proxy, name: &str) -> Extent {
        if self.gateways && proxy.kind == ProxyKind::Gateway || self.hosts.matches(name) {
            Extent::Whole
        } else if self.shared.matches(name) {
            Extent::Matched
        } else {
            Extent::None
        }
    }

    /// Whether a changing rule matches a request.
    pub(super) fn matches(&self, request: &Request) -> bool {
        RequestFacts::new(request)
            .is_none_or(|facts| self.rules.iter().any(|rule| rule.check(&facts).is_ok()))
    }
}

/// What a resource that does not change is about.
struct Standing {
    namespace: String,
    own: Vec<Topic>,
    used: Vec<Topic>,
}

/// What the concerns of all groups are found in.
pub(super) struct Surroundings {
    standing: Vec<Standing>,
    /// The proxies of both revisions.
    proxies: Vec<Proxy>,
    /// The namespaces that something is said of by name.
    named: HashSet<String>,
}

impl Surroundings {
    pub(super) fn new(same: &[Resource], ends: [&Analysis; 2]) -> Surroundings {
        let bindings = ends.into_iter().flat_map(|end| &end.bindings);
        let proxies: BTreeSet<Proxy> = bindings.map(|binding| binding.proxy.clone()).collect();
        // Whose view a Sidecar changes is said by `named`.
        let others = same.iter().filter(|resource| !matches!(resource.body, Body::Sidecar(_)));
        let standing = others.map(|resource| Standing {
            namespace: resource.key.namespace.clone(),
            own: topic::own(resource),
            used: topic::used(resource),
        });
        let named = ends.into_iter().flat_map(|end| named(&end.effective.mesh)).collect();
        Surroundings { standing: standing.collect(), proxies: proxies.into_iter().collect(), named }
    }

    /// What a group of changes concerns.
    pub(super) fn concern(&self, changes: &[&Change], profile: &Profile) -> Concern {
        let (several, others): (Vec<&Change>, Vec<&Change>) =
            changes.iter().partition(|change| is_one_of_several(change));
        let mut topics: Vec<Topic> = topics_of(&others, topic::own);
        topics.extend(topics_of(changes, topic::used));
        let changing = hosts(&topics);
        let concerned = |hosts: &HostMap<()>, topic: &Topic| match topic {
            Topic::Host(name) => hosts.matches(name),
            Topic::Delegate(_) => topics.contains(topic),
            Topic::Gateway(_) | Topic::Port(_) => false,
        };
        // What sends to a host that changes, or takes rules from a delegate that does, may answer otherwise itself.
        let senders = self.standing.iter().filter(|it| it.used.iter().any(|used| concerned(&changing, used)));
        let hosts = hosts(topics.iter().chain(senders.flat_map(|it| &it.own)));
        let shared = self::hosts(&topics_of(&several, topic::own));
        let about = |it: &&Standing| {
            let mut all = it.own.iter().chain(&it.used);
            all.any(|topic| concerned(&hosts, topic) || concerned(&shared, topic))
        };
        let mut owners: HashSet<&str> =
            self.standing.iter().filter(about).map(|it| it.namespace.as_str()).collect();
        owners.extend(changes.iter().map(|change| change.key.namespace.as_str()));
        let patterns = Patterns::default();
        let rules = several.iter().flat_map(|change| conditions(change, profile));
        Concern {
            hosts,
            shared,
            rules: rules.map(|rule| Matcher::new(&rule, &patterns)).collect(),
            gateways: changes.iter().any(|change| change.key.kind == Kind::Gateway),
            proxies: self.clients(&owners),
        }
    }

    /// The proxies, of those that see the same one alone: sidecars of namespaces that own nothing of what is concerned
    /// and that nothing names.
    fn clients(&self, owners: &HashSet<&str>) -> Vec<Proxy> {
        let mut stranger = false;
        let mut out = self.proxies.clone();
        out.retain(|proxy| {
            let special = proxy.kind == ProxyKind::Gateway
                || !proxy.labels.is_empty()
                || self.named.contains(&proxy.namespace)
                || owners.contains(proxy.namespace.as_str());
            special || !std::mem::replace(&mut stranger, true)
        });
        out
    }
}

fn topics_of(changes: &[&Change], of: fn(&Resource) -> Vec<Topic>) -> Vec<Topic> {
    changes.iter().flat_map(|change| topic::all(change, of)).collect()
}

fn hosts<'a>(topics: impl IntoIterator<Item = &'a Topic>) -> HostMap<()> {
    let mut out = HostMap::default();
    for topic in topics {
        if let Topic::Host(name) = topic {
            *out.entry(name) = ();
        }
    }
    out
}

/// The namespaces whose sidecars may know another mesh than others: by `exportTo`, a Sidecar or a condition on clients.
fn named(mesh: &Mesh) -> HashSet<String> {
    let mut out = HashSet::new();
    let services = mesh.services.iter().map(|service| &service.visibility);
    let resources = (0..mesh.resources.len()).map(|at| mesh.visibility(ResourceId(at as u32)));
    for visibility in services.chain(resources) {
        if let Visibility::Namespaces(names) = visibility {
            out.extend(names.iter().cloned());
        }
    }
    for resource in &mesh.resources {
        match &resource.body {
            Body::Sidecar(_) => {
                out.insert(resource.key.namespace.clone());
            }
            Body::VirtualService(spec) => {
                let http = spec.http.iter().flat_map(|rule| &rule.matches).map(|it| &it.source_namespace);
                let tls = spec.tls.iter().flat_map(|rule| &rule.matches).map(|it| &it.source_namespace);
                let tcp = spec.tcp.iter().flat_map(|rule| &rule.matches).map(|it| &it.source_namespace);
                out.extend(http.chain(tls).chain(tcp).flatten().map(|it| it.value.clone()));
            }
            _ => {}
        }
    }
    out
}
