//! Where a name leads: from a subset to its DestinationRule, from a gateway to its Gateway, and so on.

use pilothouse_syntax::parse_yaml;

use super::{context::Context, gap::document_at, names};
use crate::{
    Analysis, FileId,
    fix::Spot,
    mesh::{host, names as full},
    resource::{Body, Kind, ResourceId},
};

/// A place where something is defined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Where its name stands.
    pub spot: Spot,
    /// What it is: `DestinationRule shop/cart`.
    pub what: String,
}

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A named part of the service with this full host.
    Subset { host: String, name: String },
    /// A Gateway as `namespace/name`.
    Gateway(String),
    /// A VirtualService without hosts.
    Delegate { namespace: String, name: String },
    /// A full host.
    Host(String),
}

impl Target {
    /// What the scalar of a context names; none where it names nothing.
    pub(super) fn of(analysis: &Analysis, context: &Context<'_>) -> Option<Target> {
        let value = context.scalar.as_str().filter(|value| !value.is_empty() && !context.is_key)?;
        let namespace = context.namespace();
        let profile = &analysis.effective.mesh.profile;
        let complete = |host: &str| full::full_host(host, namespace, profile).into_owned();
        let kind = context.root.get("kind")?.as_str()?;
        Some(match (kind, context.place()) {
            ("VirtualService", ("Destination", "host"))
            | ("DestinationRule", ("DestinationRule", "host")) => Target::Host(complete(value)),
            ("VirtualService", ("Destination", "subset")) => {
                let host = context.outer(0)?.get("host")?.as_str()?;
                Target::Subset { host: complete(host), name: value.to_owned() }
            }
            ("DestinationRule", ("Subset", "name")) => {
                let host = context.root.get("spec")?.get("host")?.as_str()?;
                Target::Subset { host: complete(host), name: value.to_owned() }
            }
            ("VirtualService", (_, "gateways")) if value != full::MESH => {
                Target::Gateway(full::gateway_reference(value, namespace).into_owned())
            }
            ("Gateway", ("ObjectMeta", "name")) => Target::Gateway(format!("{namespace}/{value}")),
            ("VirtualService", ("Delegate", "name")) => {
                let given = context.outer(0)?.get("namespace").and_then(|it| it.as_str());
                Target::Delegate {
                    namespace: given.filter(|it| !it.is_empty()).unwrap_or(namespace).to_owned(),
                    name: value.to_owned(),
                }
            }
            ("VirtualService", ("Delegate", "namespace")) => Target::Delegate {
                namespace: value.to_owned(),
                name: context.outer(0)?.get("name")?.as_str()?.to_owned(),
            },
            _ => return None,
        })
    }

    /// Where it is defined; in several places where several resources do.
    pub(super) fn definitions(&self, analysis: &Analysis) -> Vec<Definition> {
        let mesh = &analysis.effective.mesh;
        let named = |id: ResourceId| {
            let resource = mesh.resource(id);
            let spot = Spot { file: resource.file, range: resource.name_range };
            definition(analysis, id, spot)
        };
        match self {
            Target::Subset { host, name } => {
                let rules = names::rules_for(mesh, host).into_iter();
                let subsets =
                    rules.flat_map(|(id, rule)| rule.subsets.iter().map(move |subset| (id, subset)));
                let wanted = subsets.filter(|(_, subset)| subset.name.value == *name);
                let spot = |id, range| Spot { file: mesh.resource(id).file, range };
                wanted.map(|(id, it)| definition(analysis, id, spot(id, it.name.range))).collect()
            }
            Target::Gateway(name) => {
                let is = |id: &ResourceId| {
                    let key = &mesh.resource(*id).key;
                    format!("{}/{}", key.namespace, key.name) == *name
                };
                names::all_gateways(mesh).map(|(id, _)| id).filter(is).map(named).collect()
            }
            Target::Delegate { namespace, name } => {
                let id = mesh.delegates.get(&(namespace.clone(), name.clone()));
                id.copied().map(named).into_iter().collect()
            }
            Target::Host(name) => {
                let services = mesh.services.iter().filter(|service| host::subset_of(name, &service.host));
                let places = services.filter_map(|service| {
                    let id = service.resource?;
                    let resource = mesh.resource(id);
                    let range = match &resource.body {
                        Body::ServiceEntry(entry) => {
                            entry.hosts.iter().find(|it| it.value == service.host).map(|it| it.range)
                        }
                        _ => None,
                    };
                    let range = range.unwrap_or(resource.name_range);
                    Some(definition(analysis, id, Spot { file: resource.file, range }))
                });
                places.collect()
            }
        }
    }
}

fn definition(analysis: &Analysis, id: ResourceId, spot: Spot) -> Definition {
    let key = &analysis.effective.mesh.resource(id).key;
    let what = match key.kind {
        Kind::Namespace => key.name.clone(),
        _ => format!("{} {}/{}", key.kind, key.namespace, key.name),
    };
    Definition { spot, what }
}

/// Where what is named at an offset of a text is defined.
pub fn definitions(analysis: &Analysis, file: FileId, offset: u32) -> Vec<Definition> {
    in_context(analysis, file, offset, |context| Some(Target::of(analysis, context)?.definitions(analysis)))
        .unwrap_or_default()
}

/// Does something with where an offset of a text stands.
pub(super) fn in_context<T>(
    analysis: &Analysis,
    file: FileId,
    offset: u32,
    with: impl FnOnce(&Context<'_>) -> Option<T>,
) -> Option<T> {
    let text = &analysis.sources.get(file)?.text;
    let range = document_at(text, offset)?;
    let parse = parse_yaml(range.of(text));
    let context = Context::at(parse.documents.first()?, offset.checked_sub(range.start)?)?;
    with(&context)
}
