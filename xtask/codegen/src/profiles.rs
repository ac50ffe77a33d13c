//! docs/profiles.md: what differs between the Istio releases that are modelled.

use std::fmt::Write;

use pilothouse_analysis::{Profile, ProfileField};

use crate::outputs::{Output, page};

/// The list of all differences.
pub(crate) fn profiles() -> Output {
    let mut text = String::from(
        "# Profiles\n\nA profile says which Istio is modelled: `current`, Istio as of 2026 at its defaults, or `1.1`, \
         Istio 1.1.0, which the page \"Deployment and Configuration Guidelines\" documents. Each line is true of \
         `current` and is not of `1.1`. The last column names the rules of our notes on Istio's semantics.\n\n\
         | field | in `current` | since | semantics |\n| --- | --- | --- | --- |\n",
    );
    for ProfileField { name, doc, since, ids } in Profile::FIELDS {
        let _ = writeln!(text, "| `{name}` | {} | {since} | {ids} |", doc.trim());
    }
    page("docs/profiles.md", "crates/analysis/src/profile.rs", &text)
}
