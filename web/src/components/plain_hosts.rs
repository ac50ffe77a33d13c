//! Services that no VirtualService speaks of: each request goes where it is sent.

use pilothouse_report::HostTable;
use yew::prelude::*;

use super::{
    destinations::destinations,
    words::{code, counted, visible},
};

/// A list, folded where it stands below others; nothing where there are none.
pub fn plain_hosts(hosts: &[&HostTable], alone: bool) -> Html {
    if hosts.is_empty() {
        return Html::default();
    }
    html! {
        <details class="card plain" open={alone}>
            <summary>{format!("{} without a VirtualService", counted(hosts.len(), "host"))}</summary>
            <ul>
                for host in hosts.iter() {
                    <li>
                        {code(&host.title)}
                        <span class="port">{format!(":{}", host.port)}</span>
                        <span class="arrow">{"→"}</span>
                        for route in &host.routes {
                            if route.action.destinations.is_empty() {
                                <bdi>{visible(&route.action.text)}</bdi>
                            } else {
                                {destinations(&route.action.destinations)}
                            }
                        }
                    </li>
                }
            </ul>
        </details>
    }
}
