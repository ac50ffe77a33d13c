//! From texts to resources: documents, lists unfolded, metadata, and each kind's reader.

use std::collections::HashMap;

use pilothouse_syntax::{Document, Node, NoticeKind, Spanned, TextRange, Value, parse};

use super::{
    Allowance, Body, Key, Kind, Problem, ProblemKind, Resource, ResourceId, Scalar, admission, allowance,
    check::{Checker, Misfit, first_byte},
    closest, destination_rule, gateway, kubernetes,
    schema::{TEXT_MAP, Table, Type, field, table},
    service_entry, sidecar,
    time::Timestamp,
    value::{message, spanned_map, text_at, text_map},
    virtual_service,
};
use crate::{FileId, Profile, Sources};

/// Everything that was read.
#[derive(Debug, Default)]
pub(crate) struct Read {
    pub(crate) resources: Vec<Resource>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) allowances: Vec<Allowance>,
}

/// Reads all texts.
pub(crate) fn read(sources: &Sources, profile: &Profile) -> Read {
    let mut reader = Reader { profile, file: FileId(0), out: Read::default() };
    for (file, source) in sources.iter() {
        reader.file = file;
        reader.text(&source.text);
    }
    reader.out.replace_duplicates();
    reader.out
}

impl Read {
    /// Of resources with one kind, namespace and name the last counts, as if each were applied in turn; one that is
    /// refused leaves the one before it in place.
    fn replace_duplicates(&mut self) {
        let mut last: HashMap<Key, usize> = HashMap::with_capacity(self.resources.len());
        for at in 0..self.resources.len() {
            if !self.resources[at].active {
                continue;
            }
            let Some(earlier) = last.insert(self.resources[at].key.clone(), at) else { continue };
            let (old, new) = (&self.resources[earlier], &self.resources[at]);
            self.problems.push(Problem {
                kind: ProblemKind::DuplicateResource,
                file: old.file,
                range: old.name_range,
                resource: Some(ResourceId(earlier as u32)),
                message: format!("{} is defined twice: this one is replaced by the later one", old.key),
                help: Some("Give one of them another name, or delete it.".into()),
                meant: None,
                related: Some((new.file, new.name_range, "this one counts".into())),
                id: "",
            });
            self.resources[earlier].active = false;
        }
    }
}

/// `metadata`, as far as it matters.
pub(crate) static METADATA: Table = table(
    "ObjectMeta",
    &[
        field("name", Type::Text, "The name."),
        field("namespace", Type::Text, "The namespace; `default` where missing."),
        field("labels", TEXT_MAP, "Labels."),
        field("annotations", TEXT_MAP, "Annotations."),
        field("creationTimestamp", Type::Timestamp, "When it was created; decides who is first."),
    ],
);

struct Reader<'a> {
    profile: &'a Profile,
    file: FileId,
    out: Read,
}

