//! What crosses between the page and the worker.

use pilothouse_report::{
    BindingRow, BindingView, EnvoyBlock, Finding, Place, Range, ResourceRow, TraceView, WireRequest,
};
use serde::{Deserialize, Serialize};

use super::{
    aside::{Aside, Said},
    comparison::Comparison,
    linked::Linked,
    testing::{Kept, Tested},
};

/// How long a comparison or a trial of fixes may take; typing ends it sooner.
const AT_LEISURE: u32 = 10_000;

/// What the page wants to know of its texts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Which state of the texts.
    pub revision: u32,
    /// `current` or `1.1`.
    pub istio: String,
    /// How many findings to list.
    pub findings: u32,
    /// What to show of which proxy.
    pub lens: Lens,
    /// The request to send through that proxy.
    pub ask: Ask,
    /// Undated resources that a person has put in order, oldest first, as `Kind/namespace/name`.
    pub order: Vec<String>,
    /// Whether the proxy is wanted in Envoy's words too.
    pub envoy: bool,
    /// The view of the page that a link is wanted to; none while a person is at work.
    pub link: Option<String>,
    /// Which state of the text before to compare with; none where no comparison is wanted.
    pub before: Option<u32>,
    /// Whether fixes of the findings are to be tried, each by another analysis.
    pub fixes: bool,
    /// What is asked of one place, for the editor.
    pub aside: Option<Aside>,
    /// The tests that are kept, and what is to be done with them.
    pub tests: Kept,
    /// How long it may take.
    pub patience: Patience,
}

impl Question {
    /// Whether it asks for something long that an edit makes worthless.
    pub fn can_be_left(&self) -> bool {
        self.before.is_some() || self.fixes
    }

    /// How long a run may take, in milliseconds.
    pub fn millis(&self) -> u32 {
        let least = if self.can_be_left() { AT_LEISURE } else { 0 };
        self.patience.millis().max(least)
    }
}

/// Which part of the effective configuration is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lens {
    /// The proxy; the first one where this is none of the input.
    pub binding: String,
    /// What a host name must hold.
    pub filter: String,
    /// How many rows to show of each table.
    pub rows: u32,
}

/// A request to send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// The method.
    pub method: String,
    /// The URL; none for one that shows what there is to see, an empty one for no request.
    pub url: Option<String>,
    /// Headers.
    pub headers: Vec<(String, String)>,
}

impl Default for Ask {
    fn default() -> Self {
        Self { method: "GET".to_owned(), url: None, headers: Vec::new() }
    }
}

impl From<&WireRequest> for Ask {
    fn from(request: &WireRequest) -> Self {
        Self {
            method: request.method.clone(),
            url: Some(request.url.clone()),
            headers: request.headers.clone(),
        }
    }
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// It was sent.
    Trace(Box<TraceView>),
    /// It is none, and why.
    Refused(String),
}

/// How long a run may take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Patience {
    /// As long as one waits while typing.
    #[default]
    Typing,
    /// As long as one waits who has asked for it.
    Asked,
}

impl Patience {
    /// The limit in milliseconds.
    pub fn millis(self) -> u32 {
        match self {
            Patience::Typing => 2_000,
            Patience::Asked => 60_000,
        }
    }
}

/// The answer to one question.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Which state of the texts it is about.
    pub revision: u32,
    /// How long it took in the worker; none for an answer that was made beforehand.
    pub millis: Option<f64>,
    /// The input as a whole; none where it is as in the answer before.
    pub overview: Option<Overview>,
    /// The proxy; none where the input has none.
    pub view: Option<View>,
    /// What became of the request; none where there is none.
    pub reply: Option<Reply>,
    /// The proxy in Envoy's words; none where they were not asked for.
    pub envoy: Option<Vec<EnvoyBlock>>,
    /// What this Istio makes otherwise than the one before; none where only one was asked.
    pub difference: Option<String>,
    /// The link to all this; none where it was not asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Linked>,
    /// What was asked of one place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Said>,
    /// Whether nothing else was asked anew, so that all the rest is as in the answer before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub beside: bool,
    /// What comes of going from the text before to these; none where it is as in the answer before or not asked for.
    pub comparison: Option<Comparison>,
    /// What came of the tests; none where nothing was to be done with them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tested: Option<Tested>,
}

/// The input as a whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    /// `current` or `1.1`.
    pub istio: String,
    /// The names of the texts.
    pub files: Vec<String>,
    /// Every resource, in the order of the texts.
    pub resources: Vec<ResourceRow>,
    /// The proxies to choose from.
    pub bindings: Vec<BindingRow>,
    /// The worst findings, as many as were asked for.
    pub findings: Vec<Finding>,
    /// How many there are.
    pub counts: Counts,
    /// The first place where YAML could not be read on.
    pub broken: Option<Finding>,
    /// Whether there was too much to try all fixes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub untried: bool,
}

impl Overview {
    /// The place of a text by its name.
    pub fn file(&self, name: &str) -> u32 {
        self.files.iter().position(|file| file == name).unwrap_or_default() as u32
    }

    /// The place of a range that names its text.
    pub fn place(&self, file: &str, range: Range) -> Place {
        let file = self.file(file);
        let resource = self.resource_at(file, range).unwrap_or(usize::MAX) as u32;
        Place { resource, file, range }
    }

    /// The resource that holds a range of a text.
    pub fn resource_at(&self, file: u32, range: Range) -> Option<usize> {
        let after = self.resources.partition_point(|row| (row.file, row.range.start) <= (file, range.start));
        let at = after.checked_sub(1)?;
        let row = &self.resources[at];
        (row.file == file && range.start <= row.range.end).then_some(at)
    }
}

/// How many findings there are of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Requests fail, or something is refused.
    pub errors: u32,
    /// Likely not what is meant.
    pub warnings: u32,
    /// Worth knowing.
    pub infos: u32,
    /// What the input allows, which is none of these.
    pub allowed: u32,
}

impl Counts {
    /// All of them.
    pub fn all(self) -> u32 {
        self.errors + self.warnings + self.infos
    }
}

/// What is shown of one proxy.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// How it was asked for.
    pub lens: Lens,
    /// The proxy with as many hosts, policies and listeners as were asked for.
    pub binding: BindingView,
    /// How many there are in all.
    pub totals: Totals,
}

/// How much a proxy has in all, of what the filter lets through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Virtual hosts, filtered or not.
    pub hosts: u32,
    /// Virtual hosts that the filter lets through.
    pub found: u32,
    /// Routes of those.
    pub routes: u32,
    /// Policies.
    pub policies: u32,
    /// Listeners.
    pub listeners: u32,
    /// What was dropped.
    pub dropped: u32,
}
