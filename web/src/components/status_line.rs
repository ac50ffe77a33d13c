//! The line at the bottom: how much there is, how long it took.

use yew::prelude::*;

use super::{ground::use_ground, words::counted};
use crate::state::{Action, Health, Outcome, Pane, Tab};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub outcome: Outcome,
    pub blank: bool,
}

#[component]
pub fn StatusLine(props: &Props) -> Html {
    let ground = use_ground();
    let overview = &ground.overview;
    let known = !props.blank && props.outcome.overview.is_some();
    let gateways = overview.bindings.iter().filter(|row| row.kind == "gateway").count();
    let hosts = props.outcome.view.as_ref().map_or(0, |view| view.totals.hosts);
    let unmodelled = overview.resources.iter().filter(|row| !row.modelled).count();
    let amounts = [
        Some(counted(overview.resources.len(), "resource")),
        Some(counted(gateways, "gateway")),
        (hosts > 0).then(|| counted(hosts as usize, "host")),
    ];
    let amounts: Vec<String> = amounts.into_iter().flatten().collect();
    let findings = {
        let dispatch = ground.dispatch.clone();
        Callback::from(move |_| {
            dispatch.dispatch(Action::Tab(Tab::Findings));
            dispatch.dispatch(Action::Pane(Pane::Result));
        })
    };
    html! {
        <footer class="status">
            if known {
                <span>{amounts.join(" · ")}</span>
                <button type="button" class="link" onclick={findings.clone()}>
                    <span role="status">{serious(&props.outcome)}</span>
                </button>
                if unmodelled > 0 {
                    <button type="button" class="link" onclick={findings}>
                        {format!("{unmodelled} not modelled")}
                    </button>
                }
            }
            <span class="grow" />
            <span class="time">{time(&props.outcome, known)}</span>
        </footer>
    }
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
        Health::Unavailable(_) => "no engine in this browser".to_owned(),
        _ if known => {
            format!("analysed in {}, in this tab: nothing leaves your browser", millis(outcome.millis))
        }
        _ => "nothing leaves your browser".to_owned(),
    }
}

fn millis(millis: f64) -> String {
    if millis < 1.0 { "under 1 ms".to_owned() } else { format!("{} ms", millis.round()) }
}
