//! Every request that a finding shows is sent, and must end where the finding says.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, path::Path};

use pilothouse_analysis::{Analysis, Finding, Profile, Sources, analyze, mesh::Proxy, trace::Answer};

/// Texts to look at: the fixtures of the rules that show requests, the examples and the conformance cases.
fn inputs() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("../../examples")];
    for code in ["order-dependent-routes", "several-catch-alls", "shadowed-host", "unreachable-route"] {
        folders.push(root.join("tests/fixtures").join(code));
    }
    for cases in ["cases", "orders"] {
        let cases = fs::read_dir(root.join("../../tests/conformance").join(cases)).unwrap();
        folders.extend(cases.map(|case| case.unwrap().path()));
    }
    folders.sort();
    let files =
        folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap()).map(|file| file.unwrap().path());
    let yaml = files.filter(|file| file.extension().is_some_and(|it| it == "yaml"));
    yaml.map(|file| (file.display().to_string(), fs::read_to_string(&file).unwrap())).collect()
}

/// What is wrong with the request of a finding, if anything.
fn refute(analysis: &Analysis, finding: &Finding) -> Option<String> {
    let request = finding.witness.as_ref()?;
    let proxy: Proxy = finding.proxy.as_ref()?.parse().unwrap();
    let trace = analysis.trace(&proxy, request);
    if finding.rule.code == "shadowed-host" {
        let answered =
            trace.answer != Answer::NoRoute || trace.chosen_host().is_none_or(|it| it.routes.is_empty());
        return answered.then(|| format!("it is answered: {:?}", trace.answer));
    }
    let Some(origin) = trace.matched_route().and_then(|route| route.origin) else {
        return Some(format!("no route takes it: {:?}", trace.answer));
    };
    let label = |at: usize| finding.related.get(at).map(|label| (label.resource, label.range.start));
    let taken_by = (Some(origin.match_origin.resource), origin.match_origin.range.start);
    let primary = (finding.primary.resource, finding.primary.range.start);
    match finding.rule.code {
        // The first label is the route that comes first as things are.
        "order-dependent-routes" | "several-catch-alls" if Some(taken_by) != label(0) => {
            Some(format!("{taken_by:?} takes it, not {:?}", label(0)))
        }
        "unreachable-route" if taken_by == primary => Some("the route is reached".into()),
        _ => None,
    }
}

#[test]
fn requests_end_where_findings_say() {
    let (mut asked, mut failures) = (0, String::new());
    for (name, text) in inputs() {
        let analysis = analyze(Sources::single(&name, text), Profile::current());
        for finding in analysis.findings() {
            asked += usize::from(finding.witness.is_some() && finding.proxy.is_some());
            if let Some(why) = refute(&analysis, &finding) {
                failures += &format!("{name}: {}: {}\n    {why}\n", finding.rule.code, finding.message);
            }
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
    assert!(asked > 100, "only {asked} requests");
}

/// Where only age decides, the trace of the request says so too; it knows of VirtualServices alone.
#[test]
fn order_dependent_requests_hang_on_age() {
    for (name, text) in inputs() {
        let analysis = analyze(Sources::single(&name, text), Profile::current());
        for finding in analysis.findings().iter().filter(|it| it.rule.code == "order-dependent-routes") {
            let (Some(request), Some(proxy)) = (&finding.witness, &finding.proxy) else { continue };
            let of_gateways = finding.related.iter().any(|label| label.message == "its age decides");
            let trace = analysis.trace(&proxy.parse().unwrap(), request);
            assert!(of_gateways || trace.depends_on_order(&analysis), "{name}: {}", finding.message);
        }
    }
}
