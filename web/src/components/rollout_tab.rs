//! From one revision to another: what changes, which requests break on the way, and in which stages none does.

use pilothouse_report::RolloutOutput;
use yew::prelude::*;

use super::{
    before_card::before_card,
    cause_card::cause_card,
    change_list::change_list,
    ground::Ground,
    stage_card::stage_card,
    words::{counted, words},
};
use crate::{
    engine::{Comparison, Found, Pair},
    state::{Action, Before, Shared},
};

/// The view; `pair` is what is to be compared, `last` what came of the last comparison.
pub fn rollout_tab(ground: &Ground, before: &Before, pair: &Pair, last: Option<&Shared<Comparison>>) -> Html {
    // Nothing that was compared with another text, or on another Istio.
    let last = last.filter(|last| (last.pair.before, &last.pair.istio) == (pair.before, &pair.istio));
    let broken = last.and_then(|last| match &last.found {
        Found::BrokenBefore(line, why) => Some((*line, why.as_str())),
        _ => None,
    });
    let behind = last.is_some_and(|last| last.pair != *pair);
    html! {
        <>
            {before_card(ground, before, broken)}
            if !before.is_blank() {
                <div class={classes!("rollout", behind.then_some("behind"))} aria-busy={behind.to_string()}>
                    if behind && ground.overview.broken.is_some() {
                        {told("The YAML in the editor cannot be read to its end. What stands below is about the \
                               last text that could.")}
                    }
                    {last.map_or_else(|| told("Comparing …"), |last| found(ground, &last.found))}
                </div>
            }
        </>
    }
}

/// A sentence in place of a comparison.
fn told(sentence: &str) -> Html {
    html! { <p class="answer refused" role="status">{words(sentence)}</p> }
}

fn found(ground: &Ground, found: &Found) -> Html {
    match found {
        Found::Rollout(rollout) => rollout_view(ground, &rollout.0),
        // The card of the text before tells it at its place.
        Found::BrokenBefore(..) => Html::default(),
        Found::BrokenAfter => {
            told("The YAML in the editor cannot be read to its end, so nothing is compared until it can.")
        }
        Found::NothingBefore => told(
            "The text before holds no resource, so there is nothing to come from. Paste what runs today.",
        ),
        Found::NothingAfter => told("The editor holds no resource, so there is nothing to go to."),
    }
}

fn rollout_view(ground: &Ground, rollout: &RolloutOutput) -> Html {
    if rollout.changes.is_empty() {
        return html! {
            <p class="answer refused" role="status">
                {words(&rollout.summary)}{" Edit the YAML, and what the change does on the way stands here."}
            </p>
        };
    }
    let title = match rollout.tone.as_str() {
        "ok" => "Safe in any order",
        "warning" => "Safe in stages only",
        _ => "No safe way is known",
    };
    html! {
        <>
            <p class={classes!("answer", rollout.tone.clone())} role="status">
                <strong>{title}</strong>
                <span class="sentence">{words(&rollout.summary)}</span>
            </p>
            {change_list(ground, &rollout.changes)}
            {refused(ground)}
            if !rollout.causes.is_empty() {
                <h3 class="part">{"What breaks on the way"}</h3>
                for cause in &rollout.causes {
                    {cause_card(ground, cause)}
                }
            }
            if !rollout.stages.is_empty() {
                <h3 class="part">{if rollout.tone == "ok" { "How to apply it" } else { "The safe way" }}</h3>
                <ol class="stages">
                    for (at, stage) in rollout.stages.iter().enumerate() {
                        {stage_card(ground, at + 1, rollout.stages.len(), stage)}
                    }
                </ol>
            }
        </>
    }
}

/// The resources that are in the editor and yet in neither state.
fn refused(ground: &Ground) -> Html {
    let rows = ground.overview.resources.iter().filter(|row| row.modelled && !row.active);
    match rows.count() {
        0 => Html::default(),
        several => html! {
            <p class="none">
                {format!("Not compared: {} of the editor that Istio does not take. ", counted(several, "resource"))}
                <button type="button" class="link" onclick={ground.on_click(Action::Findings)}>
                    {"The findings say why."}
                </button>
            </p>
        },
    }
}
