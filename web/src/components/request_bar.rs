//! Asks for a request: method, URL or a line of curl, headers, and where it comes from.

use pilothouse_report::{BindingRow, WireRequest};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{
    answer_line::{answer_line, refusal},
    ground::{Ground, use_ground},
    header_chips::HeaderChips,
    recent_menu::{URL, recent_menu},
    select::Select,
    words::visible,
};
use crate::{
    engine::{Ask, Reply, View, known_urls},
    state::{Action, Shared, is_curl, read_curl},
};

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
/// Longer lists would block the page.
const MOST: usize = 1_000;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub ask: Ask,
    /// The requests that were sent last.
    pub recent: Vec<WireRequest>,
    pub reply: Option<Shared<Reply>>,
    pub view: Shared<View>,
}

#[component]
pub fn RequestBar(props: &Props) -> Html {
    let ground = use_ground();
    let refused = use_state(|| None::<String>);
    let ask = shown(&props.ask, props.reply.as_deref());
    // What is being typed is sent with every key, and kept once it is meant.
    let tell = |action: fn(Ask) -> Action| {
        let (dispatch, refused) = (ground.dispatch.clone(), refused.setter());
        Callback::from(move |ask: Ask| {
            refused.set(None);
            dispatch.dispatch(action(ask));
        })
    };
    let (typed, send) = (tell(Action::Ask), tell(Action::Sent));
    let method = send.reform({
        let ask = ask.clone();
        move |method| Ask { method, url: Some(ask.url.clone().unwrap_or_default()), ..ask.clone() }
    });
    let of_field = {
        let ask = ask.clone();
        move |field: HtmlInputElement| Ask { url: Some(field.value()), ..ask.clone() }
    };
    let oninput = typed.reform({
        let of_field = of_field.clone();
        move |event: InputEvent| of_field(event.target_unchecked_into())
    });
    let onchange = send.reform(move |event: Event| of_field(event.target_unchecked_into()));
    let onpaste = {
        let (send, refused) = (send.clone(), refused.setter());
        Callback::from(move |event: Event| {
            let Some(text) = pasted(&event).filter(|text| is_curl(text)) else { return };
            event.prevent_default();
            match read_curl(&text) {
                Ok(ask) => send.emit(ask),
                Err(why) => refused.set(Some(why)),
            }
        })
    };
    let headers = send.reform({
        let ask = ask.clone();
        move |headers| Ask { headers, url: Some(ask.url.clone().unwrap_or_default()), ..ask.clone() }
    });
    let from = {
        let dispatch = ground.dispatch.clone();
        Callback::from(move |id| dispatch.dispatch(Action::Binding(id)))
    };
    let origins = origins(&ground);
    html! {
        <section class="request" aria-label="Request">
            <div class="row">
                <Select label="Method" value={ask.method.clone()} options={methods(&ask.method)} onchange={method} />
                <input
                    type="text"
                    id={URL}
                    class="url"
                    inputmode="url"
                    autocomplete="off"
                    spellcheck="false"
                    list="urls"
                    aria-label="URL, or a pasted line of curl"
                    placeholder="https://shop.example.com/ or a line of curl"
                    value={ask.url.clone().unwrap_or_default()}
                    {oninput}
                    {onchange}
                    {onpaste}
                />
                <datalist id="urls">
                    for url in known_urls(&props.view.binding) {
                        <option value={url} />
                    }
                </datalist>
                {recent_menu(&ground, &props.recent, &origins)}
                <HeaderChips headers={ask.headers.clone()} onchange={headers} />
                <Select
                    label="Where the request comes from"
                    class="from"
                    value={props.view.binding.binding.id.clone()}
                    options={origins.clone()}
                    onchange={from}
                />
            </div>
            if let Some(why) = &*refused {
                {refusal(why)}
            } else if let Some(reply) = &props.reply {
                {answer_line(&ground, reply, &props.view)}
            }
        </section>
    }
}

/// What stands in the bar: what a person asked for, or else what was sent in its place.
fn shown(ask: &Ask, reply: Option<&Reply>) -> Ask {
    match (&ask.url, reply) {
        (None, Some(Reply::Trace(trace))) => Ask::from(&trace.request),
        _ => ask.clone(),
    }
}

fn methods(current: &str) -> Vec<(AttrValue, AttrValue)> {
    let other = (!METHODS.contains(&current)).then(|| current.to_owned());
    let all = METHODS.iter().map(|method| (*method).to_owned()).chain(other);
    all.map(|method| (method.clone().into(), visible(&method).into())).collect()
}

/// The proxies as places that requests come from.
fn origins(ground: &Ground) -> Vec<(AttrValue, AttrValue)> {
    let rows = &ground.overview.bindings;
    let gateways = rows.iter().filter(|row| row.kind == "gateway").count();
    rows.iter().take(MOST).map(|row| (row.id.clone().into(), origin(row, gateways).into())).collect()
}

fn origin(row: &BindingRow, gateways: usize) -> String {
    match (row.kind.as_str(), row.labels.as_str()) {
        ("gateway", _) if gateways == 1 => "from the internet".to_owned(),
        ("gateway", labels) => format!("from the internet · {}", visible(labels)),
        (_, "") => format!("from {}", visible(&row.namespace)),
        (_, labels) => format!("from {} · {}", visible(&row.namespace), visible(labels)),
    }
}

/// The text of a paste; lines would be lost in the field itself.
fn pasted(event: &Event) -> Option<String> {
    use wasm_bindgen::JsCast;
    let event = event.dyn_ref::<web_sys::ClipboardEvent>()?;
    event.clipboard_data()?.get_data("text").ok()
}
