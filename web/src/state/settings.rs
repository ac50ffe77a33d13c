//! What a person has chosen and finds again after a reload.

use serde::{Deserialize, Serialize};

/// The choices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// `current` or `1.1`.
    pub istio: String,
    /// The view of the result.
    pub tab: Tab,
    /// The proxy looked at; empty for the first.
    pub binding: String,
    /// The width of the editor, in percent of the window.
    pub split: f64,
    /// The pane shown where there is room for one.
    pub pane: Pane,
    /// Light, dark, or as the system has it.
    pub theme: Theme,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            istio: "current".to_owned(),
            tab: Tab::Routes,
            binding: String::new(),
            split: Self::SPLIT,
            pane: Pane::Editor,
            theme: Theme::System,
        }
    }
}

impl Settings {
    /// Where the divider stands at first.
    pub const SPLIT: f64 = 43.0;
    /// How far it can be moved.
    pub const SPLITS: std::ops::RangeInclusive<f64> = 20.0..=80.0;

    /// The same with every value inside its bounds, whatever a storage held.
    pub fn checked(mut self) -> Self {
        if !Self::SPLITS.contains(&self.split) {
            self.split = Self::SPLIT;
        }
        if self.istio != "1.1" {
            self.istio = "current".to_owned();
        }
        self
    }
}

/// The views of the result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tab {
    /// Virtual hosts with their routes.
    #[default]
    Routes,
    /// What the rules found.
    Findings,
    /// Merged DestinationRules.
    Policies,
    /// Servers and ports.
    Listeners,
    /// Requests with what is to come of them.
    Tests,
    /// From one revision to another.
    Rollout,
    /// All of it in Envoy's words.
    Envoy,
}

impl Tab {
    /// All, in the order in which they stand.
    pub const ALL: [Tab; 7] =
        [Tab::Routes, Tab::Findings, Tab::Policies, Tab::Listeners, Tab::Tests, Tab::Rollout, Tab::Envoy];

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Tab::Routes => "Routes",
            Tab::Findings => "Findings",
            Tab::Policies => "Policies",
            Tab::Listeners => "Listeners",
            Tab::Tests => "Tests",
            Tab::Rollout => "Rollout",
            Tab::Envoy => "Envoy",
        }
    }

    /// Its name in ids.
    pub fn id(self) -> &'static str {
        match self {
            Tab::Routes => "routes",
            Tab::Findings => "findings",
            Tab::Policies => "policies",
            Tab::Listeners => "listeners",
            Tab::Tests => "tests",
            Tab::Rollout => "rollout",
            Tab::Envoy => "envoy",
        }
    }

    /// The one so many places on, around the end.
    pub fn step(self, by: isize) -> Tab {
        let at = Tab::ALL.iter().position(|tab| *tab == self).unwrap_or_default() as isize;
        Tab::ALL[(at + by).rem_euclid(Tab::ALL.len() as isize) as usize]
    }
}

/// The panes of a narrow window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pane {
    /// The YAML.
    #[default]
    Editor,
    /// What Istio makes of it.
    Result,
}

/// The colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// The name in the page and in the storage.
    pub fn as_str(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// The next one of a button that goes round.
    pub fn next(self) -> Self {
        match self {
            Theme::System => Theme::Light,
            Theme::Light => Theme::Dark,
            Theme::Dark => Theme::System,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_storage_lacks_is_as_at_first() {
        let settings: Settings = serde_json::from_str(r#"{"tab":"policies","later":1}"#).unwrap();
        assert_eq!(settings, Settings { tab: Tab::Policies, ..Settings::default() });
    }

    #[test]
    fn values_out_of_bounds_are_put_right() {
        let odd = Settings { split: 4000.0, istio: "0.8".to_owned(), ..Settings::default() };
        assert_eq!(odd.checked(), Settings::default());
        let nan = Settings { split: f64::NAN, ..Settings::default() };
        assert_eq!(nan.checked(), Settings::default());
    }

    #[test]
    fn tabs_go_round() {
        assert_eq!(Tab::Routes.step(-1), Tab::Envoy);
        assert_eq!(Tab::Envoy.step(1), Tab::Routes);
    }

    #[test]
    fn themes_go_round() {
        let three = Theme::System.next().next().next();
        assert_eq!(three, Theme::System);
    }
}
