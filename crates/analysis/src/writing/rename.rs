//! A subset or a gateway gets another name, everywhere it is named.

use pilothouse_syntax::TextRange;

use super::{
    gap::document_at,
    names,
    target::{Target, in_context},
};
use crate::{
    Analysis, FileId,
    fix::{Change, Edit, Fix, Refusal, Scalar, Spot, edits},
    mesh::{host, names as full},
    resource::{ResourceId, is_label},
};

/// A name that can be changed everywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Where it was asked for.
    pub range: TextRange,
    /// The name.
    pub old: String,
    /// What it is the name of: ``subset of `cart.shop.svc.cluster.local` ``.
    pub what: String,
    /// How many places name it.
    pub places: usize,
}

/// The name at an offset of a text, or why there is none that can be changed.
pub fn named(analysis: &Analysis, file: FileId, offset: u32) -> Result<Name, Refusal> {
    let (range, target) = target(analysis, file, offset)?;
    let places = places(analysis, &target).len();
    let (old, what) = match target {
        Target::Subset { host, name } => (name, format!("subset of `{host}`")),
        Target::Gateway(name) => {
            let (namespace, own) = name.split_once('/').unwrap_or(("", &name));
            (own.to_owned(), format!("Gateway in `{namespace}`"))
        }
        Target::Delegate { .. } | Target::Host(_) => return nothing(),
    };
    Ok(Name { range, old, what, places })
}

/// The edits that give the name at an offset another one everywhere, or why that cannot be.
pub fn rename(analysis: &Analysis, file: FileId, offset: u32, new: &str) -> Result<Vec<Edit>, Refusal> {
    let (_, target) = target(analysis, file, offset)?;
    let new = new.trim();
    if !is_label(new) {
        let words = "a name has small letters, digits and dashes, and begins and ends with a letter or digit";
        return Err(Refusal(format!("`{new}` is no name: {words}")));
    }
    let other = match &target {
        Target::Subset { host, name } if name != new => {
            Target::Subset { host: host.clone(), name: new.to_owned() }
        }
        Target::Gateway(name) => {
            let namespace = name.split_once('/').map_or("", |(namespace, _)| namespace);
            let other = format!("{namespace}/{new}");
            if other == *name {
                return Ok(Vec::new());
            }
            Target::Gateway(other)
        }
        _ => return Ok(Vec::new()),
    };
    if let Some(taken) = other.definitions(analysis).first() {
        return Err(Refusal(format!("`{new}` is there already, in {}", taken.what)));
    }
    let change = |(spot, written): (Spot, String)| {
        let with = Scalar::Text(renamed(&written, new));
        Change::Replace { at: spot, with }
    };
    let changes = places(analysis, &target).into_iter().map(change).collect();
    edits(analysis, &Fix::new(format!("Rename to `{new}`"), changes))
}

/// A reference as it is written, with another name: what says the namespace stays.
fn renamed(written: &str, new: &str) -> String {
    match (written.rsplit_once('/'), written.split_once('.')) {
        (Some((namespace, _)), _) => format!("{namespace}/{new}"),
        (None, Some((_, namespace))) => format!("{new}.{namespace}"),
        (None, None) => new.to_owned(),
    }
}

fn nothing<T>() -> Result<T, Refusal> {
    Err(Refusal(
        "Only the names of subsets and gateways can be changed everywhere: put the cursor on one.".into(),
    ))
}

fn target(analysis: &Analysis, file: FileId, offset: u32) -> Result<(TextRange, Target), Refusal> {
    let start = analysis.sources.get(file).and_then(|source| document_at(&source.text, offset));
    let start = start.map_or(0, |document| document.start);
    let found = in_context(analysis, file, offset, |context| {
        let range = context.scalar.range();
        let range = TextRange::new(range.start + start, range.end + start);
        Some((range, Target::of(analysis, context)?))
    });
    match found {
        Some((range, target @ (Target::Subset { .. } | Target::Gateway(_)))) => Ok((range, target)),
        _ => nothing(),
    }
}

/// Every place that names a target, with what is written there.
fn places(analysis: &Analysis, target: &Target) -> Vec<(Spot, String)> {
    let mesh = &analysis.effective.mesh;
    let spot = |id: ResourceId, range| Spot { file: mesh.resource(id).file, range };
    let namespace = |id: ResourceId| mesh.resource(id).key.namespace.as_str();
    let mut out: Vec<(Spot, String)> = Vec::new();
    match target {
        Target::Subset { host, name } => {
            let hosts = names::subset_hosts(mesh, host, name);
            for (id, own, subset) in names::subsets(mesh).filter(|(_, own, _)| hosts.contains(own)) {
                if subset.name.value == *name {
                    out.push((spot(id, subset.name.range), own));
                }
            }
            for (id, destination) in names::destination_uses(mesh) {
                let Some(subset) = destination.subset.as_ref().filter(|it| it.value == *name) else {
                    continue;
                };
                let own = full::full_host(&destination.host.value, namespace(id), &mesh.profile);
                if hosts.iter().any(|host| host::subset_of(&own, host)) {
                    out.push((spot(id, subset.range), own.into_owned()));
                }
            }
            for (_, written) in &mut out {
                written.clone_from(name);
            }
        }
        Target::Gateway(name) => {
            for definition in target.definitions(analysis) {
                let own = name.split_once('/').map_or("", |(_, own)| own);
                out.push((definition.spot, own.to_owned()));
            }
            for (id, reference) in names::gateway_uses(mesh) {
                if full::gateway_reference(&reference.value, namespace(id)) == *name {
                    out.push((spot(id, reference.range), reference.value.clone()));
                }
            }
        }
        Target::Delegate { .. } | Target::Host(_) => {}
    }
    out.sort();
    out.dedup();
    out
}