impl Reader<'_> {
    fn text(&mut self, text: &str) {
        let parse = parse(text);
        for document in &parse.documents {
            self.document(document);
        }
        allowance::comments(text, &parse, self.file, &mut self.out);
        if let Some(problem) = parse.problem {
            let help = "A separator is `---` alone on its line, or with a comment.".to_owned();
            self.problem(ProblemKind::BrokenYaml, problem.range, capitalised(&problem.message), Some(help));
        }
        for notice in parse.notices {
            let message = match notice.kind {
                NoticeKind::LostDocument => "this document is lost: the separator after it is refused",
                _ => "nothing behind the refused separator is read",
            };
            self.problem(ProblemKind::DroppedText, first_line(text, notice.range), message.into(), None);
        }
    }

    fn document(&mut self, document: &Document) {
        for notice in &document.notices {
            let (kind, message, related) = match notice.kind {
                NoticeKind::DuplicateKey => (
                    ProblemKind::DuplicateKey,
                    "this key is set twice: the last value counts",
                    "first set here",
                ),
                NoticeKind::MergeOverride => (
                    ProblemKind::OverridingMerge,
                    "this merge replaces a value that is written before it",
                    "replaced here",
                ),
                NoticeKind::DroppedTail => (
                    ProblemKind::DroppedText,
                    "this is never read: the document ends before it",
                    "the document that ends",
                ),
                _ => continue,
            };
            let help = match notice.kind {
                NoticeKind::DroppedTail => "Put `---` in front of it, or correct the indentation.",
                NoticeKind::MergeOverride => "Move the merge above the keys that should win.",
                _ => "Delete one of the two.",
            };
            self.problem(kind, notice.range, message.into(), Some(help.into()));
            if let Some(problem) = self.out.problems.last_mut() {
                problem.related = Some((self.file, notice.other, related.into()));
            }
        }
        if let Some(problem) = &document.problem {
            let name = document.root().and_then(broken_name);
            let message = match name {
                Some(name) => format!("{name} cannot be read and takes no part: {}", problem.message),
                None => format!("This document cannot be read and takes no part: {}", problem.message),
            };
            let help = yaml_help(&problem.message);
            self.problem(ProblemKind::BrokenYaml, problem.range, message, help);
            return;
        }
        if let Some(root) = document.root() {
            self.root(root);
        }
    }

    /// A document's root, or an item of a list.
    fn root(&mut self, root: Node<'_>) {
        // Lists may hold lists.
        let mut roots = vec![root];
        while let Some(root) = roots.pop() {
            let kind = root.get("kind").and_then(Node::as_str).unwrap_or_default();
            let items = root.get("items").filter(|items| matches!(items.value(), Value::Sequence));
            match items {
                Some(items) if kind.ends_with("List") => {
                    let from = roots.len();
                    roots.extend(items.items());
                    roots[from..].reverse();
                }
                _ if root.is_null() => {}
                _ => self.resource(root),
            }
        }
    }

    fn resource(&mut self, root: Node<'_>) {
        if !matches!(root.value(), Value::Mapping(_)) {
            let what = if matches!(root.value(), Value::Sequence) { "a list" } else { "plain text" };
            let message = format!("This document is {what}, not a Kubernetes resource");
            let help = Some("A resource begins with `apiVersion` and `kind`.".into());
            return self.problem(ProblemKind::UnknownKind, first_byte(root.range()), message, help);
        }
        let api_version = text_at(root, "apiVersion");
        let Some(kind) = text_at(root, "kind").filter(|kind| !kind.value.is_empty()) else {
            let message = "This document has no `kind` and is not a Kubernetes resource".into();
            let help = Some("A resource begins with `apiVersion` and `kind`.".into());
            return self.problem(ProblemKind::UnknownKind, first_byte(root.range()), message, help);
        };
        let Some(known) = self.kind(&kind, api_version.as_ref()) else { return };
        let metadata = message(root, "metadata");
        let mut misfits = Vec::new();
        let strict = known.is_istio();
        let spec = message(root, "spec");
        self.check(&known, root, metadata, spec, &mut misfits);
        let name = metadata.and_then(|metadata| text_at(metadata, "name"));
        let namespace = metadata.and_then(|it| text_at(it, "namespace")).filter(|it| !it.value.is_empty());
        let annotations = metadata.map(|metadata| spanned_map(metadata, "annotations")).unwrap_or_default();
        let created = metadata.and_then(|metadata| text_at(metadata, "creationTimestamp"));
        let id = ResourceId(self.out.resources.len() as u32);
        let cluster_wide = known == Kind::Namespace;
        let mut resource = Resource {
            key: Key {
                kind: known.clone(),
                namespace: match &namespace {
                    _ if cluster_wide => String::new(),
                    Some(namespace) => namespace.value.clone(),
                    None => "default".into(),
                },
                name: name.as_ref().map(|name| name.value.clone()).unwrap_or_default(),
            },
            file: self.file,
            range: root.range(),
            name_range: name.map_or(first_byte(kind.range), |name| name.range),
            namespace_given: namespace.is_some(),
            labels: metadata.map(|metadata| text_map(metadata, "labels")).unwrap_or_default(),
            annotations,
            created: created.and_then(|created| Timestamp::parse(&created.value)),
            placed: None,
            body: body(&known, root, spec),
            active: true,
        };
        let refused = |misfits: &[Misfit]| misfits.iter().any(|misfit| misfit.kind == ProblemKind::Invalid);
        // What the API server refuses never gets to the admission.
        if strict && !refused(&misfits) {
            misfits.extend(admission::check(&resource, self.profile));
        }
        resource.active = !refused(&misfits);
        if !resource.active {
            // Whoever is refused is not warned.
            misfits.retain(|misfit| misfit.kind != ProblemKind::Warning);
        }
        allowance::annotation(&resource, &mut self.out);
        self.out.resources.push(resource);
        for misfit in misfits {
            // Of other kinds only what is read is known, so nothing is said of the rest.
            if strict || misfit.kind != ProblemKind::UnknownField {
                self.out.problems.push(Problem {
                    kind: misfit.kind,
                    file: self.file,
                    range: misfit.range,
                    resource: Some(id),
                    message: misfit.message,
                    help: misfit.help,
                    meant: misfit.meant,
                    related: None,
                    id: misfit.id,
                });
            }
        }
        if let Kind::Other(_) = known {
            let message = format!("`{}` is not modelled: what it does is not shown", kind.value);
            self.problem(ProblemKind::NotModelled, kind.range, message, None);
            if let Some(problem) = self.out.problems.last_mut() {
                problem.resource = Some(id);
            }
        }
    }

    /// The kind, or none after telling why there is no such one.
    fn kind(&mut self, kind: &Spanned<String>, api_version: Option<&Spanned<String>>) -> Option<Kind> {
        let Some(api_version) = api_version.filter(|it| !it.value.is_empty()) else {
            let message = format!("`{}` has no `apiVersion`, so Kubernetes refuses it", kind.value);
            let help =
                istio_kind(&kind.value).map(|_| "Write `apiVersion: networking.istio.io/v1`.".to_owned());
            self.problem(ProblemKind::UnknownKind, kind.range, message, help);
            return None;
        };
        let (group, version) = api_version.value.split_once('/').unwrap_or(("", &api_version.value));
        let known = match (group, kind.value.as_str()) {
            ("networking.istio.io", name) => match istio_kind(name) {
                Some(known) if matches!(version, "v1" | "v1beta1" | "v1alpha3") => known,
                Some(_) => {
                    let message = format!("There is no `{}`, so Kubernetes refuses it", api_version.value);
                    let help = Some("Istio has `networking.istio.io/v1`, `v1beta1` and `v1alpha3`.".into());
                    self.problem(ProblemKind::UnknownKind, api_version.range, message, help);
                    self.meant("networking.istio.io/v1");
                    return None;
                }
                None if matches!(name, "EnvoyFilter" | "WorkloadEntry" | "WorkloadGroup" | "ProxyConfig") => {
                    Kind::Other(name.to_owned())
                }
                None => {
                    let meant = closest(name, ISTIO_KINDS.iter().map(|(name, _)| *name));
                    let message = format!("`networking.istio.io` has no kind `{name}`");
                    let help = meant.map(|meant| format!("Did you mean `{meant}`?"));
                    self.problem(ProblemKind::UnknownKind, kind.range, message, help);
                    if let Some(meant) = meant {
                        self.meant(meant);
                    }
                    return None;
                }
            },
            ("", "Service") => Kind::Service,
            ("", "Namespace") => Kind::Namespace,
            ("", "Pod") => Kind::Pod,
            ("apps", "Deployment") => Kind::Workload("Deployment"),
            ("apps", "StatefulSet") => Kind::Workload("StatefulSet"),
            ("apps", "DaemonSet") => Kind::Workload("DaemonSet"),
            (group, name) => {
                if !group.ends_with("istio.io")
                    && !group.ends_with("k8s.io")
                    && let Some(_) = istio_kind(name).filter(|_| group != "gateway.networking.k8s.io")
                {
                    let message = format!("`{name}` does not belong to `{}`", api_version.value);
                    let help = Some("Write `apiVersion: networking.istio.io/v1`.".into());
                    self.problem(ProblemKind::UnknownKind, api_version.range, message, help);
                    self.meant("networking.istio.io/v1");
                    return None;
                }
                Kind::Other(name.to_owned())
            }
        };
        Some(known)
    }

    fn check(
        &self,
        kind: &Kind,
        root: Node<'_>,
        metadata: Option<Node<'_>>,
        spec: Option<Node<'_>>,
        misfits: &mut Vec<Misfit>,
    ) {
        let structural = self.profile.structural_schema;
        if let Some(metadata) = metadata {
            let mut of_metadata = Vec::new();
            let mut checker =
                Checker { only_1_1: false, structural: true, id: "", misfits: &mut of_metadata };
            checker.message(metadata, &METADATA, "metadata");
            misfits.extend(of_metadata.into_iter().filter(|misfit| misfit.kind != ProblemKind::UnknownField));
        }
        let given = |key| metadata.and_then(|it| text_at(it, key)).filter(|it| !it.value.is_empty());
        let mut refuse = |range, message, help: &str| {
            let help = Some(help.to_owned());
            misfits.push(Misfit { kind: ProblemKind::Invalid, range, message, help, meant: None, id: "" });
        };
        match given("name") {
            None if !matches!(kind, Kind::Other(_)) => {
                let message = format!("This {kind} has no name, so Kubernetes refuses it");
                refuse(first_byte(metadata.unwrap_or(root).range()), message, "Set `metadata.name`.");
            }
            Some(name)
                if kind.is_istio() && !(name.value.len() <= 253 && name.value.split('.').all(is_plain)) =>
            {
                let message = format!("Kubernetes takes no resource of the name `{}`", name.value);
                refuse(name.range, message, "Use small letters, digits, dashes and dots.");
            }
            _ => {}
        }
        if let Some(namespace) = given("namespace").filter(|it| kind.is_istio() && !is_label(&it.value)) {
            let message = format!("There can be no namespace `{}`", namespace.value);
            refuse(namespace.range, message, "Use small letters, digits and dashes, at most 63 of them.");
        }
        let Some(table) = spec_table(kind) else { return };
        let id = match kind {
            Kind::Gateway => "CRD-1",
            Kind::VirtualService => "CRD-2",
            Kind::DestinationRule => "CRD-3",
            Kind::ServiceEntry => "CRD-4",
            Kind::Sidecar => "CRD-5",
            _ => "",
        };
        let id = if structural { id } else { "CRD-7" };
        let mut checker = Checker {
            only_1_1: kind.is_istio() && !structural,
            structural: structural || !kind.is_istio(),
            id,
            misfits,
        };
        match spec {
            Some(spec) => checker.message(spec, table, "spec"),
            None if kind.is_istio() => misfits.push(Misfit {
                kind: ProblemKind::Invalid,
                range: first_byte(root.range()),
                message: format!("This {kind} has no `spec`"),
                help: Some("Write its fields under `spec:`.".into()),
                meant: None,
                id,
            }),
            None => {}
        }
    }

    fn problem(&mut self, kind: ProblemKind, range: TextRange, message: String, help: Option<String>) {
        let (file, resource, related) = (self.file, None, None);
        let meant = None;
        self.out.problems.push(Problem {
            kind,
            file,
            range,
            resource,
            message,
            help,
            meant,
            related,
            id: "",
        });
    }

    /// Says what is meant to stand in the place of the last problem.
    fn meant(&mut self, meant: &str) {
        if let Some(problem) = self.out.problems.last_mut() {
            problem.meant = Some(Scalar::Text(meant.to_owned()));
        }
    }
}

