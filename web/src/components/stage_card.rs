//! A stage of a rollout: what to apply and delete, why here, and its YAML to take along.

use pilothouse_report::StageRow;
use yew::prelude::*;

use super::{
    change_list::resource,
    ground::Ground,
    words::{visible_lines, words},
};
use crate::browser;

/// What the report adds to the name of a form in which old and new stand side by side.
const BOTH: &str = " (old and new side by side)";

/// One of so many stages.
pub fn stage_card(ground: &Ground, number: usize, of: usize, stage: &StageRow) -> Html {
    let name = format!("Stage {number} of {of}");
    let text = stage.manifest.clone();
    let copy = Callback::from(move |_: MouseEvent| browser::copy(&text));
    html! {
        <li class="card stage">
            <header>
                <h4>{if of == 1 { "One stage" } else { &name }}</h4>
                <span class="grow" />
                <button type="button" class="button" aria-label={format!("Copy the YAML of {name}")} onclick={copy}>
                    {"Copy"}
                </button>
                <a
                    class="button"
                    href={browser::file(&stage.manifest)}
                    download={format!("stage-{}.yaml", number)}
                    aria-label={format!("Download the YAML of {name}")}
                >
                    {"Download"}
                </a>
            </header>
            <div class="steps">
                {steps(ground, "apply", &stage.apply)}
                {steps(ground, "delete", &stage.delete)}
                <p class="soft">{words(&stage.why)}</p>
            </div>
            <details>
                <summary>{"YAML"}</summary>
                <pre tabindex="0" aria-label={format!("YAML of {name}")}>{visible_lines(&stage.manifest)}</pre>
            </details>
            if number < of {
                <p class="wait">
                    {"Then wait until every proxy has it: "}<code>{"istioctl proxy-status"}</code>{" says SYNCED."}
                </p>
            }
        </li>
    }
}

fn steps(ground: &Ground, what: &str, names: &[String]) -> Html {
    let steps = names.iter().map(|name| {
        let (name, both) = name.strip_suffix(BOTH).map_or((&**name, false), |name| (name, true));
        html! {
            <p>
                <strong>{what}</strong>
                {resource(ground, name)}
                if both { <span class="badge">{"old and new side by side"}</span> }
            </p>
        }
    });
    steps.collect()
}
