//! Running tests against an analysis.

use pilothouse_analysis::{
    Analysis, Request,
    mesh::{Proxy, ProxyKind},
    trace::{Answer, Trace},
};

use super::{
    Mismatch, TestRow, TestState, TestText, TestsOutput,
    checks::Seen,
    coverage::Routes,
    read::{Test, Through, read},
};
use crate::{answers, findings::wire, places::Places, trace};

/// Runs all tests of some texts.
pub fn run(analysis: &Analysis, texts: &[TestText]) -> TestsOutput {
    let places = Places::new(analysis);
    let mut routes = Routes::of(analysis);
    let mut out = TestsOutput {
        istio: analysis.effective.mesh.profile.istio.as_str().to_owned(),
        ..TestsOutput::default()
    };
    for text in texts {
        let (tests, problems) = read(text);
        out.problems.extend(problems);
        for test in tests {
            let traces = traces(analysis, &test);
            traces.iter().for_each(|trace| routes.reach(trace));
            out.tests.push(row(&places, &text.name, test, &traces));
        }
    }
    out.coverage = routes.coverage(&places);
    out
}

/// The routes, with those that some tests reach.
pub(super) fn reached(analysis: &Analysis, texts: &[TestText]) -> Routes {
    let mut routes = Routes::of(analysis);
    let tests = texts.iter().flat_map(|text| read(text).0);
    for test in tests {
        traces(analysis, &test).iter().for_each(|trace| routes.reach(trace));
    }
    routes
}

/// The request of a test on its way through every proxy that takes it.
fn traces(analysis: &Analysis, test: &Test) -> Vec<Trace> {
    let through = |proxies: Vec<Proxy>| {
        proxies.iter().map(|proxy| analysis.trace(proxy, &test.request)).collect::<Vec<_>>()
    };
    match &test.through {
        Through::Proxy(proxy) => through(vec![proxy.clone()]),
        Through::Gateways => through(answers::gateways(analysis, &test.request)),
        Through::Served => served(analysis, &test.request).into_iter().collect(),
    }
}

/// A request sent where its host is served first: through a gateway, else through a sidecar.
fn served(analysis: &Analysis, request: &Request) -> Option<Trace> {
    let mut gateways = Vec::new();
    let mut sidecars = Vec::new();
    for binding in &analysis.bindings {
        match binding.proxy.kind {
            ProxyKind::Gateway => gateways.push(&binding.proxy),
            ProxyKind::Sidecar => sidecars.push(&binding.proxy),
        }
    }
    let at_gateways = gateways.iter().flat_map(|proxy| {
        let config = analysis.effective.proxy(proxy);
        let ports: Vec<u32> = config.listeners.iter().map(|listener| listener.port).collect();
        let schemes = ports.into_iter().flat_map(|port| [("http", port), ("https", port)]);
        schemes.map(|(scheme, port)| (*proxy, scheme, port)).collect::<Vec<_>>()
    });
    let in_mesh = sidecars.iter().flat_map(|proxy| {
        let config = analysis.effective.proxy(proxy);
        let ports: Vec<u32> = config.route_configs.iter().map(|routes| routes.port).collect();
        ports.into_iter().map(|port| (*proxy, "http", port)).collect::<Vec<_>>()
    });
    let sent = |(proxy, scheme, port): (&Proxy, &str, u32)| {
        let request = Request { scheme: scheme.to_owned(), port, ..request.clone() };
        analysis.trace(proxy, &request)
    };
    let takes = |trace: &Trace| {
        let written = trace.chosen_host().is_some_and(|host| !host.origins.is_empty());
        written && !matches!(trace.answer, Answer::TlsRequired { .. })
    };
    let first = gateways.first().or(sidecars.first());
    at_gateways
        .chain(in_mesh)
        .map(sent)
        .find(takes)
        .or_else(|| first.map(|proxy| analysis.trace(proxy, request)))
}

fn row(places: &Places<'_>, file: &str, test: Test, traces: &[Trace]) -> TestRow {
    let mut sentences: Vec<String> = traces.iter().map(|trace| trace::sentence(places, trace)).collect();
    let mut failures = Vec::new();
    let mut undecided = false;
    for trace in traces {
        undecided |= trace.depends_on_order(places.analysis);
        let seen = Seen { trace, namespace: trace::owner(places, trace) };
        let wrong = test.checks.iter().filter(|expected| expected.check.holds(&seen) == test.unwanted);
        failures.extend(wrong.map(|expected| Mismatch {
            field: expected.field.to_owned(),
            expected: match test.unwanted {
                false => expected.check.expected(),
                true => format!("anything but {}", expected.check.expected()),
            },
            actual: expected.check.actual(&seen),
            range: expected.range,
            proxy: trace.proxy.to_string(),
        }));
    }
    sentences.dedup();
    let mut answer = sentences.join(" ");
    if undecided {
        answer
            .push_str(" Which VirtualService comes first hangs on their age, which the input does not say.");
    }
    // With no proxy at all nothing of what is expected holds.
    if traces.is_empty() {
        answer = NO_PROXY.to_owned();
        failures.extend(test.checks.iter().map(|expected| Mismatch {
            field: expected.field.to_owned(),
            expected: expected.check.expected(),
            actual: NO_PROXY.to_owned(),
            range: expected.range,
            proxy: String::new(),
        }));
    }
    let first = traces.first();
    TestRow {
        name: test.name,
        file: file.to_owned(),
        range: test.range,
        request: wire(
            first.map_or(test.request, |trace| trace.request.clone()),
            first.map(|trace| trace.proxy.to_string()),
        ),
        state: match (undecided, failures.is_empty()) {
            (true, _) => TestState::Undecided,
            (false, true) => TestState::Passed,
            (false, false) => TestState::Failed,
        },
        answer,
        failures,
    }
}

const NO_PROXY: &str = "The input holds no Gateway: say with `from` whose sidecar sends the request.";