/// Whether a text is a part of a name as Kubernetes gives them.
fn is_plain(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.bytes().all(|byte| plain(byte) || byte == b'-')
        && text.bytes().next().is_some_and(plain)
        && text.bytes().next_back().is_some_and(plain)
}

/// The same, and short enough to be a label of a DNS name.
pub(crate) fn is_label(text: &str) -> bool {
    text.len() <= 63 && is_plain(text)
}

/// What the `spec` of a kind may hold, where that is modelled.
pub(crate) fn spec_table(kind: &Kind) -> Option<&'static Table> {
    Some(match kind {
        Kind::Gateway => &gateway::GATEWAY,
        Kind::VirtualService => &virtual_service::VIRTUAL_SERVICE,
        Kind::DestinationRule => &destination_rule::DESTINATION_RULE,
        Kind::ServiceEntry => &service_entry::SERVICE_ENTRY,
        Kind::Sidecar => &sidecar::SIDECAR,
        Kind::Service => &kubernetes::SERVICE,
        _ => return None,
    })
}

/// The kind by its name and API version, where its `spec` is modelled.
pub(crate) fn known_kind(name: &str, api_version: &str) -> Option<Kind> {
    match api_version.split_once('/') {
        Some(("networking.istio.io", _)) => istio_kind(name),
        None => (name == "Service").then_some(Kind::Service),
        _ => None,
    }
}

