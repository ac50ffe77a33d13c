//! What may stand at a place: fields that are not set yet, and values that the field or the input knows.

use pilothouse_syntax::{Style, TextRange, parse_yaml};

use super::{
    context::Context,
    gap::{Gap, WORD},
    meaning::words,
    names,
};
use crate::{
    Analysis, FileId,
    mesh::names as full,
    resource::schema::{Field, Table, Type},
};

/// What may stand at a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// What an item replaces, in bytes of the text.
    pub range: TextRange,
    /// The items, those that must be set first.
    pub items: Vec<Item>,
}

/// Something that may stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What it is called.
    pub label: String,
    /// What is written.
    pub insert: String,
    /// Whether it is a field.
    pub is_field: bool,
    /// What it takes, or what it is.
    pub detail: String,
    /// What it does.
    pub doc: String,
}

/// What may stand at an offset of a text; none in comments, in blocks of text and where nothing is known.
pub fn completion(analysis: &Analysis, file: FileId, offset: u32) -> Option<Completion> {
    let text = &analysis.sources.get(file)?.text;
    let gap = Gap::at(text, offset)?;
    // What is broken behind the line, such as an open bracket, must not hide where the line stands.
    [false, true].into_iter().find_map(|cut| {
        let (filled, at) = gap.filled(text, cut)?;
        let parse = parse_yaml(&filled);
        let context = Context::at(parse.documents.first()?, at)?;
        let whole = context.scalar.source() == WORD && context.scalar.style() != Style::Block;
        let items = whole.then(|| items(analysis, &context, &gap)).flatten()?;
        Some(Completion { range: gap.range, items })
    })
}

fn items(analysis: &Analysis, context: &Context<'_>, gap: &Gap) -> Option<Vec<Item>> {
    let only_1_1 = !analysis.effective.mesh.profile.structural_schema;
    let takes = context.takes?;
    let items = match takes {
        Type::Message(table) if context.is_key => fields(context, table, only_1_1, gap, ""),
        // A list without its dash yet.
        Type::List(&Type::Message(table)) | Type::Sized(&Type::Message(table), ..)
            if context.is_key && !gap.colon && !gap.quoted =>
        {
            fields(context, table, only_1_1, gap, "- ")
        }
        Type::List(_) | Type::Sized(..) | Type::Map(_) | Type::Message(_) => return None,
        // A word by itself is read as a key: the item of a list, or a value in a line of its own.
        _ if gap.colon => return None,
        scalar => values(analysis, context, &scalar, only_1_1, gap),
    };
    (!items.is_empty()).then_some(items)
}

/// The fields that are not set yet.
fn fields(context: &Context<'_>, table: &'static Table, only_1_1: bool, gap: &Gap, dash: &str) -> Vec<Item> {
    let mapping = context.outer(0).filter(|_| dash.is_empty());
    let set = |name: &str| mapping.is_some_and(|it| it.get(name).is_some());
    let excluded = |field: &Field| {
        let groups = table.one_of.iter().filter(|group| group.contains(&field.name));
        groups.flat_map(|group| group.iter()).any(|other| set(other))
    };
    let free = |field: &&Field| {
        let known = field.exists(only_1_1) && !set(field.name) && !excluded(field);
        known && !matches!(field.ty, Type::Unmodelled) || field.name == "spec" && !set("spec")
    };
    let mut fields: Vec<&'static Field> = table.fields.iter().filter(free).collect();
    fields.sort_by_key(|field| !field.required);
    let item = |field: &'static Field| {
        let ending = match field.ty {
            _ if gap.quoted || gap.colon => "",
            Type::Message(_) | Type::List(_) | Type::Sized(..) | Type::Map(_) | Type::Unmodelled => ":",
            _ => ": ",
        };
        Item {
            label: field.name.to_owned(),
            insert: format!("{dash}{}{ending}", field.name),
            is_field: true,
            detail: words(&field.ty),
            doc: field.doc.to_owned(),
        }
    };
    fields.into_iter().map(item).collect()
}

/// The values that a field takes or that the input knows for it.
fn values(analysis: &Analysis, context: &Context<'_>, takes: &Type, only_1_1: bool, gap: &Gap) -> Vec<Item> {
    let plain = |words: &[&str]| -> Vec<(String, String)> {
        words.iter().map(|&word| (word.to_owned(), String::new())).collect()
    };
    let known = match takes {
        Type::Bool => plain(&["true", "false"]),
        Type::Enum { words, later } => {
            let words: Vec<&str> =
                words.iter().copied().filter(|word| !only_1_1 || !later.contains(word)).collect();
            plain(&words)
        }
        _ => named(analysis, context),
    };
    let doc = context.field.map_or("", |field| field.doc);
    let item = |(label, detail): (String, String)| Item {
        insert: if gap.quoted { label.clone() } else { quoted(&label) },
        label,
        is_field: false,
        detail,
        doc: doc.to_owned(),
    };
    known.into_iter().map(item).collect()
}

