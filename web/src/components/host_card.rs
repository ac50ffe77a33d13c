//! A virtual host with its routes in the order in which they are tried.

use std::rc::Rc;

use pilothouse_report::HostTable;
use yew::prelude::*;

use super::{
    ground::use_names,
    origin_link::origin_link,
    route_row::RouteRow,
    words::{code, counted, visible},
};
use crate::state::{Shared, Way};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub host: Shared<HostTable>,
    /// The numbers of the routes that came from the YAML at the cursor.
    pub lit: Rc<[u32]>,
    /// The way of the request, if it comes by here.
    pub way: Option<Way>,
}

#[component]
pub fn HostCard(props: &Props) -> Html {
    let names = use_names();
    let host = &props.host;
    let id = format!("host-{}-{}", host.route_config, host.name);
    html! {
        <section class="card host" aria-labelledby={id.clone()}>
            <header>
                <h3 {id}>{code(&host.title)}</h3>
                <span class="about">{format!("{} {} · {}", host.scheme, host.port, merged(host.merged_from))}</span>
                if host.domains.len() > 1 {
                    {domains(&host.domains[1..])}
                }
                <span class="grow" />
                if host.order_matters {
                    <span class="badge warning">{"order not guaranteed"}</span>
                }
                if let Some(place) = &host.require_tls {
                    <span class="badge info">{"http is sent to https"}</span>
                    {origin_link(&names, place)}
                }
            </header>
            <table class="routes" role="table" aria-label={format!("Routes of {}", visible(&host.title))}>
                <colgroup>
                    <col class="number" />
                    <col class="match" />
                    <col class="does" />
                    <col class="written" />
                </colgroup>
                <thead role="rowgroup" class="unseen">
                    <tr role="row">
                        for title in ["Place", "Matches", "Does", "Written in"] {
                            <th role="columnheader" scope="col">{title}</th>
                        }
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    for route in host.routes.iter() {
                        <RouteRow
                            key={route.number}
                            route={Shared::from(route.clone())}
                            lit={props.lit.contains(&route.number)}
                            met={props.way.map(|way| way.met(route.number)).unwrap_or_default()}
                        />
                    }
                </tbody>
            </table>
        </section>
    }
}

fn merged(from: u32) -> String {
    match from {
        0 => "no VirtualService".to_owned(),
        1 => "from 1 VirtualService".to_owned(),
        several => format!("merged from {several} VirtualServices"),
    }
}

/// The further Host headers that are taken.
fn domains(more: &[String]) -> Html {
    html! {
        <details class="domains">
            <summary>{format!("and {}", counted(more.len(), "more name"))}</summary>
            <ul>
                for domain in more { <li>{code(domain)}</li> }
            </ul>
        </details>
    }
}
