//! Findings about the input itself: what reading it came upon, one rule for each sort of problem.

mod effect;

use std::collections::{BTreeMap, HashSet};

use pilothouse_syntax::TextRange;

use super::{Finding, Label, Rule, RuleContext, Severity, words};
use crate::{
    Analysis, FileId,
    effective::Origin,
    fix::{Change, Fix, Scalar, Spot},
    resource::{Body, Problem, ProblemKind, ResourceId},
};

pub(super) static ADMISSION_WARNING: Rule = Rule {
    code: "admission-warning",
    severity: Severity::Warning,
    aliases: &["IST0133"],
    docs: include_str!("input/admission_warning.md"),
    check: warned,
};

pub(super) static BROKEN_YAML: Rule = Rule {
    code: "broken-yaml",
    severity: Severity::Error,
    aliases: &[],
    docs: include_str!("input/broken_yaml.md"),
    check: |analysis, cx| each(analysis, cx, ProblemKind::BrokenYaml),
};

pub(super) static DROPPED_TEXT: Rule = Rule {
    code: "dropped-text",
    severity: Severity::Warning,
    aliases: &[],
    docs: include_str!("input/dropped_text.md"),
    check: |analysis, cx| each(analysis, cx, ProblemKind::DroppedText),
};

pub(super) static DUPLICATE_KEY: Rule = Rule {
    code: "duplicate-key",
    severity: Severity::Warning,
    aliases: &[],
    docs: include_str!("input/duplicate_key.md"),
    check: |analysis, cx| each(analysis, cx, ProblemKind::DuplicateKey),
};

pub(super) static DUPLICATE_RESOURCE: Rule = Rule {
    code: "duplicate-resource",
    severity: Severity::Warning,
    aliases: &[],
    docs: include_str!("input/duplicate_resource.md"),
    check: |analysis, cx| each(analysis, cx, ProblemKind::DuplicateResource),
};

pub(super) static INVALID_RESOURCE: Rule = Rule {
    code: "invalid-resource",
    severity: Severity::Error,
    aliases: &["IST0106"],
    docs: include_str!("input/invalid_resource.md"),
    check: invalid,
};

pub(super) static MISREAD_SCALAR: Rule = Rule {
    code: "misread-scalar",
    severity: Severity::Warning,
    aliases: &[],
    docs: include_str!("input/misread_scalar.md"),
    check: |analysis, cx| each(analysis, cx, ProblemKind::MisreadScalar),
};

pub(super) static NOT_MODELLED: Rule = Rule {
    code: "not-modelled",
    severity: Severity::Info,
    aliases: &[],
    docs: include_str!("input/not_modelled.md"),
    check: not_modelled,
};

pub(super) static OVERRIDING_MERGE: Rule = Rule {
    code: "overriding-merge",
    severity: Severity::Warning,
    aliases: &[],
    docs: include_str!("input/overriding_merge.md"),
    check: |analysis, cx| each(analysis, cx, ProblemKind::OverridingMerge),
};

pub(super) static UNKNOWN_FIELD: Rule = Rule {
    code: "unknown-field",
    severity: Severity::Warning,
    aliases: &[],
    docs: include_str!("input/unknown_field.md"),
    check: |analysis, cx| each(analysis, cx, ProblemKind::UnknownField),
};

pub(super) static UNKNOWN_KIND: Rule = Rule {
    code: "unknown-kind",
    severity: Severity::Warning,
    aliases: &[],
    docs: include_str!("input/unknown_kind.md"),
    check: |analysis, cx| each(analysis, cx, ProblemKind::UnknownKind),
};

fn of_kind(analysis: &Analysis, kind: ProblemKind) -> impl Iterator<Item = &Problem> {
    analysis.problems.iter().filter(move |problem| problem.kind == kind)
}

/// A finding for each problem of a sort.
pub(super) fn each(analysis: &Analysis, cx: &mut RuleContext<'_>, kind: ProblemKind) {
    for problem in of_kind(analysis, kind) {
        tell(analysis, cx, problem, words::sentence(&problem.message));
    }
}

/// What Istio warns of.
fn warned(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    let mesh = &analysis.effective.mesh;
    let facts = cx.facts;
    // What is told of exactly is not told of again.
    let told: HashSet<Origin> =
        facts.dead_clauses(analysis).iter().map(|clause| clause.rule_origin).collect();
    // A rule that is not used and its conditions that are not: one finding, that of the rule, which begins first.
    let mut unused: BTreeMap<(FileId, TextRange), &Problem> = BTreeMap::new();
    let mut warnings = Vec::new();
    for problem in of_kind(analysis, ProblemKind::Warning) {
        let rule = problem.resource.and_then(|id| rule_around(&mesh.resource(id).body, problem.range));
        match rule.filter(|_| problem.id.starts_with("AN-")) {
            None => warnings.push(problem),
            Some(range)
                if problem.resource.is_some_and(|resource| told.contains(&Origin { resource, range })) => {}
            Some(rule) => {
                let kept = unused.entry((problem.file, rule)).or_insert(problem);
                if problem.range.start < kept.range.start {
                    *kept = problem;
                }
            }
        }
    }
    warnings.extend(unused.into_values());
    for problem in warnings {
        let said = words::stopped(&problem.message);
        let message = match problem.resource {
            Some(id) => format!("Istio warns of {}: {said}", words::called(mesh.resource(id))),
            None => words::sentence(&said),
        };
        tell(analysis, cx, problem, message);
    }
}

