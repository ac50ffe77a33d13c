//! Findings as SARIF 2.1.0, the form that code scanning reads.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use pilothouse_analysis::{
    Analysis,
    rules::{RULES, Rule},
};
use pilothouse_report::{Allowance, CheckOutput, Edit, Finding, Fix, Range, ResourceKey};
use serde_json::{Value, json};

use crate::github::spoken;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The log of one run.
pub(crate) fn log(analysis: &Analysis, output: &CheckOutput) -> Value {
    let suppressed = output.suppressed.iter().map(|it| (&it.finding, Some(&it.allowance)));
    let all: Vec<(&Finding, Option<&Allowance>)> =
        output.findings.iter().map(|finding| (finding, None)).chain(suppressed).collect();
    let found: BTreeSet<&str> = all.iter().map(|(finding, _)| finding.code.as_str()).collect();
    let rules: Vec<&Rule> = RULES.iter().copied().filter(|rule| found.contains(rule.code)).collect();
    let mut writer = Writer::new(analysis, &rules);
    let results: Vec<Value> = all.iter().map(|(finding, by)| writer.result(finding, *by)).collect();
    let artifacts = analysis.sources.files.iter().map(|file| {
        json!({ "location": { "uri": uri(&file.name) }, "roles": ["analysisTarget"], "encoding": "utf-8" })
    });
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "Pilothouse",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
            } },
            "columnKind": "utf16CodeUnits",
            "artifacts": artifacts.collect::<Vec<_>>(),
            "results": results,
        }],
    })
}

fn descriptor(rule: &Rule) -> Value {
    // A page holds YAML, and whoever shows it shows its braces as they are.
    json!({
        "id": rule.code,
        "shortDescription": { "text": escaped(rule.summary()) },
        "help": { "text": rule.docs, "markdown": rule.docs },
        "defaultConfiguration": { "level": level(rule.severity.as_str()) },
        "properties": { "tags": rule.aliases },
    })
}

/// Writes results one after the other.
struct Writer<'a> {
    rules: BTreeMap<&'static str, usize>,
    files: BTreeMap<&'a str, usize>,
    /// How often each fingerprint was given.
    fingerprints: BTreeMap<String, u32>,
}

impl<'a> Writer<'a> {
    fn new(analysis: &'a Analysis, rules: &[&'static Rule]) -> Self {
        let rules = rules.iter().enumerate().map(|(at, rule)| (rule.code, at)).collect();
        let files = analysis.sources.files.iter().enumerate();
        // Of texts with one name the first is meant.
        let files = files.rev().map(|(at, file)| (file.name.as_str(), at)).collect();
        Writer { rules, files, fingerprints: BTreeMap::new() }
    }

    fn result(&mut self, finding: &Finding, by: Option<&Allowance>) -> Value {
        let related = finding.related.iter().enumerate().map(|(id, related)| {
            let mut location = self.location(&related.file, related.range, related.resource.as_ref());
            location["id"] = json!(id + 1);
            location["message"] = json!({ "text": escaped(&related.message) });
            location
        });
        let related: Vec<Value> = related.collect();
        let mut result = json!({
            "ruleId": finding.code,
            "level": level(&finding.severity),
            "message": { "text": escaped(&spoken(finding)) },
            "locations": [self.location(&finding.file, finding.range, finding.resource.as_ref())],
            "relatedLocations": related,
            "partialFingerprints": { "resource/v1": self.fingerprint(finding) },
        });
        if let Some(rule) = self.rules.get(finding.code.as_str()) {
            result["ruleIndex"] = json!(rule);
        }
        if !finding.fixes.is_empty() {
            result["fixes"] = finding.fixes.iter().map(|fix| self.fix(fix)).collect();
        }
        if let Some(allowance) = by {
            let mut suppression = json!({
                "kind": "inSource",
                "status": "accepted",
                "location": self.location(&allowance.file, allowance.range, None),
            });
            if let Some(reason) = &allowance.reason {
                suppression["justification"] = json!(reason);
            }
            result["suppressions"] = json!([suppression]);
        }
        result
    }

    fn fix(&self, fix: &Fix) -> Value {
        let mut by_file: BTreeMap<&str, Vec<&Edit>> = BTreeMap::new();
        for edit in &fix.edits {
            by_file.entry(&edit.file).or_default().push(edit);
        }
        let change = |(file, edits): (&str, Vec<&Edit>)| {
            let replacement = |edit: &Edit| json!({ "deletedRegion": region(edit.range), "insertedContent": { "text": edit.text } });
            let replacements: Vec<Value> = edits.into_iter().map(replacement).collect();
            json!({ "artifactLocation": self.artifact(file), "replacements": replacements })
        };
        let changes: Vec<Value> = by_file.into_iter().map(change).collect();
        json!({ "description": { "text": escaped(&fix.title) }, "artifactChanges": changes })
    }

    fn artifact(&self, file: &str) -> Value {
        let mut artifact = json!({ "uri": uri(file) });
        if let Some(index) = self.files.get(file) {
            artifact["index"] = json!(index);
        }
        artifact
    }

    fn location(&self, file: &str, range: Range, resource: Option<&ResourceKey>) -> Value {
        let mut location = json!({ "physicalLocation": {
            "artifactLocation": self.artifact(file),
            "region": region(range),
        } });
        if let Some(resource) = resource {
            location["logicalLocations"] =
                json!([{ "name": resource.name, "fullyQualifiedName": path(resource), "kind": "resource" }]);
        }
        location
    }

    /// What stays the same when lines move: the rule, the resources, and which of several it is.
    fn fingerprint(&mut self, finding: &Finding) -> String {
        let related = finding.related.iter().filter_map(|related| related.resource.as_ref());
        let resources: BTreeSet<String> = finding.resource.iter().chain(related).map(path).collect();
        let resources: Vec<String> = resources.into_iter().collect();
        let print = format!("{} {}", finding.code, resources.join(" "));
        let count = self.fingerprints.entry(print.clone()).or_default();
        *count += 1;
        format!("{print} {count}")
    }
}

fn region(range: Range) -> Value {
    json!({
        "startLine": range.start.line,
        "startColumn": range.start.column,
        "endLine": range.end.line,
        "endColumn": range.end.column,
    })
}

/// `Kind/namespace/name`.
fn path(resource: &ResourceKey) -> String {
    format!("{}/{}/{}", resource.kind, resource.namespace, resource.name)
}

fn level(severity: &str) -> &str {
    if severity == "info" { "note" } else { severity }
}

/// A text as SARIF writes messages, in which braces hold places for arguments (SARIF 3.11.5).
fn escaped(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

/// What stays as it is in the path of a URI.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_').remove(b'~');

/// A path as a URI, relative where the path is.
fn uri(name: &str) -> String {
    let scheme = if Path::new(name).is_absolute() { "file://" } else { "" };
    let name = name.strip_prefix("./").unwrap_or(name);
    format!("{scheme}{}", utf8_percent_encode(name, PATH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris() {
        assert_eq!(uri("./deploy/a b.yaml"), "deploy/a%20b.yaml");
        assert_eq!(uri("a:b/ü#c.yaml"), "a%3Ab/%C3%BC%23c.yaml");
        assert_eq!(uri("/srv/a.yaml"), "file:///srv/a.yaml");
        assert_eq!(uri("../a.yaml"), "../a.yaml");
    }
}
