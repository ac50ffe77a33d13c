//! The same configuration in Envoy's own words, to read and to copy; each piece leads to its YAML.

use pilothouse_report::EnvoyBlock;
use yew::prelude::*;

use super::{
    binding_chips::binding_chips,
    ground::use_ground,
    origin_link::origin_link,
    words::{visible, visible_lines},
};
use crate::{browser, engine::View, state::Shared};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub view: Shared<View>,
    /// The parts; none while they are made.
    pub blocks: Option<Shared<Vec<EnvoyBlock>>>,
}

#[component]
pub fn EnvoyTab(props: &Props) -> Html {
    let ground = use_ground();
    let blocks = props.blocks.as_deref();
    html! {
        <>
            <div class="stand">{binding_chips(&ground, &props.view.binding.binding)}</div>
            if blocks.is_none() {
                <p class="none">{"Writing it down …"}</p>
            }
            for block in blocks.into_iter().flatten() {
                <section class="card envoy">
                    <header>
                        <h3>{visible(&block.title)}</h3>
                        <span class="about">{&block.kind}</span>
                        <span class="grow" />
                        {copy_button(block)}
                    </header>
                    for chunk in &block.chunks {
                        <div class="chunk">
                            if let Some(place) = &chunk.origin {
                                {origin_link(&ground, place)}
                            }
                            <pre tabindex="0" aria-label={format!("{} as JSON", block.kind)}>{visible_lines(&chunk.text)}</pre>
                        </div>
                    }
                </section>
            }
        </>
    }
}

fn copy_button(block: &EnvoyBlock) -> Html {
    let text = block.chunks.iter().map(|chunk| chunk.text.as_str()).collect::<Vec<_>>().join("\n");
    let onclick = Callback::from(move |_: MouseEvent| browser::copy(&text));
    html! { <button type="button" class="button" {onclick}>{"Copy"}</button> }
}
