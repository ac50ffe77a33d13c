//! Virtual hosts with their routes, as one proxy has them.

use std::rc::Rc;

use pilothouse_report::HostTable;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{
    binding_chips::binding_chips,
    dropped_list::dropped_list,
    finding_card::FindingCard,
    ground::{Ground, use_ground},
    host_card::HostCard,
    more_button::more_button,
    order_control::order_control,
    plain_hosts::plain_hosts,
    words::counted,
};
use crate::{
    engine::{Reply, View},
    state::{Action, Cursor, Lit, Shared, Tab, Way},
};

/// More hosts than these can be filtered.
const FEW: u32 = 5;
/// How many findings stand below the routes.
const FINDINGS: usize = 6;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub view: Shared<View>,
    pub filter: String,
    pub cursor: Option<Cursor>,
    pub reply: Option<Shared<Reply>>,
}

#[component]
pub fn RoutesTab(props: &Props) -> Html {
    let ground = use_ground();
    let view = &props.view;
    // Shared once, so that a moved cursor compares and copies no tables.
    let hosts: Rc<Vec<Shared<HostTable>>> =
        use_memo(view.clone(), |view| view.binding.hosts.iter().cloned().map(Shared::from).collect());
    let resource = props.cursor.and_then(|cursor| {
        let at = pilothouse_report::Range { start: cursor.at, end: cursor.at };
        ground.overview.resource_at(cursor.file, at)
    });
    let lit = Lit::new(&view.binding, props.cursor, resource.map(|at| at as u32));
    let plain: Vec<&HostTable> = hosts.iter().map(|host| &**host).filter(|host| is_plain(host)).collect();
    let routes: usize = hosts.iter().map(|host| host.routes.len()).sum();
    let totals = view.totals;
    let findings = findings_here(&ground, view);
    html! {
        <>
            <div class="stand">
                {binding_chips(&ground, &view.binding.binding)}
                if totals.hosts > FEW || !props.filter.is_empty() {
                    {host_filter(&ground, &props.filter)}
                }
                if plain.len() < hosts.len() {
                    {order_control(&ground)}
                }
            </div>
            if totals.found == 0 {
                <p class="none">
                    if props.filter.is_empty() {
                        {"This proxy gets no HTTP routes."}
                    } else {
                        {format!("None of {} has this in its name.", counted(totals.hosts as usize, "host"))}
                    }
                </p>
            }
            for (at, host) in hosts.iter().enumerate() {
                if !is_plain(host) {
                    <HostCard
                        key={format!("{}|{}", host.route_config, host.name)}
                        host={host.clone()}
                        lit={lit.of(at)}
                        way={way(props.reply.as_deref(), view, host)}
                    />
                }
            }
            {plain_hosts(&plain, plain.len() == hosts.len())}
            {more_button(&ground, routes, totals.routes, "routes", Action::MoreRows)}
            {dropped_list(&ground, "Without effect here", &view.binding.dropped)}
            {more_button(&ground, view.binding.dropped.len(), totals.dropped, "dropped parts", Action::MoreRows)}
            if !findings.is_empty() {
                <section class="findings" aria-labelledby="findings-here">
                    <h3 id="findings-here">{"Findings on these routes"}</h3>
                    for finding in findings.iter().take(FINDINGS) {
                        <FindingCard finding={Shared::from(finding.clone())} places={ground.places(finding)} />
                    }
                    if findings.len() > FINDINGS {
                        <button type="button" class="button" onclick={ground.on_click(Action::Tab(Tab::Findings))}>
                            {"All findings"}
                        </button>
                    }
                </section>
            }
        </>
    }
}

fn way(reply: Option<&Reply>, view: &View, host: &HostTable) -> Option<Way> {
    match reply {
        Some(Reply::Trace(trace)) => Way::through(trace, &view.binding, host),
        _ => None,
    }
}

/// Whether only the built-in route leads to it.
fn is_plain(host: &HostTable) -> bool {
    host.merged_from == 0 && host.require_tls.is_none()
}

/// The findings of this proxy, and those of no proxy that speak of a resource whose routes are shown.
fn findings_here(ground: &Ground, view: &View) -> Vec<pilothouse_report::Finding> {
    let shown =
        view.binding.hosts.iter().flat_map(|host| &host.routes).filter_map(|route| route.origin.as_ref());
    let mut resources: Vec<u32> = shown.map(|place| place.resource).collect();
    resources.sort_unstable();
    resources.dedup();
    let speaks_of = |file: &str, range| {
        let at = ground.overview.resource_at(ground.overview.file(file), range);
        at.is_some_and(|at| resources.binary_search(&(at as u32)).is_ok())
    };
    let all = ground.overview.findings.iter().filter(|finding| match &finding.proxy {
        Some(proxy) => *proxy == view.binding.binding.id,
        None => {
            speaks_of(&finding.file, finding.range)
                || finding.related.iter().any(|related| speaks_of(&related.file, related.range))
        }
    });
    all.cloned().collect()
}

fn host_filter(ground: &Ground, filter: &str) -> Html {
    let dispatch = ground.dispatch.clone();
    let oninput = Callback::from(move |event: InputEvent| {
        let field: HtmlInputElement = event.target_unchecked_into();
        dispatch.dispatch(Action::Filter(field.value()));
    });
    html! {
        <input
            type="search"
            class="filter"
            placeholder="Filter hosts"
            aria-label="Show hosts whose name holds"
            value={filter.to_owned()}
            {oninput}
        />
    }
}
