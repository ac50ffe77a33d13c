//! The right side: the views of the result, or what to do while there is none.

use pilothouse_report::WireRequest;
use yew::prelude::*;

use super::{
    empty_state::empty_state, envoy_tab::EnvoyTab, findings_tab::FindingsTab, ground::use_ground,
    listeners_tab::ListenersTab, policies_tab::PoliciesTab, request_bar::RequestBar,
    rollout_tab::rollout_tab, routes_tab::RoutesTab, tab_list::tab_list, tests_tab::tests_tab,
};
use crate::{
    engine::{Ask, Pair, Tested},
    state::{Before, Cursor, Health, KeptTests, Outcome, Settings, Shared, Shown, Tab},
};

#[derive(PartialEq, Properties)]
pub struct Props {
    /// Whether there is no YAML.
    pub blank: bool,
    pub settings: Settings,
    pub outcome: Outcome,
    pub filter: String,
    pub cursor: Option<Cursor>,
    pub ask: Ask,
    /// The requests that were sent last.
    pub recent: Vec<WireRequest>,
    /// The revision to compare with.
    pub before: Before,
    /// What is to be compared.
    pub pair: Pair,
    /// The tests that are kept.
    pub tests: KeptTests,
    /// What came of them.
    pub tested: Option<Shared<Tested>>,
}

#[component]
pub fn ResultPane(props: &Props) -> Html {
    let ground = use_ground();
    if props.blank {
        return empty_state(&ground);
    }
    let tab = props.settings.tab;
    let stale = props.outcome.shown == Shown::Stale && !matches!(tab, Tab::Findings | Tab::Rollout)
        || matches!(props.outcome.health, Health::Slow | Health::Panicked(_));
    let view = props.outcome.view.clone();
    let content = match (tab, view, &props.outcome.overview) {
        (_, _, None) => Html::default(),
        (Tab::Findings, ..) => html! { <FindingsTab /> },
        (Tab::Rollout, ..) => {
            rollout_tab(&ground, &props.before, &props.pair, props.outcome.comparison.as_ref())
        }
        (Tab::Tests, ..) => tests_tab(&ground, &props.tests, props.tested.as_ref()),
        (_, None, Some(_)) => html! {
            <p class="none">
                {"No proxy is configured by this YAML. Paste a Gateway, a VirtualService or a Service, and the \
                  routes that Istio builds from them stand here."}
            </p>
        },
        (Tab::Routes, Some(view), _) => {
            let reply = props.outcome.reply.clone();
            html! { <RoutesTab {view} filter={props.filter.clone()} cursor={props.cursor} {reply} /> }
        }
        (Tab::Policies, Some(view), _) => html! { <PoliciesTab {view} /> },
        (Tab::Listeners, Some(view), _) => html! { <ListenersTab {view} /> },
        (Tab::Envoy, Some(view), _) => html! { <EnvoyTab {view} blocks={props.outcome.envoy.clone()} /> },
    };
    html! {
        <>
            if let Some(view) = props.outcome.view.clone() {
                <RequestBar
                    ask={props.ask.clone()}
                    recent={props.recent.clone()}
                    reply={props.outcome.reply.clone()}
                    {view}
                />
            }
            {tab_list(&ground, tab)}
            <div
                class={classes!("view", stale.then_some("stale"))}
                role="tabpanel"
                id="panel"
                aria-labelledby={format!("tab-{}", tab.id())}
                tabindex="0"
            >
                <h2 class="unseen">{tab.title()}</h2>
                {content}
            </div>
        </>
    }
}
