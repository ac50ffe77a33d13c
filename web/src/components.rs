//! What is seen, each part named after it.

mod action_cell;
mod address;
mod answer_line;
mod badges;
mod banners;
mod before_card;
mod binding_chips;
mod cause_card;
mod change_list;
mod conditions;
mod copy_button;
mod destinations;
mod dialog;
mod divider;
mod dropped_list;
mod editor_pane;
mod empty_state;
mod envoy_tab;
mod file_tabs;
mod finding_card;
mod findings_tab;
mod fix_list;
mod ground;
mod header;
mod header_chips;
mod hooks;
mod host_card;
mod icons;
mod keys_list;
mod listener_card;
mod listeners_tab;
mod more_button;
mod order_control;
mod origin_link;
mod overlay;
mod page;
mod palette;
mod pane_switch;
mod plain_hosts;
mod policies_tab;
mod policy_card;
mod recent_menu;
mod request_bar;
mod result_pane;
mod rollout_tab;
mod route_row;
mod routes_tab;
mod select;
mod share_menu;
mod stage_card;
mod status_line;
mod tab_list;
mod table;
mod test_row;
mod tests_card;
mod tests_tab;
mod text_field;
mod theme_button;
mod uncovered_card;
mod weight_bar;
mod words;

/// Shows the page in place of what the document begins with.
pub fn show() {
    match crate::browser::element("start") {
        Some(start) => yew::Renderer::<page::Page>::with_root(start.into()).render(),
        None => yew::Renderer::<page::Page>::new().render(),
    };
}
