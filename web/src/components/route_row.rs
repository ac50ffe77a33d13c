//! One route: its place, what it asks, where it sends, and where it is written.

use pilothouse_report::RouteRow as Route;
use yew::prelude::*;

use super::{
    action_cell::action_cell,
    badges::{badges, tone},
    conditions::conditions,
    ground::use_names,
    origin_link::origin_link,
    words::words,
};
use crate::{
    browser,
    state::{Action, Met, Shared},
};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub route: Shared<Route>,
    /// Whether it came from the YAML at the cursor.
    pub lit: bool,
    /// What it did with the request.
    pub met: Met,
}

#[component]
pub fn RouteRow(props: &Props) -> Html {
    let names = use_names();
    let open = use_state(|| None::<usize>);
    let route = &*props.route;
    let toggle = {
        let open = open.clone();
        Callback::from(move |at| open.set((*open != Some(at)).then_some(at)))
    };
    let place = route.origin.as_ref();
    let whole = route.rule.as_ref().or(place).cloned();
    let onclick = {
        let (dispatch, place) = (names.dispatch.clone(), place.cloned());
        Callback::from(move |_: MouseEvent| {
            if let Some(place) = place.clone().filter(|_| !browser::text_is_marked()) {
                dispatch.dispatch(Action::Reveal(place));
            }
        })
    };
    // A destination that is missing is marked beside it, all else beside the conditions.
    let marks = |missing: bool| {
        let all = route.marks.iter().enumerate();
        all.filter(move |(_, mark)| (mark.kind == "missing") == missing)
    };
    let class = classes!(
        "route",
        place.and_then(|place| names.name(place)).map(|name| name.colour),
        route.marks.iter().any(|mark| mark.kind == "never").then_some("dead"),
        props.lit.then_some("lit"),
        (props.met == Met::Took).then_some("hit"),
        place.is_some().then_some("leads")
    );
    html! {
        <>
            <tr
                role="row"
                {class}
                {onclick}
                onmouseenter={names.point(whole.clone())}
                onmouseleave={names.point(None)}
                onfocusin={names.point(whole)}
                onfocusout={names.point(None)}
            >
                <td role="cell" class="number">
                    {route.number}
                    {met(props.met)}
                    if props.lit { <span class="unseen">{"at the cursor"}</span> }
                </td>
                <td role="cell" class="match">
                    {conditions(&route.conditions, route.number == 1)}
                    {badges(marks(false), *open, &toggle)}
                </td>
                <td role="cell" class="does">
                    <span class="arrow" aria-hidden="true">{"→"}</span>
                    <span class="target">
                        {action_cell(&route.action)}
                        {badges(marks(true), *open, &toggle)}
                    </span>
                </td>
                <td role="cell" class="written">
                    if let Some(place) = place {
                        {origin_link(&names, place)}
                    } else {
                        <span class="soft">{"built in"}</span>
                    }
                </td>
            </tr>
            if let Some(mark) = open.and_then(|at| route.marks.get(at)) {
                <tr role="row" class="reason">
                    <td role="cell" colspan="4" class={tone(&mark.kind)}>
                        {words(&mark.reason)}{" "}<span class="id">{&mark.id}</span>
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