const ISTIO_KINDS: [(&str, Kind); 5] = [
    ("Gateway", Kind::Gateway),
    ("VirtualService", Kind::VirtualService),
    ("DestinationRule", Kind::DestinationRule),
    ("ServiceEntry", Kind::ServiceEntry),
    ("Sidecar", Kind::Sidecar),
];

fn istio_kind(name: &str) -> Option<Kind> {
    ISTIO_KINDS.iter().find(|(known, _)| *known == name).map(|(_, kind)| kind.clone())
}

fn body(kind: &Kind, root: Node<'_>, spec: Option<Node<'_>>) -> Body {
    match (kind, spec) {
        (Kind::Gateway, Some(spec)) => Body::Gateway(gateway::read(spec)),
        (Kind::VirtualService, Some(spec)) => Body::VirtualService(virtual_service::read(spec)),
        (Kind::DestinationRule, Some(spec)) => Body::DestinationRule(destination_rule::read(spec).into()),
        (Kind::ServiceEntry, Some(spec)) => Body::ServiceEntry(service_entry::read(spec)),
        (Kind::Sidecar, Some(spec)) => Body::Sidecar(sidecar::read(spec).into()),
        (Kind::Service, Some(spec)) => Body::Service(kubernetes::read_service(spec)),
        (Kind::Service, None) => Body::Service(kubernetes::KubeService::default()),
        (Kind::Pod, _) => Body::Workload(kubernetes::read_pod(root)),
        (Kind::Workload(_), _) => Body::Workload(kubernetes::read_workload(root)),
        _ => Body::Nothing,
    }
}

