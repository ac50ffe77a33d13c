//! The manifests of a stage, ready for `kubectl apply`.

use std::fmt::Write;

use pilothouse_analysis::{
    resource::{Key, Resource},
    rollout::{Change, Rollout, Stage, Step},
};
use serde_json::Value;

use crate::{json, yaml};

/// The documents of a stage, deletions as comments with the command for each.
pub(super) fn manifest(rollout: &Rollout, at: usize, stage: &Stage) -> String {
    let mut out = format!("# Stage {} of {}\n", at + 1, rollout.plan.stages.len());
    for step in &stage.steps {
        let change = &rollout.changes[step.change()];
        match step {
            Step::Delete(_) => {
                let Key { kind, namespace, name } = &change.key;
                let kind = kind.as_str().to_lowercase();
                let _ = writeln!(out, "# kubectl delete {kind} --namespace {namespace} {name}");
            }
            Step::Apply(_) => document(&mut out, change.after.as_ref().map(|after| text(rollout, after))),
            Step::Widen(_) => document(&mut out, widened(rollout, change)),
        }
    }
    out
}

fn document(out: &mut String, text: Option<String>) {
    if let Some(text) = text {
        out.push_str("---\n");
        out.push_str(text.trim_end());
        out.push('\n');
    }
}

/// A resource as it is written, or rewritten where it stands inside a list.
fn text(rollout: &Rollout, resource: &Resource) -> String {
    let source = source(rollout, resource);
    let range = resource.range;
    let starts_line = source[..range.start as usize].rsplit('\n').next().is_none_or(str::is_empty);
    if starts_line {
        return range.of(source).to_owned();
    }
    value(rollout, resource).map(|value| yaml::write(&value)).unwrap_or_default()
}

fn source<'r>(rollout: &'r Rollout, resource: &Resource) -> &'r str {
    rollout.after.sources.get(resource.file).map_or("", |source| source.text.as_str())
}

/// A resource as JSON.
fn value(rollout: &Rollout, resource: &Resource) -> Option<Value> {
    json::resource(source(rollout, resource), resource.range)
}

/// The new form with what the old one has besides: subsets, servers or ports by their names.
fn widened(rollout: &Rollout, change: &Change) -> Option<String> {
    let old = value(rollout, change.before.as_ref()?)?;
    let mut new = value(rollout, change.after.as_ref()?)?;
    for list in ["subsets", "servers", "ports"] {
        let Some(more) = old["spec"][list].as_array() else { continue };
        let Some(known) = new["spec"][list].as_array_mut() else { continue };
        for item in more {
            let same = |other: &Value| match (list, &item["name"]) {
                ("subsets", Value::String(name)) => other["name"] == *name,
                ("ports", _) => other["port"] == item["port"],
                _ => other == item,
            };
            if !known.iter().any(same) {
                known.push(item.clone());
            }
        }
    }
    Some(yaml::write(&new))
}
