//! What can be done about a finding: each fix shows what it changes before it is made.

use std::rc::Rc;

use pilothouse_report::Fix;
use yew::prelude::*;

use super::{
    ground::{Ground, use_ground},
    words::{visible, words},
};
use crate::state::{Action, Hunk, hunks};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub fixes: Vec<Fix>,
}

#[component]
pub fn FixList(props: &Props) -> Html {
    let ground = use_ground();
    let open = use_state_eq(|| None::<usize>);
    let buttons = props.fixes.iter().enumerate().map(|(at, fix)| {
        let expanded = *open == Some(at);
        let onclick = {
            let open = open.setter();
            Callback::from(move |event: MouseEvent| {
                event.stop_propagation();
                open.set((!expanded).then_some(at));
            })
        };
        html! {
            <button type="button" class="button fix" aria-expanded={expanded.to_string()} {onclick}>
                {words(&fix.title)}
                if fix.guess {
                    <span class="guess">{"a guess"}</span>
                }
            </button>
        }
    });
    let shown = open.and_then(|at| props.fixes.get(at));
    html! {
        <div class="fixes">
            <div class="row">{for buttons}</div>
            if let Some(fix) = shown {
                {preview(&ground, fix)}
            }
        </div>
    }
}

/// The lines that go and come, and the button that makes it so.
fn preview(ground: &Ground, fix: &Fix) -> Html {
    let onclick = {
        let (dispatch, revision) = (ground.dispatch.clone(), ground.files.revision);
        let edits = Rc::new(fix.edits.clone());
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            dispatch.dispatch(Action::Mend(revision, Rc::clone(&edits)));
        })
    };
    // Marking some of the lines is not a wish to see the YAML.
    let stay = Callback::from(|event: MouseEvent| event.stop_propagation());
    html! {
        <div class="preview" role="group" aria-label="What it changes" onclick={stay}>
            for hunk in hunks(&ground.files, &fix.edits) {
                {lines(ground, &hunk)}
            }
            if fix.guess {
                <p class="soft">{"This is a guess, as what you mean cannot be known: look before you apply it."}</p>
            }
            <button type="button" class="button apply" {onclick}>{"Apply"}</button>
        </div>
    }
}

fn lines(ground: &Ground, hunk: &Hunk) -> Html {
    let file = if ground.names_files() { visible(&hunk.file) } else { String::new() };
    html! {
        <>
            <p class="soft">{format!("{file} line {}", hunk.line)}</p>
            <pre class="diff" tabindex="0" role="group" aria-label={format!("{file} from line {}", hunk.line)}>
                for line in &hunk.gone {
                    <del><span class="unseen">{"goes: "}</span>{visible(line)}{"\n"}</del>
                }
                for line in &hunk.come {
                    <ins><span class="unseen">{"comes: "}</span>{visible(line)}{"\n"}</ins>
                }
            </pre>
        </>
    }
}
