//! One route: its place, what it asks, where it sends, and where it is written.

use std::rc::Rc;

use pilothouse_report::RouteRow as Route;
use yew::prelude::*;

use super::{
    action_cell::Action as ActionPart,
    badges::{Badges, tone},
    conditions::Conditions,
    ground::use_ground,
    origin_link::OriginLink,
    words::Words,
};
use crate::{
    browser,
    state::{Action, Met},
};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub route: Rc<Route>,
    /// Whether it came from the YAML at the cursor.
    pub lit: bool,
    /// What it did with the request.
    pub met: Met,
}

#[component]
pub fn RouteRow(props: &Props) -> Html {
    let ground = use_ground();
    let open = use_state(|| None::<usize>);
    let route = &*props.route;
    let toggle = {
        let open = open.clone();
        Callback::from(move |at| open.set((*open != Some(at)).then_some(at)))
    };
    let place = route.origin.clone();
    let whole = route.rule.clone().or_else(|| place.clone());
    let onclick = {
        let (dispatch, place) = (ground.dispatch.clone(), place.clone());
        Callback::from(move |_: MouseEvent| {
            if let Some(place) = place.clone().filter(|_| !browser::text_is_marked()) {
                dispatch.dispatch(Action::Reveal(place));
            }
        })
    };
    let colour = place.as_ref().map(|place| ground.name(place.resource).colour);
    let dead = route.marks.iter().any(|mark| mark.kind == "never");
    let (missing, others): (Vec<_>, Vec<_>) =
        route.marks.iter().cloned().partition(|mark| mark.kind == "missing");
    let count = others.len();
    let marks: Vec<_> = others.iter().chain(&missing).cloned().collect();
    let row = classes!(
        "route",
        colour,
        dead.then_some("dead"),
        props.lit.then_some("lit"),
        (props.met == Met::Took).then_some("hit"),
        place.is_some().then_some("leads")
    );
    html! {
        <>
            <tr
                role="row"
                class={row}
                {onclick}
                onmouseenter={ground.point(whole.clone())}
                onmouseleave={ground.point(None)}
                onfocusin={ground.point(whole)}
                onfocusout={ground.point(None)}
            >
                <td role="cell" class="number">
                    {route.number}
                    {met(props.met)}
                    if props.lit { <span class="unseen">{"at the cursor"}</span> }
                </td>
                <td role="cell" class="match">
                    <Conditions conditions={route.conditions.clone()} first={route.number == 1} />
                    <Badges marks={others} open={*open} toggle={toggle.clone()} />
                </td>
                <td role="cell" class="does">
                    <span class="arrow" aria-hidden="true">{"→"}</span>
                    <span class="target">
                        <ActionPart action={route.action.clone()} />
                        <Badges
                            marks={missing}
                            open={open.and_then(|at| at.checked_sub(count))}
                            toggle={toggle.reform(move |at| at + count)}
                        />
                    </span>
                </td>
                <td role="cell" class="written">
                    if let Some(place) = place {
                        <OriginLink {place} />
                    } else {
                        <span class="soft">{"built in"}</span>
                    }
                </td>
            </tr>
            if let Some(mark) = open.and_then(|at| marks.get(at)) {
                <tr role="row" class="reason">
                    <td role="cell" colspan="4" class={tone(&mark.kind)}>
                        <Words text={mark.reason.clone()} />
                        {" "}<span class="id">{&mark.id}</span>
                    </td>
                </tr>
            }
        </>
    }
}

/// What the route did with the request, as a sign and in words.
fn met(met: Met) -> Html {
    let (class, sign, words) = match met {
        Met::Not => return Html::default(),
        Met::Missed => ("missed", "×", "lets the request pass"),
        Met::Took => ("took", "✓", "takes the request"),
    };
    html! {
        <>
            <span {class} aria-hidden="true">{sign}</span>
            <span class="unseen">{words}</span>
        </>
    }
}
