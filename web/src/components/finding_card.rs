//! A finding: what happens to whom, where, and what to do.

use pilothouse_report::{Finding, Place, WireRequest};
use yew::prelude::*;

use super::{
    fix_list::FixList,
    ground::{Names, use_names},
    origin_link::origin_link,
    words::{first_sentence, visible, words},
};
use crate::{
    browser,
    state::{Action, Shared},
};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub finding: Shared<Finding>,
    /// Its place, and those of the other things it is about.
    pub places: Vec<Place>,
}

#[component]
pub fn FindingCard(props: &Props) -> Html {
    let names = use_names();
    let finding = &*props.finding;
    let place = props.places.first();
    let onclick = {
        let (dispatch, place) = (names.dispatch.clone(), place.cloned());
        Callback::from(move |_: MouseEvent| {
            if let Some(place) = place.clone().filter(|_| !browser::text_is_marked()) {
                dispatch.dispatch(Action::Reveal(place));
            }
        })
    };
    // The first place is the finding's own and needs no word.
    let said = [""].into_iter().chain(finding.related.iter().map(|related| related.message.as_str()));
    let (first, rest) = first_sentence(&finding.message);
    html! {
        <article
            class={classes!("finding", finding.severity.clone())}
            {onclick}
            onmouseenter={names.point(place.cloned())}
            onmouseleave={names.point(None)}
        >
            <h3>
                <span class="unseen">{format!("{}: ", finding.severity)}</span>
                {words(first)}
            </h3>
            if !rest.is_empty() {
                <p>{words(rest)}</p>
            }
            if let Some(help) = &finding.help {
                <p class="help">{words(help)}</p>
            }
            <ul class="places">
                for (place, said) in props.places.iter().zip(said) {
                    <li>
                        {origin_link(&names, place)}
                        <span class="what">{words(said)}</span>
                    </li>
                }
            </ul>
            if !finding.fixes.is_empty() {
                <FixList fixes={finding.fixes.clone()} />
            }
            <div class="foot">
                if let Some(witness) = &finding.witness {
                    {try_button(&names, witness)}
                }
                if let Some(key) = swapped(finding) {
                    {swap_button(&names, key)}
                }
                <span class={classes!("severity", finding.severity.clone())}>{&finding.severity}</span>
                <span class="rule">{&finding.code}</span>
                for alias in &finding.aliases {
                    <span class="alias">{alias}</span>
                }
            </div>
        </article>
    }
}

/// Of two VirtualServices whose order is not known, the one that comes second by name.
fn swapped(finding: &Finding) -> Option<String> {
    if finding.code != "order-dependent-routes" {
        return None;
    }
    let keys = finding.resource.iter().chain(finding.related.iter().filter_map(|it| it.resource.as_ref()));
    let services = keys.filter(|key| key.kind == "VirtualService");
    let last = services.max_by(|a, b| (&a.name, &a.namespace).cmp(&(&b.name, &b.namespace)))?;
    Some(format!("{}/{}/{}", last.kind, last.namespace, last.name))
}

/// Shows what the other order makes of it.
fn swap_button(names: &Names, key: String) -> Html {
    let dispatch = names.dispatch.clone();
    let onclick = Callback::from(move |event: MouseEvent| {
        event.stop_propagation();
        dispatch.dispatch(Action::Oldest(key.clone()));
    });
    html! { <button type="button" class="button" {onclick}>{"Swap the order"}</button> }
}

/// Sends the request that shows the finding.
fn try_button(names: &Names, witness: &WireRequest) -> Html {
    let after_host = witness.url.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]));
    let label = format!("Try {} {}", witness.method, visible(after_host.unwrap_or("/")));
    let (dispatch, request) = (names.dispatch.clone(), witness.clone());
    let onclick = Callback::from(move |event: MouseEvent| {
        event.stop_propagation();
        dispatch.dispatch(Action::Try(request.clone()));
    });
    html! {
        <button type="button" class="button" title={visible(&witness.url)} {onclick}>{label}</button>
    }
}
