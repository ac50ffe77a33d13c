//! What is built for a proxy as text that a person reads and a diff shows, one line for each fact.
//!
//! The tables print the Envoy view; places in VirtualServices, which Envoy does not know, come from the model.

use pilothouse_analysis::{
    Analysis,
    effective::{Action, Origin, Refusal, RouteEntry, default_retry},
    mesh::Proxy,
    resource::{ProblemKind, ResourceId},
};
use pilothouse_report::envoy;
use serde_json::{Map, Value};

/// Route configurations: `virtual host | # | match -> action | rule`.
pub fn routes(analysis: &Analysis, proxy: &Proxy) -> String {
    let config = analysis.effective.proxy(proxy);
    let view = envoy::proxy(analysis, proxy);
    let mut out = String::new();
    for (config, printed) in config.route_configs.iter().zip(list(&view["route_configs"])) {
        let mut rows = Vec::new();
        if let Some(refused) = &config.refused {
            rows.push(vec![refusal(refused)]);
        }
        for (host, printed) in config.virtual_hosts.iter().zip(list(&printed["virtual_hosts"])) {
            let row = |cells: [&str; 3]| {
                let cells = cells.into_iter().map(str::to_owned);
                std::iter::once(host.name.clone()).chain(cells).collect::<Vec<_>>()
            };
            if printed["require_tls"] == "ALL" {
                rows.push(row(["-", "every plain request is sent to https", ""]));
            }
            if host.routes.is_empty() && host.require_tls.is_none() {
                rows.push(row(["-", "no route", ""]));
            }
            for (at, (entry, printed)) in host.routes.iter().zip(list(&printed["routes"])).enumerate() {
                let number = (at + 1).to_string();
                let text = route(analysis, entry, printed);
                rows.push(row([&number, &text, &rule(analysis, entry)]));
            }
        }
        out.push_str(&format!("{}\n{}", config.name, aligned(rows)));
    }
    out
}

/// The domains of each virtual host: `virtual host | domains`.
pub fn domains(analysis: &Analysis, proxy: &Proxy) -> String {
    let config = analysis.effective.proxy(proxy);
    let mut out = String::new();
    for config in &config.route_configs {
        let hosts = config.virtual_hosts.iter();
        let rows = hosts.map(|host| vec![host.name.clone(), host.domains.join(", ")]).collect();
        out.push_str(&format!("{}\n{}", config.name, aligned(rows)));
    }
    out
}

/// Listeners: `listener | connections -> where to | Gateway or VirtualService`.
pub fn listeners(analysis: &Analysis, proxy: &Proxy) -> String {
    let config = analysis.effective.proxy(proxy);
    let view = envoy::proxy(analysis, proxy);
    let mut rows = Vec::new();
    for (listener, printed) in config.listeners.iter().zip(list(&view["listeners"])) {
        if let Some(refused) = &listener.refused {
            rows.push(vec![listener.name.clone(), refusal(refused)]);
        }
        for (chain, printed) in listener.chains.iter().zip(list(&printed["filter_chains"])) {
            let names = join(list(&printed["server_names"]).map(text));
            let what = match (printed["terminates_tls"] == true, names.as_str()) {
                (true, "") => "tls any".to_owned(),
                (true, names) => format!("tls {names}"),
                (false, "") => "any".to_owned(),
                (false, names) => format!("sni {names}"),
            };
            let target = match &printed["rds"] {
                Value::String(name) => name.clone(),
                _ => destinations(printed),
            };
            let rest =
                rest(printed, &["server_names", "terminates_tls", "rds", "cluster", "weighted_clusters"]);
            let origin = chain.origin.map(|origin| name(analysis, origin.resource)).unwrap_or_default();
            rows.push(vec![listener.name.clone(), format!("{what} -> {target}{rest}"), origin]);
        }
    }
    aligned(rows)
}

/// Clusters: `destination | load balancer and limits | DestinationRule`.
pub fn clusters(analysis: &Analysis, proxy: &Proxy) -> String {
    let view = envoy::proxy(analysis, proxy);
    let rows = list(&view["clusters"]).map(|cluster| {
        let origin = text(&cluster["origin"]).split_once('/').map_or("", |(_, name)| name);
        let policy =
            format!("{}{}", text(&cluster["lb_policy"]), rest(cluster, &["name", "lb_policy", "origin"]));
        vec![destination(text(&cluster["name"])), policy, origin.to_owned()]
    });
    let mut rows: Vec<Vec<String>> = rows.collect();
    rows.sort();
    aligned(rows)
}

