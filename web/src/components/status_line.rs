//! The line at the bottom: how much there is, how long it took.

use yew::prelude::*;

use super::{
    ground::Ground,
    words::{counted, first_sentence, words},
};
use crate::{
    engine::Overview,
    state::{Action, Health, Outcome, Overlay},
};

/// How much there is, how bad it is, and how long it took.
pub fn status_line(ground: &Ground, outcome: &Outcome, blank: bool, found: Option<usize>) -> Html {
    let overview = &ground.overview;
    let known = !blank && outcome.overview.is_some();
    let gateways = overview.bindings.iter().filter(|row| row.kind == "gateway").count();
    let hosts = outcome.view.as_ref().map_or(0, |view| view.totals.hosts);
    let unmodelled = overview.resources.iter().filter(|row| !row.modelled).count();
    let amounts = [
        Some(counted(overview.resources.len(), "resource")),
        Some(counted(gateways, "gateway")),
        (hosts > 0).then(|| counted(hosts as usize, "host")),
    ];
    let amounts: Vec<String> = amounts.into_iter().flatten().collect();
    html! {
        <footer class="status">
            if known {
                <span>{amounts.join(" · ")}</span>
                <button type="button" class="link" onclick={ground.on_click(Action::Findings)}>
                    <span role="status">{serious(outcome)}</span>
                </button>
                if unmodelled > 0 {
                    <button type="button" class="link" onclick={ground.on_click(Action::Findings)}>
                        {format!("{unmodelled} not modelled")}
                    </button>
                }
            }
            <span class="grow" />
            <span aria-live="polite" class="found">{found.map(|at| told(overview, at))}</span>
            <button type="button" class="link keys-button" onclick={ground.on_click(Action::Overlay(Some(Overlay::Keys)))}>
                {"Keys"}
            </button>
            <span class="time">{time(outcome, known)}</span>
        </footer>
    }
}

/// The finding that was gone to, and how many there are.
fn told(overview: &Overview, at: usize) -> Html {
    let Some(finding) = overview.findings.get(at) else { return Html::default() };
    let (first, _) = first_sentence(&finding.message);
    html! { <>{format!("{} of {}: ", at + 1, overview.counts.all())}{words(first)}</> }
}

/// `3 errors, 1 warning`.
fn serious(outcome: &Outcome) -> String {
    let counts = outcome.overview.as_ref().map(|overview| overview.counts).unwrap_or_default();
    match (counts.errors, counts.warnings) {
        (0, 0) => "no errors, no warnings".to_owned(),
        (errors, 0) => counted(errors as usize, "error"),
        (0, warnings) => counted(warnings as usize, "warning"),
        (errors, warnings) => {
            format!("{}, {}", counted(errors as usize, "error"), counted(warnings as usize, "warning"))
        }
    }
}

fn time(outcome: &Outcome, known: bool) -> String {
    match &outcome.health {
        Health::Starting => "starting …".to_owned(),
        Health::Unavailable(_) => "no engine".to_owned(),
        _ if !known => "nothing leaves your browser".to_owned(),
        _ => match outcome.millis {
            Some(millis) => format!("analysed in {}, in this tab: nothing leaves your browser", span(millis)),
            None => "the engine is on its way …".to_owned(),
        },
    }
}

fn span(millis: f64) -> String {
    if millis < 1.0 { "under 1 ms".to_owned() } else { format!("{} ms", millis.round()) }
}