/// What a document that broke off can still be called.
fn broken_name(root: Node<'_>) -> Option<String> {
    let kind = root.get("kind")?.as_str()?;
    let name = root.get("metadata")?.get("name")?.as_str()?;
    Some(format!("{kind} `{name}`"))
}

/// What a person can do about a slip that libyaml names in its own terms.
fn yaml_help(message: &str) -> Option<String> {
    let help = match message {
        "found character that cannot start any token" => "YAML takes no tabs here: indent with spaces.",
        "mapping values are not allowed in this context" => {
            "Look for a missing quote or a wrong indentation before it."
        }
        "did not find expected key" | "did not find expected '-' indicator" => {
            "The indentation does not fit the lines above."
        }
        "could not find expected ':'" => "A key needs a colon and a blank behind it.",
        "control characters are not allowed" => "The text holds bytes that are no text.",
        _ => return None,
    };
    Some(help.into())
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// The first line of a range that has text.
fn first_line(text: &str, range: TextRange) -> TextRange {
    let lost = range.of(text);
    let start = range.start + (lost.len() - lost.trim_start().len()) as u32;
    let line = lost.trim_start().lines().next().unwrap_or_default().trim_end();
    TextRange::new(start, start + line.len() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::admission::tests::*;

    #[test]
    fn names_that_kubernetes_takes() {
        let spec = "hosts: [a.com], http: [{route: [{destination: {host: a}}]}]";
        for good in ["a", "a.b", "a-1.b", &"x".repeat(253)] {
            fine(&named("VirtualService", good, spec));
        }
        for bad in ["A", "a_b", "-a", "a.", "", &"x".repeat(254)] {
            refused(&named("VirtualService", bad, spec), &[""]);
        }
        let text = named("VirtualService", "a", spec).replace("{name: 'a'}", "{name: a, namespace: A.b}");
        refused(&text, &[""]);
    }

    fn active(texts: &[String]) -> Vec<bool> {
        let sources = Sources::single("a.yaml", texts.join("---\n"));
        read(&sources, &Profile::current()).resources.iter().map(|resource| resource.active).collect()
    }

    #[test]
    fn the_last_that_is_let_in_counts() {
        let (good, bad) = (destination_rule("host: a"), destination_rule("host: a_b"));
        assert_eq!(active(&[good.clone(), good.clone()]), [false, true]);
        assert_eq!(active(&[good.clone(), bad.clone()]), [true, false]);
        assert_eq!(active(&[good.clone(), bad, good]), [false, false, true]);
    }
}