/// What has no part: `id | what | reason | what took its place`.
pub fn dropped(analysis: &Analysis, proxy: &Proxy) -> String {
    let config = analysis.effective.proxy(proxy);
    let all = analysis.effective.dropped.iter().chain(&config.dropped);
    let rows = all.map(|it| {
        let winner = it.winner.map(|winner| place(analysis, winner)).unwrap_or_default();
        vec![it.reason.id().to_owned(), place(analysis, it.origin), format!("{:?}", it.reason), winner]
    });
    aligned(rows.collect())
}

/// What the admission says: `refused or warned | resource | id | where`.
pub fn admission(analysis: &Analysis) -> String {
    let rows = |what: &str, kind: ProblemKind, listed: Vec<(ResourceId, String)>| {
        let mut rows = Vec::new();
        for problem in analysis.problems.iter().filter(|problem| problem.kind == kind) {
            let Some(id) = problem.resource.filter(|id| listed.iter().any(|(listed, _)| listed == id)) else {
                continue;
            };
            let text = excerpt(analysis, Origin { resource: id, range: problem.range });
            rows.push(vec![what.to_owned(), kind_and_name(analysis, id), problem.id.to_owned(), text]);
        }
        rows.sort();
        rows.dedup();
        rows
    };
    let mut out = rows("refused", ProblemKind::Invalid, analysis.rejected());
    out.extend(rows("warned", ProblemKind::Warning, analysis.warned()));
    aligned(out)
}

/// What the rules find: `severity | code | resource and where | ids`.
pub fn findings(analysis: &Analysis) -> String {
    let rows = analysis.findings().into_iter().map(|finding| {
        let range = finding.primary.range;
        let place = finding.primary.resource.map(|resource| place(analysis, Origin { resource, range }));
        let ids = finding.ids.join(", ");
        vec![
            finding.severity.as_str().to_owned(),
            finding.rule.code.to_owned(),
            place.unwrap_or_default(),
            ids,
        ]
    });
    aligned(rows.collect())
}

/// `match -> action; what else is done`.
fn route(analysis: &Analysis, entry: &RouteEntry, printed: &Value) -> String {
    let mut forward = printed["route"].clone();
    if let (Action::Forward(model), Some(fields)) = (&entry.route.action, forward.as_object_mut()) {
        if model.retry.as_ref() == Some(&default_retry(&analysis.effective.mesh.profile)) {
            fields.remove("retry_policy");
        } else if model.retry.is_none() && entry.route.origin.is_some() {
            fields.insert("retry_policy".to_owned(), "off".into());
        }
        if fields["timeout"] == "0s" {
            fields.remove("timeout");
        }
    }
    let action = match (&forward, &printed["redirect"], &printed["direct_response"]) {
        (Value::Object(_), ..) => {
            format!("{}{}", destinations(&forward), rest(&forward, &["cluster", "weighted_clusters"]))
        }
        (_, Value::Object(fields), _) => format!("redirect{}", words(fields)),
        (.., Value::Object(fields)) => format!("answer{}", words(fields)),
        _ => "nothing".to_owned(),
    };
    let rest = rest(printed, &["name", "match", "route", "redirect", "direct_response", "origin"]);
    let label = match text(&printed["name"]) {
        "" => String::new(),
        name => format!("({name}) "),
    };
    format!("{label}{} -> {action}{rest}", conditions(&printed["match"]))
}

/// What a route asks of a request.
fn conditions(matcher: &Value) -> String {
    let case = if matcher["case_sensitive"] == false { " in any case" } else { "" };
    let mut out = vec![match (&matcher["path"], &matcher["prefix"]) {
        (Value::String(path), _) => format!("path {path}{case}"),
        (_, Value::String(prefix)) => format!("prefix {prefix}{case}"),
        _ => format!("regex {}{case}", text(&matcher["safe_regex"]["regex"])),
    }];
    for header in list(&matcher["headers"]) {
        let no = if header["invert_match"] == true { "not " } else { "" };
        let empty =
            if header["treat_missing_header_as_empty"] == true { " (missing counts as empty)" } else { "" };
        let kind = if text(&header["name"]).starts_with(':') { "" } else { "header " };
        out.push(format!("{no}{kind}{} {}{empty}", text(&header["name"]), test(&header["string_match"])));
    }
    for query in list(&matcher["query_parameters"]) {
        out.push(format!("query {} {}", text(&query["name"]), test(&query["string_match"])));
    }
    for claim in list(&matcher["dynamic_metadata"]) {
        let no = if claim["invert"] == true { "not " } else { "" };
        out.push(format!("{no}claim {} {}", text(&claim["claim"]), test(&claim["value"])));
    }
    out.join(", ")
}

