//! The measurement: parsing into events and the whole check, turn by turn on the same text.

use pilothouse_analysis::{Profile, Sources, analyze};
use serde::{Deserialize, Serialize};

use crate::{Shape, mesh};

/// How often each is run; the fastest run counts, since everything else on the machine can only slow it down.
const ROUNDS: usize = 9;

/// What was measured on one mesh.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Row {
    /// How the teams share hosts.
    pub shape: Shape,
    /// How many teams.
    pub teams: usize,
    /// The length of the text.
    pub bytes: usize,
    /// How many findings the check had.
    pub findings: usize,
    /// Milliseconds for parsing the text into events.
    pub parse: f64,
    /// Milliseconds for everything from the text to the findings.
    pub check: f64,
}

/// Measures a mesh by a clock that counts milliseconds.
pub fn row(shape: Shape, teams: usize, now: impl Fn() -> f64) -> Row {
    let text = mesh(teams, shape);
    let mut row = Row { shape, teams, bytes: text.len(), findings: 0, parse: f64::MAX, check: f64::MAX };
    for _ in 0..ROUNDS {
        let start = now();
        std::hint::black_box(pilothouse_syntax::count_events(&text));
        let parsed = now();
        let sources = Sources::single("mesh.yaml", text.as_str());
        let analysis = analyze(sources, Profile::current());
        row.findings = analysis.findings().len();
        drop(analysis);
        row.check = row.check.min(now() - parsed);
        row.parse = row.parse.min(parsed - start);
    }
    row
}

/// Measures each shape at each size.
pub fn rows(now: impl Fn() -> f64) -> Vec<Row> {
    let shapes = [Shape::ManyHosts, Shape::OneHost];
    let meshes = shapes.into_iter().flat_map(|shape| [1000, 2000, 4000].map(|teams| (shape, teams)));
    meshes.map(|(shape, teams)| row(shape, teams, &now)).collect()
}
