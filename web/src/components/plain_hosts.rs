//! Services that no VirtualService speaks of: each request goes where it is sent.

use std::rc::Rc;

use pilothouse_report::HostTable;
use yew::prelude::*;

use super::{
    code::Code,
    destination::Destinations,
    words::{counted, visible},
};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub hosts: Vec<Rc<HostTable>>,
}

#[component]
pub fn PlainHosts(props: &Props) -> Html {
    if props.hosts.is_empty() {
        return Html::default();
    }
    html! {
        <details class="card plain">
            <summary>{format!("{} without a VirtualService", counted(props.hosts.len(), "host"))}</summary>
            <ul>
                for host in &props.hosts {
                    <li>
                        <Code text={host.title.clone()} />
                        <span class="port">{format!(":{}", host.port)}</span>
                        <span class="arrow">{"→"}</span>
                        for route in &host.routes {
                            if route.action.destinations.is_empty() {
                                <bdi>{visible(&route.action.text)}</bdi>
                            } else {
                                <Destinations destinations={route.action.destinations.clone()} />
                            }
                        }
                    </li>
                }
            </ul>
        </details>
    }
}
