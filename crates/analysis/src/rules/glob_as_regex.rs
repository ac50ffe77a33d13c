use pilothouse_syntax::{Spanned, TextRange};

use super::{Label, Rule, RuleContext, Severity, routes, words};
use crate::{
    Analysis,
    effective::Origin,
    mesh::Mesh,
    resource::{
        ResourceId,
        virtual_service::{HttpMatch, Pattern, StringMatch},
    },
    space,
};

pub(super) static RULE: Rule = Rule {
    code: "glob-as-regex",
    severity: Severity::Warning,
    aliases: &[],
    docs: include_str!("glob_as_regex.md"),
    check,
};

fn check(analysis: &Analysis, cx: &mut RuleContext<'_>) {
    let mesh = &analysis.effective.mesh;
    let mut all: Vec<ResourceId> =
        mesh.virtual_services.iter().chain(mesh.delegates.values()).copied().collect();
    all.sort_unstable();
    for id in all {
        let globs = globs(mesh, id);
        if !globs.is_empty() {
            report(analysis, cx, id, &globs);
        }
    }
}

/// A pattern that means something else than it is meant to.
struct Glob<'m> {
    range: TextRange,
    /// The rule it is in, by its place.
    rule: usize,
    /// What is compared: `paths`.
    what: String,
    pattern: &'m str,
}

fn globs(mesh: &Mesh, id: ResourceId) -> Vec<Glob<'_>> {
    let mut out = Vec::new();
    for (rule, http) in mesh.virtual_service(id).http.iter().enumerate() {
        for (what, test) in http.matches.iter().flat_map(tests) {
            if let Some(Spanned { value: Pattern::Regex(pattern), range }) = &test.pattern
                && is_glob(pattern)
            {
                out.push(Glob { range: *range, rule, what, pattern });
            }
        }
    }
    out
}

/// The texts that a condition compares.
fn tests(block: &HttpMatch) -> impl Iterator<Item = (String, &StringMatch)> {
    let parts = [("paths", &block.uri), ("hosts", &block.authority)];
    let parts = parts.into_iter().filter_map(|(what, test)| Some((what.to_owned(), test.as_ref()?)));
    let headers = block.headers.iter().chain(&block.without_headers);
    let headers = headers.map(|(name, test)| (format!("values of header `{name}`"), &test.value));
    let query = block.query_params.iter();
    parts
        .chain(headers)
        .chain(query.map(|(name, test)| (format!("values of parameter `{name}`"), &test.value)))
}

/// Whether a pattern uses nothing of regular expressions but a `*` behind a plain character, and so does not take what
/// it would as a glob.
fn is_glob(pattern: &str) -> bool {
    let plain = |char: char| char.is_alphanumeric() || "/-_.:~%@*".contains(char);
    let stars = pattern.contains('*') && !pattern.starts_with('*');
    stars && !pattern.contains(".*") && !pattern.contains("**") && pattern.chars().all(plain) && {
        let regex = space::Pattern::new(pattern);
        regex.envoy_refusal().is_none() && !regex.full_match(&example(pattern))
    }
}

/// A text that a pattern takes as a glob.
fn example(pattern: &str) -> String {
    let mut out = String::new();
    for char in pattern.chars() {
        match char {
            '*' if out.ends_with('x') => out.push('y'),
            '*' => out.push('x'),
            char => out.push(char),
        }
    }
    out
}

/// A text that it takes as a regular expression: without what the stars repeat.
fn shortest(pattern: &str) -> String {
    let mut out = String::new();
    for char in pattern.chars() {
        match char {
            '*' => {
                out.pop();
            }
            char => out.push(char),
        }
    }
    out
}

fn report(analysis: &Analysis, cx: &mut RuleContext<'_>, id: ResourceId, globs: &[Glob<'_>]) {
    let mesh = &analysis.effective.mesh;
    let [first, others @ ..] = globs else { return };
    let pattern = words::shortened(first.pattern);
    let message = format!(
        "{} of {} compares {} with the regular expression `{pattern}`, in which `*` repeats the character before it. It \
         takes `{}` and not `{}`.",
        words::capital(&routes::rule_called(mesh, (id, first.rule))),
        words::called(mesh.resource(id)),
        first.what,
        words::shortened(&shortest(first.pattern)),
        words::shortened(&example(first.pattern)),
    );
    let label =
        |glob: &Glob<'_>, message| Label::at(analysis, Origin { resource: id, range: glob.range }, message);
    let finding = cx.report(label(first, ""), message);
    finding.related = others.iter().map(|glob| label(glob, "another one")).collect();
    let regex = first.pattern.replace('.', "\\.").replace('*', ".*");
    finding.help = Some(match first.pattern.strip_suffix('*') {
        Some(prefix) if !prefix.contains('*') => {
            format!("Write `prefix: {prefix}`; as a regular expression it is `{regex}`.")
        }
        _ => format!("Write `{regex}`."),
    });
    finding.ids = vec![if first.what == "paths" { "HM-6" } else { "HM-7" }];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_are_told_from_expressions() {
        for (pattern, glob) in [
            ("/api/*", true),
            ("/api*", true),
            ("/x*", true),
            ("/api/*/items", true),
            ("v1.*", false),
            ("/api/.*", false),
            ("/api/[^/]*", false),
            ("/api/?*", false),
            ("*.example.com", false),
            ("shop-*.example.com", true),
            ("/a*.", true),
            ("/items", false),
        ] {
            assert_eq!(is_glob(pattern), glob, "{pattern}");
        }
        assert_eq!((example("/x*"), shortest("/api/*/b")), ("/xy".into(), "/api/b".into()));
    }
}