/// The names that the input knows for a field.
fn named(analysis: &Analysis, context: &Context<'_>) -> Vec<(String, String)> {
    let mesh = &analysis.effective.mesh;
    let namespace = context.namespace();
    let text = |steps, key| context.outer(steps)?.get(key)?.as_str();
    let full = |host: &str| full::full_host(host, namespace, &mesh.profile).into_owned();
    let kind = context.root.get("kind").and_then(|it| it.as_str()).unwrap_or_default();
    // A word by itself was read as a mapping of its own.
    let own = usize::from(context.is_key);
    match (kind, context.place()) {
        (_, ("Resource", "kind")) => kinds(context.root.get("apiVersion").and_then(|it| it.as_str())),
        (_, ("Resource", "apiVersion")) => versions(kind),
        ("VirtualService", ("Destination", "host")) | ("DestinationRule", ("DestinationRule", "host")) => {
            names::hosts(mesh, namespace)
        }
        ("VirtualService", ("Destination", "subset")) => {
            let Some(host) = text(own, "host") else { return Vec::new() };
            let mut out: Vec<(String, String)> = Vec::new();
            for (id, rule) in names::rules_for(mesh, &full(host)) {
                let key = &mesh.resource(id).key;
                for subset in &rule.subsets {
                    if out.iter().all(|(known, _)| *known != subset.name.value) {
                        let of = format!("{} {}/{}", key.kind, key.namespace, key.name);
                        out.push((subset.name.value.clone(), of));
                    }
                }
            }
            out
        }
        (_, ("PortSelector", "number")) => {
            let of_rule = || context.root.get("spec")?.get("host")?.as_str();
            let host = if kind == "DestinationRule" { of_rule() } else { text(own + 1, "host") };
            host.map(|host| names::ports(mesh, &full(host))).unwrap_or_default()
        }
        ("VirtualService", (_, "gateways")) => names::gateways(mesh, namespace),
        ("VirtualService", ("VirtualService", "hosts")) => {
            let mut hosts = names::outer_hosts(mesh, true);
            hosts.extend(names::hosts(mesh, namespace));
            hosts
        }
        ("Gateway", ("Server", "hosts")) => names::outer_hosts(mesh, false),
        (_, ("Delegate", "name")) => {
            names::delegates(mesh, Some(text(own, "namespace").unwrap_or(namespace)))
        }
        (_, ("Delegate", "namespace")) => names::delegates(mesh, None),
        (_, (_, "exportTo")) => {
            let special = [(".", "its own namespace"), ("*", "all namespaces")];
            let special = special.map(|(name, what)| (name.to_owned(), what.to_owned()));
            special.into_iter().chain(names::namespaces(mesh)).collect()
        }
        (_, ("ObjectMeta", "namespace") | (_, "sourceNamespace")) => names::namespaces(mesh),
        _ => Vec::new(),
    }
}

const ISTIO: &str = "networking.istio.io/";
const ISTIO_KINDS: [&str; 5] = ["VirtualService", "Gateway", "DestinationRule", "ServiceEntry", "Sidecar"];
const APPS_KINDS: [&str; 3] = ["Deployment", "StatefulSet", "DaemonSet"];
const CORE_KINDS: [&str; 3] = ["Service", "Namespace", "Pod"];

fn kinds(version: Option<&str>) -> Vec<(String, String)> {
    let all = [(ISTIO, &ISTIO_KINDS[..]), ("v1", &CORE_KINDS), ("apps/", &APPS_KINDS)];
    let fits = |group: &str| version.is_none_or(|it| it == WORD || it.is_empty() || it.starts_with(group));
    let fitting = all.into_iter().filter(|(group, _)| fits(group));
    fitting
        .flat_map(|(group, kinds)| {
            kinds.iter().map(move |kind| (kind.to_string(), group.trim_end_matches('/').to_owned()))
        })
        .collect()
}

fn versions(kind: &str) -> Vec<(String, String)> {
    let all = [
        ("networking.istio.io/v1", &ISTIO_KINDS[..]),
        ("networking.istio.io/v1beta1", &ISTIO_KINDS),
        ("networking.istio.io/v1alpha3", &ISTIO_KINDS),
        ("v1", &CORE_KINDS),
        ("apps/v1", &APPS_KINDS),
    ];
    let known = all.iter().any(|(_, kinds)| kinds.contains(&kind));
    let fitting = all.into_iter().filter(|(_, kinds)| !known || kinds.contains(&kind));
    fitting.map(|(version, _)| (version.to_owned(), String::new())).collect()
}

/// A value as it is written by itself.
fn quoted(value: &str) -> String {
    if value.starts_with('*') { format!("'{value}'") } else { value.to_owned() }
}
