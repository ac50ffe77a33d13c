//! Writing tests: for each route a request that reaches it, with what it gets today.

use pilothouse_analysis::{Analysis, mesh::ProxyKind, trace::Trace};

use super::{
    Case, Sent, TestFile, TestText, WrittenTests,
    coverage::{Spot, row},
    form::Values,
    run, today,
};
use crate::{answers, places::Places, yaml};

/// The fields of a test in the order in which people write them.
const FIRST: [&str; 9] =
    ["name", "method", "url", "request", "destination", "port", "subset", "percent", "status"];

/// Tests for all routes that none of some tests reaches, or for those of one host.
pub fn write(analysis: &Analysis, texts: &[TestText], host: Option<&str>) -> WrittenTests {
    let mut routes = run::reached(analysis, texts);
    let places = Places::new(analysis);
    let mut file = TestFile::default();
    let mut left_out = Vec::new();
    let all: Vec<Vec<Spot>> = routes.unreached().map(<[Spot]>::to_vec).collect();
    for spots in all {
        let serves = |spot: &&Spot| {
            host.is_none_or(|host| {
                spot.virtual_host().domains.iter().any(|domain| domain.eq_ignore_ascii_case(host))
            })
        };
        let spots: Vec<&Spot> = spots.iter().filter(serves).collect();
        if spots.is_empty() || spots.iter().any(|spot| routes.is_reached(std::slice::from_ref(spot))) {
            continue;
        }
        match spots.iter().find_map(|spot| reaching(analysis, spot)) {
            Some(trace) if trace.depends_on_order(analysis) => {
                let why = "which route takes its request hangs on the age of resources";
                left_out.extend(reason(&places, spots[0], why));
            }
            Some(trace) if trace.failing_percent() > 0.0 => {
                left_out.extend(reason(
                    &places,
                    spots[0],
                    "requests fail today, since a destination is not there",
                ));
            }
            Some(trace) => {
                routes.reach(&trace);
                file.tests.push(case(analysis, &trace));
            }
            None => left_out.extend(reason(&places, spots[0], "no request was found that reaches it")),
        }
    }
    WrittenTests { text: text(&file), tests: file.tests.len() as u32, left_out }
}

/// A file of one test, which expects of a request what it gets today.
pub fn write_trace(analysis: &Analysis, trace: &Trace) -> String {
    text(&TestFile { tests: vec![case(analysis, trace)] })
}

fn text(file: &TestFile) -> String {
    yaml::write_with(&serde_json::to_value(file).unwrap_or_default(), &FIRST)
}

fn reason(places: &Places<'_>, spot: &Spot, why: &str) -> Option<String> {
    let route = row(places, spot)?;
    Some(format!(
        "{}:{}: the route of `{}/{}` for {} has no test: {why}",
        route.file, route.range.start.line, route.resource.namespace, route.resource.name, route.conditions
    ))
}

/// A request that this very route takes.
fn reaching(analysis: &Analysis, spot: &Spot) -> Option<Trace> {
    let proxy = &spot.config.proxy;
    let reach = analysis.effective.reach(proxy, spot.table(), spot.host);
    let witness = reach.sample(spot.route)?;
    let request = reach.request(&witness, &spot.config, spot.table(), spot.host);
    let trace = analysis.trace(proxy, &request);
    let wanted = spot.entry().route.origin.map(|origin| origin.match_origin);
    let taken = trace.matched_route().and_then(|route| route.origin).map(|origin| origin.match_origin);
    (taken == wanted).then_some(trace)
}

fn case(analysis: &Analysis, trace: &Trace) -> Case {
    let request = &trace.request;
    let expect = today::expect(trace);
    let mut sent = Sent { url: request.url(), ..Sent::default() };
    sent.method = (request.method != "GET").then(|| request.method.clone());
    for (name, value) in &request.headers {
        sent.headers.insert(name.clone(), Values::One(value.clone()));
    }
    // The URL tells the port, unless its host names another one.
    let read = pilothouse_analysis::Request::new(&request.method, &sent.url);
    sent.port =
        read.is_ok_and(|read| read.port != request.port).then(|| request.port.try_into().ok()).flatten();
    let id = trace.proxy.to_string();
    match trace.proxy.kind {
        ProxyKind::Sidecar => sent.from = id.strip_prefix("sidecar/").map(str::to_owned),
        ProxyKind::Gateway if answers::gateways(analysis, request) != [trace.proxy.clone()] => {
            sent.proxy = Some(id);
        }
        ProxyKind::Gateway => {}
    }
    Case { name: Some(today::name(request, &expect)), request: sent, expect }
}