/// The rule of a VirtualService that a place is in; rules stand in the order of the text.
fn rule_around(body: &Body, place: TextRange) -> Option<TextRange> {
    fn find<T>(rules: &[T], place: TextRange, range: impl Fn(&T) -> TextRange) -> Option<TextRange> {
        let behind = rules.partition_point(|rule| range(rule).start <= place.start);
        Some(range(&rules[behind.checked_sub(1)?])).filter(|rule| rule.contains(place))
    }
    let Body::VirtualService(service) = body else { return None };
    find(&service.http, place, |rule| rule.range)
        .or_else(|| find(&service.tls, place, |rule| rule.range))
        .or_else(|| find(&service.tcp, place, |rule| rule.range))
}

/// What is refused takes no part; the first finding of a resource says what goes with it.
fn invalid(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    let effects = effect::Effects::new(analysis);
    let mut last = None;
    for problem in of_kind(analysis, ProblemKind::Invalid) {
        let Some(id) = problem.resource else {
            tell(analysis, cx, problem, words::sentence(&problem.message));
            continue;
        };
        let called = words::called(analysis.effective.mesh.resource(id));
        let mut message = format!("{called} is refused: {}", words::stopped(&problem.message));
        let mut users = Vec::new();
        if last != Some(id)
            && let Some(effect) = effects.of(id)
        {
            message = format!("{message} {}", effect.message);
            users = effect.users;
        }
        last = Some(id);
        let finding = tell(analysis, cx, problem, message);
        finding.related.extend(users.into_iter().map(|user| Label::named(analysis, user, "loses by it")));
    }
}

/// One finding for each kind and field, wherever it stands.
fn not_modelled(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    let mut groups: BTreeMap<&str, Vec<&Problem>> = BTreeMap::new();
    for problem in of_kind(analysis, ProblemKind::NotModelled) {
        groups.entry(&problem.message).or_default().push(problem);
    }
    for (message, problems) in groups {
        let Some((first, others)) = problems.split_first() else { continue };
        let finding = tell(analysis, cx, first, words::sentence(message));
        let others = others.iter().map(|other| Label { message: "also here".into(), ..place(other) });
        finding.related.extend(others.map(Label::same));
    }
}

fn tell<'a>(
    analysis: &Analysis,
    cx: &'a mut RuleContext<'_>,
    problem: &Problem,
    message: String,
) -> &'a mut Finding {
    let finding = cx.report(place(problem), message);
    finding.help.clone_from(&problem.help);
    finding.fixes.extend(fix(analysis, problem));
    finding.ids.extend(Some(problem.id).filter(|id| !id.is_empty()));
    if let Some((file, range, message)) = &problem.related {
        let resource = resource_at(analysis, *file, range.start);
        let (file, range, message) = (*file, *range, message.clone());
        finding.related.push(Label { resource, file, range, message, same: false });
    }
    finding
}

/// What can be done about a problem.
fn fix(analysis: &Analysis, problem: &Problem) -> Option<Fix> {
    let at = Spot { file: problem.file, range: problem.range };
    if let Some(meant) = &problem.meant {
        let (Scalar::Text(with) | Scalar::Plain(with)) = meant;
        let there = analysis.sources.get(at.file).map_or("", |source| at.range.of(&source.text));
        let title = match meant {
            Scalar::Text(_) if there == with => format!("Put `{with}` in quotes"),
            _ => format!("Write `{with}`"),
        };
        return Some(Fix::new(title, vec![Change::Replace { at, with: meant.clone() }]));
    }
    let (file, range, _) = problem.related.as_ref()?;
    let (title, change) = match problem.kind {
        ProblemKind::DuplicateKey => {
            let earlier = Spot { file: *file, range: *range };
            ("Delete the one that does not count", Change::Remove { items: vec![earlier] })
        }
        ProblemKind::DroppedText => ("Put `---` in front of it", Change::Separate { at }),
        _ => return None,
    };
    Some(Fix::new(title.to_owned(), vec![change]))
}

fn place(problem: &Problem) -> Label {
    let Problem { resource, file, range, .. } = *problem;
    Label { resource, file, range, message: String::new(), same: false }
}

/// The resource that holds a place; resources stand in the order of the texts.
pub(super) fn resource_at(analysis: &Analysis, file: FileId, offset: u32) -> Option<ResourceId> {
    let resources = &analysis.effective.mesh.resources;
    let behind =
        resources.partition_point(|resource| (resource.file, resource.range.start) <= (file, offset));
    let at = behind.checked_sub(1)?;
    (resources[at].file == file && resources[at].range.touches(offset)).then_some(ResourceId(at as u32))
}
