//! The DestinationRules of one host, merged.

use pilothouse_report::{PolicyTable, SubsetRow};
use yew::prelude::*;

use super::{
    code::Code,
    dropped_list::DroppedList,
    origin_link::OriginLink,
    words::{counted, visible},
};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub policy: PolicyTable,
}

#[component]
pub fn PolicyCard(props: &Props) -> Html {
    let policy = &props.policy;
    let members = match policy.members.len() {
        1 => "from 1 DestinationRule".to_owned(),
        several => format!("merged from {}", counted(several, "DestinationRule")),
    };
    html! {
        <section class="card policy">
            <header>
                <h3><Code text={policy.host.clone()} /></h3>
                <span class="about">{members}</span>
                <span class="grow" />
                for place in policy.members.iter().cloned() {
                    <OriginLink {place} />
                }
            </header>
            <div class="words">
                <h4>{"Policy"}</h4>
                <Sentences words={policy.policy.clone()} none="as the mesh has it" />
                if let Some(place) = policy.policy_origin.clone() {
                    <OriginLink {place} />
                }
            </div>
            if !policy.subsets.is_empty() {
                <table class="subsets">
                    <caption class="unseen">{"Subsets"}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{"Subset"}</th>
                            <th scope="col">{"Labels"}</th>
                            <th scope="col">{"Its own policy"}</th>
                            <th scope="col">{"Written in"}</th>
                        </tr>
                    </thead>
                    <tbody>
                        for subset in &policy.subsets {
                            {subset_row(subset)}
                        }
                    </tbody>
                </table>
            }
            <DroppedList title="Discarded in merging" rows={policy.discarded.clone()} />
        </section>
    }
}

fn subset_row(subset: &SubsetRow) -> Html {
    html! {
        <tr>
            <td><Code text={subset.name.clone()} /></td>
            <td><Code text={subset.labels.clone()} /></td>
            <td><Sentences words={subset.policy.clone()} none="—" /></td>
            <td class="written"><OriginLink place={subset.origin.clone()} /></td>
        </tr>
    }
}

#[derive(PartialEq, Properties)]
struct SentencesProps {
    words: Vec<String>,
    none: AttrValue,
}

#[component]
fn Sentences(props: &SentencesProps) -> Html {
    if props.words.is_empty() {
        return html! { <span class="soft">{&props.none}</span> };
    }
    html! {
        <ul class="sentences">
            for word in &props.words { <li><bdi>{visible(word)}</bdi></li> }
        </ul>
    }
}
