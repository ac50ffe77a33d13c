//! A virtual host with its routes in the order in which they are tried.

use std::rc::Rc;

use pilothouse_report::HostTable;
use yew::prelude::*;

use super::{code::Code, origin_link::OriginLink, route_row::RouteRow, words::counted};
use crate::state::Way;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub host: Rc<HostTable>,
    /// The numbers of the routes that came from the YAML at the cursor.
    pub lit: Rc<[u32]>,
    /// The way of the request, if it comes by here.
    pub way: Option<Way>,
}

#[component]
pub fn HostCard(props: &Props) -> Html {
    let host = &props.host;
    let id = format!("host-{}-{}", host.route_config, host.name);
    let about = format!("{} {} · {}", host.scheme, host.port, merged(host.merged_from));
    html! {
        <section class="card host" aria-labelledby={id.clone()}>
            <header>
                <h3 {id}><Code text={host.title.clone()} /></h3>
                <span class="about">{about}</span>
                if host.domains.len() > 1 {
                    <Domains domains={host.domains.clone()} />
                }
                <span class="grow" />
                if host.order_matters {
                    <span class="badge warning">{"order not guaranteed"}</span>
                }
                if let Some(place) = host.require_tls.clone() {
                    <span class="badge info">{"http is sent to https"}</span>
                    <OriginLink {place} />
                }
            </header>
            <table class="routes" role="table" aria-label={format!("Routes of {}", host.title)}>
                <colgroup>
                    <col class="number" />
                    <col class="match" />
                    <col class="does" />
                    <col class="written" />
                </colgroup>
                <thead role="rowgroup" class="unseen">
                    <tr role="row">
                        <th role="columnheader" scope="col">{"Place"}</th>
                        <th role="columnheader" scope="col">{"Matches"}</th>
                        <th role="columnheader" scope="col">{"Does"}</th>
                        <th role="columnheader" scope="col">{"Written in"}</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    for route in host.routes.iter() {
                        <RouteRow
                            key={route.number}
                            route={Rc::new(route.clone())}
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

#[derive(PartialEq, Properties)]
struct DomainsProps {
    domains: Vec<String>,
}

/// The further Host headers that are taken.
#[component]
fn Domains(props: &DomainsProps) -> Html {
    html! {
        <details class="domains">
            <summary>{format!("and {}", counted(props.domains.len() - 1, "more name"))}</summary>
            <ul>
                for domain in props.domains.iter().skip(1) {
                    <li><Code text={domain.clone()} /></li>
                }
            </ul>
        </details>
    }
}
