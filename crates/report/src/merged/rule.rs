//! A rule as it takes effect, as JSON that means the same in any namespace.

use pilothouse_analysis::{
    effective::{Origin, Rule},
    mesh::names,
    resource::ResourceId,
};
use serde_json::{Map, Value, json};

use super::{
    MergedRule,
    conditions::{Here, condition},
    source,
    source::Texts,
};

/// What a delegate's rule takes from the root's where it says nothing itself (DEL-5).
const INHERITED: [&str; 11] = [
    "directResponse",
    "rewrite",
    "timeout",
    "retries",
    "fault",
    "mirror",
    "mirrors",
    "mirrorPercent",
    "mirrorPercentage",
    "corsPolicy",
    "headers",
];

/// A rule with some of its conditions; with none it takes everything that comes to the place.
pub(super) fn rule(
    texts: &Texts<'_>,
    rule: &Rule,
    blocks: &[usize],
    here: &Here,
    notes: &mut Vec<String>,
) -> Option<MergedRule> {
    let origin = &rule.origin;
    let mut out = completed(texts, origin.written_in, origin.index)?;
    let mut comment = called(texts, origin.written_in, origin.index);
    if let Some(root) = origin.root {
        let index = root_index(texts, root)?;
        let mut above = completed(texts, root.resource, index)?;
        for field in INHERITED {
            let silent = !set(&out, field);
            if let Some(value) = above.remove(field).filter(|_| silent) {
                out.insert(field.to_owned(), value);
            }
        }
        let answers = ["redirect", "directResponse"].into_iter().find(|field| set(&out, field));
        for field in ["directResponse", "route", "rewrite", "fault"] {
            // A redirect or an answer goes before the rest, and together they would be refused (VAL-V7).
            if answers.is_some_and(|answers| answers != field)
                && out.remove(field).is_some_and(|value| !value.is_null())
                && field == "fault"
            {
                let answers = answers.unwrap_or_default();
                notes.push(format!(
                    "{comment} is without its `fault`, which cannot stand beside `{answers}`."
                ));
            }
        }
        one_list_of_mirrors(&mut out);
        comment = format!("{comment}, to which {} delegates", lower(&called(texts, root.resource, index)));
    }
    out.remove("delegate");
    out.remove("name");
    if let Some(name) = rule.http.name.as_ref().filter(|name| !name.value.is_empty()) {
        out.insert("name".to_owned(), json!(name.value));
    }
    out.remove("match");
    let mut wanted: Vec<Value> = blocks
        .iter()
        .filter_map(|&at| rule.http.matches.get(at))
        .map(|block| condition(block, here))
        .collect();
    if blocks.is_empty() {
        wanted.extend(Some(here.condition()).filter(|it| !it.is_empty()).map(Value::Object));
    }
    if !wanted.is_empty() {
        out.insert("match".to_owned(), Value::Array(wanted));
    }
    Some(MergedRule { comment, rule: out })
}

/// Whether a field says something.
fn set(rule: &Map<String, Value>, field: &str) -> bool {
    rule.get(field)
        .is_some_and(|value| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty()))
}

/// `mirror` among `mirrors`, where one comes from the root and the others from the delegate (VAL-V7, HM-20).
fn one_list_of_mirrors(rule: &mut Map<String, Value>) {
    if !set(rule, "mirror") || !set(rule, "mirrors") {
        return;
    }
    let mut first = Map::new();
    first.extend(rule.remove("mirror").map(|destination| ("destination".to_owned(), destination)));
    let share = rule.remove("mirrorPercent").map(|share| json!({"value": share}));
    let share = rule.remove("mirrorPercentage").filter(|it| !it.is_null()).or(share);
    first.extend(share.map(|share| ("percentage".to_owned(), share)));
    if let Some(Value::Array(mirrors)) = rule.get_mut("mirrors") {
        mirrors.insert(0, Value::Object(first));
    }
}

/// Which rule it is: ``rule 2 of `shop/web` ``.
pub(super) fn called(texts: &Texts<'_>, id: ResourceId, index: usize) -> String {
    format!("Rule {} of {}", index + 1, source::name(texts.analysis, id))
}

/// The same in the middle of a sentence.
pub(super) fn lower(rule: &str) -> String {
    rule.replacen('R', "r", 1)
}

fn root_index(texts: &Texts<'_>, root: Origin) -> Option<usize> {
    texts
        .analysis
        .effective
        .mesh
        .virtual_service(root.resource)
        .http
        .iter()
        .position(|it| it.range == root.range)
}

/// A rule as it is written, its hosts as its own resource means them (HOST-8).
fn completed(texts: &Texts<'_>, id: ResourceId, index: usize) -> Option<Map<String, Value>> {
    let mesh = &texts.analysis.effective.mesh;
    let namespace = &mesh.resource(id).key.namespace;
    let complete = |destination: Option<&mut Value>| {
        if let Some(Value::String(host)) = destination.and_then(|it| it.get_mut("host")) {
            *host = names::full_host(host, namespace, &mesh.profile).into_owned();
        }
    };
    let mut rule = texts.http_rule(id, index)?;
    for list in ["route", "mirrors"] {
        for entry in rule.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            complete(entry.get_mut("destination"));
        }
    }
    complete(rule.get_mut("mirror"));
    Some(rule)
}