fn test(value: &Value) -> String {
    match (&value["exact"], &value["prefix"], &value["safe_regex"]) {
        (Value::String(text), ..) => format!("= {text}"),
        (_, Value::String(text), _) => format!("prefix {text}"),
        (.., Value::Object(regex)) => format!("regex {}", text(&regex["regex"])),
        _ => "present".to_owned(),
    }
}

/// One destination, or several with their weights.
fn destinations(action: &Value) -> String {
    match &action["cluster"] {
        Value::String(name) => destination(name),
        _ => {
            let weighted = list(&action["weighted_clusters"]).map(|cluster| {
                let rest = rest(cluster, &["name", "weight"]);
                format!("{} {}{rest}", cluster["weight"], destination(text(&cluster["name"])))
            });
            format!("[{}]", join(weighted))
        }
    }
}

/// `outbound|80|v1|host` as `host:80 v1`.
pub fn destination(cluster: &str) -> String {
    let parts: Vec<&str> = cluster.splitn(4, '|').collect();
    match parts[..] {
        ["outbound", port, "", host] => format!("{host}:{port}"),
        ["outbound", port, subset, host] => format!("{host}:{port} {subset}"),
        _ => cluster.to_owned(),
    }
}

/// `namespace/VirtualService rule.condition`, counted from 1; of a delegate also the root.
fn rule(analysis: &Analysis, entry: &RouteEntry) -> String {
    let Some(origin) = entry.route.origin else { return String::new() };
    let block = origin.block.map(|block| format!(".{}", block + 1)).unwrap_or_default();
    let root = if origin.written_in == origin.virtual_service {
        String::new()
    } else {
        format!(" for {}", name(analysis, origin.virtual_service))
    };
    format!("{} {}{block}{root}", name(analysis, origin.written_in), origin.rule + 1)
}

fn refusal(refusal: &Refusal) -> String {
    format!("refused by Envoy: {:?} {}", refusal.reason, refusal.what).trim_end().to_owned()
}

/// The resource, and how the text there begins.
fn place(analysis: &Analysis, origin: Origin) -> String {
    format!("{} {}", kind_and_name(analysis, origin.resource), excerpt(analysis, origin))
}

fn excerpt(analysis: &Analysis, origin: Origin) -> String {
    let resource = analysis.effective.mesh.resource(origin.resource);
    let source = analysis.sources.get(resource.file);
    let text = source
        .and_then(|it| it.text.get(origin.range.start as usize..origin.range.end as usize))
        .unwrap_or_default();
    let start: String = text.lines().next().unwrap_or_default().chars().take(60).collect();
    format!("`{}`", start.trim_end())
}

fn kind_and_name(analysis: &Analysis, id: ResourceId) -> String {
    let key = &analysis.effective.mesh.resource(id).key;
    format!("{} {}/{}", key.kind, key.namespace, key.name)
}

fn name(analysis: &Analysis, id: ResourceId) -> String {
    let key = &analysis.effective.mesh.resource(id).key;
    format!("{}/{}", key.namespace, key.name)
}

/// Fields that are not named, each behind a semicolon.
fn rest(value: &Value, known: &[&str]) -> String {
    let fields = value.as_object().into_iter().flatten().filter(|(name, _)| !known.contains(&name.as_str()));
    fields.map(|(name, value)| format!("; {name} {}", flat(value))).collect()
}

fn words(fields: &Map<String, Value>) -> String {
    fields.iter().map(|(name, value)| format!(" {name} {}", flat(value))).collect()
}

/// A value in one line, without quotes.
fn flat(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", join(items.iter().map(flat))),
        Value::Object(fields) => {
            format!("{{{}}}", join(fields.iter().map(|(name, value)| format!("{name} {}", flat(value)))))
        }
        other => other.to_string(),
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn join(parts: impl Iterator<Item = impl AsRef<str>>) -> String {
    let parts: Vec<_> = parts.collect();
    parts.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ")
}

/// Rows with a bar between cells, which stand below each other.
fn aligned(rows: Vec<Vec<String>>) -> String {
    let mut widths: Vec<usize> = Vec::new();
    for row in rows.iter().filter(|row| row.len() > 1) {
        for (at, cell) in row.iter().enumerate() {
            let width = cell.chars().count();
            match widths.get_mut(at) {
                Some(known) => *known = width.max(*known),
                None => widths.push(width),
            }
        }
    }
    let line = |row: &Vec<String>| {
        let cells = row.iter().enumerate().map(|(at, cell)| {
            let width = widths.get(at).copied().unwrap_or_default();
            format!("{cell:width$}")
        });
        let cells: Vec<String> = cells.collect();
        cells.join(" | ").trim_end_matches([' ', '|']).to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}
