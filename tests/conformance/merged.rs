//! What `routes --format yaml` writes, in the place of what it stands for: every request gets the answer that it got.

use std::{fs, path::Path};

use pilothouse_analysis::{Analysis, Profile, Request, Sources, analyze_exactly, mesh::Proxy};
use pilothouse_report::{
    answers::{answer, read_entry},
    merged::{Merged, differences, merged, replaced, shared, shared_differences, with_shared},
};
use pilothouse_tests::cases::cases;
use serde_json::Value;

/// One resource for each host, and what is made of the configuration with them.
fn rewritten(before: &Analysis, proxies: &[Proxy]) -> (Vec<Merged>, Analysis) {
    let all = merged(before, proxies, None);
    let after = analyze_exactly(replaced(before, &all), before.effective.mesh.profile.clone());
    (all, after)
}

/// What becomes of a request, whatever routes and virtual hosts are called.
fn outcome(analysis: &Analysis, proxy: &Proxy, request: &Request) -> Value {
    let mut out = answer(&analysis.trace_at_port(proxy, request));
    if let Some(fields) = out.as_object_mut() {
        fields.retain(|key, _| key != "route" && key != "virtual_host");
    }
    out
}

#[test]
fn requests_get_the_same_answers() {
    let (mut asked, mut hosts, mut wrong) = (0, 0, Vec::new());
    for case in cases("cases") {
        let before = case.analysis(Profile::current());
        let (all, after) = rewritten(&before, &case.proxies());
        hosts += all.len();
        let refused: Vec<String> = after.rejected().into_iter().map(|(_, why)| why).collect();
        if !refused.is_empty() {
            wrong.push(format!("{}: {refused:?}", case.name));
        }
        wrong.extend(
            differences(&before, &after, &all, &case.proxies())
                .into_iter()
                .map(|it| format!("{}: {it}", case.name)),
        );
        for (at, entry) in case.requests().iter().enumerate() {
            let Ok((proxy, request)) = read_entry(entry) else { continue };
            asked += 1;
            let [was, now] = [&before, &after].map(|it| outcome(it, &proxy, &request));
            if was != now {
                wrong.push(format!("{} request {at} {proxy} {request}: was {was}, is {now}", case.name));
            }
        }
    }
    assert!(asked >= 3_000 && hosts >= 200, "{asked} requests to {hosts} hosts");
    assert!(wrong.is_empty(), "{} of {asked} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn examples_mean_the_same() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let mut certificates = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        for profile in [Profile::current(), Profile::v1_1()] {
            let before = analyze_exactly(Sources::single("a.yaml", text.clone()), profile);
            let proxies: Vec<Proxy> = before.bindings.iter().map(|binding| binding.proxy.clone()).collect();
            let (all, after) = rewritten(&before, &proxies);
            let found = differences(&before, &after, &all, &proxies);
            assert!(found.is_empty(), "{}: {found:?}", path.display());
            let one = shared(&before, &proxies, None);
            let after = analyze_exactly(with_shared(&before, &one), before.effective.mesh.profile.clone());
            let found = shared_differences(&before, &after, &one);
            assert!(found.is_empty(), "{}: {found:?}", path.display());
            let left = after.findings().into_iter().filter(|it| it.rule.code == "shared-certificate").count();
            assert_eq!(left, 0, "{}", path.display());
            certificates += one.len();
        }
    }
    assert!(certificates >= 4, "{certificates}");
}

/// Requests to the hosts of servers that have one certificate: the same with one server for all of them.
#[test]
fn a_shared_gateway_serves_the_same() {
    let (mut asked, mut gateways, mut wrong) = (0, 0, Vec::new());
    for case in cases("cases") {
        let before = case.analysis(Profile::current());
        let all = shared(&before, &case.proxies(), None);
        if all.is_empty() {
            continue;
        }
        gateways += all.len();
        let after = analyze_exactly(with_shared(&before, &all), Profile::current());
        let differences = shared_differences(&before, &after, &all);
        for (at, entry) in case.requests().iter().enumerate() {
            let Ok((proxy, request)) = read_entry(entry) else { continue };
            asked += 1;
            let [was, now] = [&before, &after].map(|it| outcome(it, &proxy, &request));
            if was != now {
                wrong.push(format!("{} request {at} {proxy} {request}: was {was}, is {now}", case.name));
            }
        }
        wrong.extend(differences);
    }
    assert!(gateways > 0);
    assert!(wrong.is_empty(), "{} of {asked} differ:\n{}", wrong.len(), wrong.join("\n"));
}
