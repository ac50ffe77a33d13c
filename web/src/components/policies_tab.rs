//! Merged DestinationRules, as one proxy sees them.

use yew::prelude::*;

use super::{
    binding_chips::binding_chips, ground::use_ground, more_button::more_button, policy_card::policy_card,
};
use crate::{
    engine::View,
    state::{Action, Shared},
};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub view: Shared<View>,
}

#[component]
pub fn PoliciesTab(props: &Props) -> Html {
    let ground = use_ground();
    let view = &props.view;
    let policies = &view.binding.policies;
    html! {
        <>
            <div class="stand">{binding_chips(&ground, &view.binding.binding)}</div>
            if policies.is_empty() {
                <p class="none">{"No DestinationRule applies to what this proxy calls."}</p>
            }
            for policy in policies {
                {policy_card(&ground, policy)}
            }
            {more_button(&ground, policies.len(), view.totals.policies, "policies", Action::MoreRows)}
        </>
    }
}
