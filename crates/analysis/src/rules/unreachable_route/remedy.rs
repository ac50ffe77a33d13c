//! What can be done by itself about rules that no request reaches.

use std::collections::{BTreeMap, BTreeSet};

use super::{DeadClause, called, whom};
use crate::{
    Analysis,
    effective::Origin,
    fix::{Change, Fix, Scalar, Spot},
    mesh::Mesh,
    resource::virtual_service::Pattern,
    rules::{routes, words},
};

/// Hidden rules go in front of what hides them, or are deleted. A rule that lives elsewhere, or may live in the
/// cluster for all that is known, is left alone.
pub(super) fn fixes(analysis: &Analysis, group: &[&DeadClause]) -> Vec<Fix> {
    let mesh = &analysis.effective.mesh;
    let lives = |clause: &DeadClause| !whom(analysis, clause).is_empty();
    let inherited = |clause: &DeadClause| clause.origin.resource != clause.rule.0;
    let known = |clause: &DeadClause| {
        clause.fronts.iter().all(|front| {
            front.virtual_service == clause.virtual_service
                || words::precedence(mesh, front.virtual_service, clause.virtual_service).1
        })
    };
    if group.iter().any(|clause| lives(clause) || inherited(clause) || !known(clause)) {
        return Vec::new();
    }
    let slash = group.first().and_then(|clause| path_with_slash(analysis, clause));
    [moved(analysis, group), slash, Some(deleted(analysis, group))].into_iter().flatten().collect()
}

/// Puts whole rules in front of those that hide them, all in one VirtualService. What stands between these would lose
/// requests by it, so there must be nothing.
fn moved(analysis: &Analysis, group: &[&DeadClause]) -> Option<Fix> {
    let mesh = &analysis.effective.mesh;
    let fronts: BTreeSet<_> = group
        .iter()
        .flat_map(|clause| &clause.fronts)
        .map(|front| (front.virtual_service, front.rule))
        .collect();
    let (&(_, first), &(_, last)) = (fronts.first()?, fronts.last()?);
    let here = |clause: &&DeadClause| {
        let here = (clause.virtual_service, clause.rule.0);
        clause.block.is_none() && fronts.iter().all(|(owner, rule)| (*owner, rule.0) == here)
    };
    if last.1 - first.1 + 1 != fronts.len() || !group.iter().all(here) {
        return None;
    }
    let front = mesh.virtual_service(first.0).http.get(first.1)?;
    let before = Spot::of(analysis, Origin { resource: first.0, range: front.range });
    let rules = words::distinct(group.iter().map(|clause| clause.rule_origin));
    let items = rules.into_iter().map(|rule| Spot::of(analysis, rule)).collect();
    let title = format!("Move {} in front of {}", all(mesh, group), routes::rule_called(mesh, first));
    Some(Fix::new(title, vec![Change::Move { items, before }]))
}

/// Deletes rules, and conditions of rules that have others.
fn deleted(analysis: &Analysis, group: &[&DeadClause]) -> Fix {
    let mut lists: BTreeMap<Option<Origin>, BTreeSet<Spot>> = BTreeMap::new();
    for clause in group {
        let (list, item) = match clause.block {
            Some(_) => (Some(clause.rule_origin), clause.origin),
            None => (None, clause.rule_origin),
        };
        lists.entry(list).or_default().insert(Spot::of(analysis, item));
    }
    let changes = lists.into_values().map(|items| Change::Remove { items: items.into_iter().collect() });
    Fix::new(format!("Delete {}", all(&analysis.effective.mesh, group)), changes.collect())
}

/// The path of a condition with the slash that it lacks.
fn path_with_slash(analysis: &Analysis, clause: &DeadClause) -> Option<Fix> {
    let origin = clause.route.as_ref().filter(|_| clause.fronts.is_empty())?.origin?;
    let rule = analysis.effective.mesh.virtual_service(origin.written_in).http.get(origin.rule)?;
    let pattern = rule.matches.get(origin.block?)?.uri.as_ref()?.pattern.as_ref()?;
    let (Pattern::Exact(text) | Pattern::Prefix(text)) = &pattern.value else { return None };
    let with = format!("/{text}");
    let at = Spot::of(analysis, Origin { resource: origin.written_in, range: pattern.range });
    (!text.is_empty() && !text.starts_with(['/', '*'])).then(|| {
        let title = format!("Write `{with}`");
        Fix::new(title, vec![Change::Replace { at, with: Scalar::Text(with) }])
    })
}

fn all(mesh: &Mesh, group: &[&DeadClause]) -> String {
    words::and(words::distinct(group.iter().map(|clause| called(mesh, clause))))
}
