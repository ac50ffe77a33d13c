//! The DestinationRules of one host, merged.

use pilothouse_report::{PolicyTable, SubsetRow};
use yew::prelude::*;

use super::{
    dropped_list::dropped_list,
    ground::Ground,
    origin_link::origin_link,
    table::table,
    words::{code, counted, visible},
};

/// One host's policy, its subsets, and what merging threw away.
pub fn policy_card(ground: &Ground, policy: &PolicyTable) -> Html {
    let members = match policy.members.len() {
        1 => "from 1 DestinationRule".to_owned(),
        several => format!("merged from {}", counted(several, "DestinationRule")),
    };
    html! {
        <section class="card policy">
            <header>
                <h3>{code(&policy.host)}</h3>
                <span class="about">{members}</span>
                <span class="grow" />
                for place in &policy.members {
                    {origin_link(ground, place)}
                }
            </header>
            <div class="words">
                <h4>{"Policy"}</h4>
                {sentences(&policy.policy, "as the mesh has it")}
                if let Some(place) = &policy.policy_origin {
                    {origin_link(ground, place)}
                }
            </div>
            if !policy.subsets.is_empty() {
                {subset_table(ground, &policy.subsets)}
            }
            {dropped_list(ground, "Discarded in merging", &policy.discarded)}
        </section>
    }
}

fn subset_table(ground: &Ground, subsets: &[SubsetRow]) -> Html {
    let rows = subsets.iter().map(|subset| {
        [
            code(&subset.name),
            code(&subset.labels),
            sentences(&subset.policy, "—"),
            origin_link(ground, &subset.origin),
        ]
    });
    table("Subsets", ["Subset", "Labels", "Its own policy", "Written in"], rows)
}

fn sentences(words: &[String], none: &str) -> Html {
    if words.is_empty() {
        return html! { <span class="soft">{none}</span> };
    }
    html! {
        <ul class="sentences">
            for word in words { <li><bdi>{visible(word)}</bdi></li> }
        </ul>
    }
}
