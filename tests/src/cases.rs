//! The cases: a configuration, what istiod built from it, and how Envoy answered requests.

use std::{fs, path::PathBuf};

use pilothouse_analysis::{Analysis, Profile, Sources, analyze_exactly, mesh::Proxy};
use serde_json::Value;

/// One configuration with its answers.
#[derive(Debug)]
pub struct Case {
    /// `cases/gateway-003`.
    pub name: String,
    /// The folder.
    pub folder: PathBuf,
    /// The configuration.
    pub input: String,
    /// What istiod built.
    pub envoy: Value,
}

/// A folder beside this package.
pub fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("conformance").join(name)
}

/// The names of the folders in a folder.
pub fn subfolders(group: &str) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder(group))
        .unwrap_or_else(|error| unreadable(group, &error))
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_dir())
        .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
        .collect();
    names.sort();
    names
}

/// The cases of a folder by name; an unreadable one fails the test that asks.
pub fn cases(group: &str) -> Vec<Case> {
    subfolders(group)
        .into_iter()
        .map(|name| {
            let folder = folder(group).join(&name);
            let read = |file: &str| {
                let path = folder.join(file);
                fs::read_to_string(&path)
                    .unwrap_or_else(|error| unreadable(&path.display().to_string(), &error))
            };
            Case {
                name: format!("{group}/{name}"),
                input: read("input.yaml"),
                envoy: json(&read("envoy.json")),
                folder,
            }
        })
        .collect()
}

impl Case {
    /// What we make of the configuration.
    pub fn analysis(&self, profile: Profile) -> Analysis {
        analyze_exactly(Sources::single("input.yaml", self.input.clone()), profile)
    }

    /// The proxies that the answers are of.
    pub fn proxies(&self) -> Vec<Proxy> {
        let listed = self.envoy["proxies"].as_array().into_iter().flatten();
        listed.filter_map(|proxy| proxy["proxy"].as_str()?.parse().ok()).collect()
    }

    /// The requests with their answers.
    pub fn requests(&self) -> Vec<Value> {
        let path = self.folder.join("requests.json");
        let Ok(text) = fs::read_to_string(path) else { return Vec::new() };
        json(&text).as_array().cloned().unwrap_or_default()
    }
}

/// JSON that must be readable.
pub fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| unreadable("JSON", &error))
}

#[expect(clippy::panic, reason = "a missing case must fail the test, not shorten it")]
fn unreadable(what: &str, error: &dyn std::fmt::Display) -> ! {
    panic!("{what} cannot be read: {error}")
}
