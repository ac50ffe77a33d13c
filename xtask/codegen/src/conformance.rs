//! docs/conformance.md: how many of the cases come out as istiod and Envoy answered them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use pilothouse_analysis::{Analysis, Profile};
use pilothouse_tests::{
    agreement::{answers, configuration},
    cases::{Case, cases},
};

use crate::outputs::{Output, page};

/// How many there are, and how many of them agree.
#[derive(Clone, Copy, Default)]
struct Count {
    all: usize,
    agree: usize,
}

impl Count {
    fn add(&mut self, all: usize, differ: usize) {
        self.all += all;
        self.agree += all - differ;
    }

    fn cells(self) -> String {
        match self.all {
            0 => "| |".to_owned(),
            all => format!("{all} | {} |", self.agree),
        }
    }
}

/// The cases and requests of one sort, and the cases for Istio 1.1.
#[derive(Clone, Copy, Default)]
struct Row {
    cases: Count,
    requests: Count,
    older: Count,
}

/// The counts of all published cases.
pub(crate) fn conformance() -> Output {
    let mut folders: BTreeMap<String, Row> = BTreeMap::new();
    let mut rules: BTreeMap<&'static str, Row> = BTreeMap::new();
    let mut all = Row::default();
    for case in cases("cases") {
        let wrong = usize::from(!configuration(&case, Profile::current()).is_empty());
        let answers = answers(&case);
        for row in [&mut all, folders.entry(folder(&case)).or_default()] {
            row.cases.add(1, wrong);
            row.requests.add(answers.asked, answers.differences.len());
        }
        for id in ids(&case, Profile::current()) {
            rules.entry(id).or_default().cases.add(1, wrong);
        }
    }
    for case in cases("cases-1.1") {
        let wrong = usize::from(!configuration(&case, Profile::v1_1()).is_empty());
        all.older.add(1, wrong);
        folders.entry(folder(&case)).or_default().older.add(1, wrong);
        for id in ids(&case, Profile::v1_1()) {
            rules.entry(id).or_default().older.add(1, wrong);
        }
    }
    let mut text = String::from(
        "# Agreement with Istio and Envoy\n\n\
         Cases are configurations with what Istio's own Pilot built from them, listeners, route configurations, \
         clusters and what its admission said, and requests with the answers of a real Envoy. A case agrees when \
         every part of it does. `cargo xtask test` compares them all and fails at the first difference.\n\n\
         | folder | cases | agree | requests | agree | cases for 1.1 | agree |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for (name, row) in folders.iter().map(|(name, row)| (name.as_str(), row)).chain([("**all**", &all)]) {
        let (cases, requests, older) = (row.cases.cells(), row.requests.cells(), row.older.cells());
        let _ = writeln!(text, "| {name} | {cases} {requests} {older}");
    }
    text.push_str(
        "\n## By rule\n\n\
         In how many cases a rule left something out, refused or warned of it. [semantics.md](semantics.md) has what \
         each id stands for, and the tests of rules that leave no such trace.\n\n\
         | id | cases | agree | cases for 1.1 | agree |\n| --- | ---: | ---: | ---: | ---: |\n",
    );
    for (id, row) in rules {
        let _ = writeln!(text, "| {id} | {} {}", row.cases.cells(), row.older.cells());
    }
    page("docs/conformance.md", "the cases in tests/conformance", &text)
}

/// `gateway` of `cases/gateway-003`.
fn folder(case: &Case) -> String {
    let name = case.name.rsplit_once('/').map_or(case.name.as_str(), |(_, name)| name);
    name.rsplit_once('-').map_or(name, |(name, _)| name).to_owned()
}

/// The rules that left something of a case out, refused or warned of it.
fn ids(case: &Case, profile: Profile) -> BTreeSet<&'static str> {
    let analysis: Analysis = case.analysis(profile);
    let refused = analysis.problems.iter().map(|problem| problem.id);
    let mut out: BTreeSet<&str> = refused.filter(|id| id.contains('-')).collect();
    out.extend(analysis.effective.dropped.iter().map(|dropped| dropped.reason.id()));
    for proxy in case.proxies() {
        let config = analysis.effective.proxy(&proxy);
        out.extend(config.dropped.iter().map(|dropped| dropped.reason.id()));
    }
    out
}
