//! Merged DestinationRules, as one proxy sees them.

use yew::prelude::*;

use super::{binding_chips::BindingChips, more_button::MoreButton, policy_card::PolicyCard};
use crate::{engine::View, state::Shared};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub view: Shared<View>,
}

#[component]
pub fn PoliciesTab(props: &Props) -> Html {
    let view = &props.view;
    let policies = &view.binding.policies;
    html! {
        <>
            <div class="stand"><BindingChips binding={view.binding.binding.clone()} /></div>
            if policies.is_empty() {
                <p class="none">{"No DestinationRule applies to what this proxy calls."}</p>
            }
            for policy in policies {
                <PolicyCard policy={policy.clone()} />
            }
            <MoreButton shown={policies.len()} all={view.totals.policies as usize} things="policies" />
        </>
    }
}
