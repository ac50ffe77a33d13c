//! The resources as JSON, as they are written: what a rule says is taken over whole, also what is not modelled.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use pilothouse_analysis::{Analysis, resource::ResourceId};
use serde_json::{Map, Value};

use crate::json;

/// An analysis with the JSON of its resources, which is made when it is asked for.
pub(super) struct Texts<'a> {
    pub(super) analysis: &'a Analysis,
    known: RefCell<HashMap<ResourceId, Rc<Value>>>,
}

impl<'a> Texts<'a> {
    pub(super) fn new(analysis: &'a Analysis) -> Self {
        Texts { analysis, known: RefCell::default() }
    }

    /// A resource.
    pub(super) fn resource(&self, id: ResourceId) -> Rc<Value> {
        if let Some(known) = self.known.borrow().get(&id) {
            return known.clone();
        }
        let resource = self.analysis.effective.mesh.resource(id);
        let text = self.analysis.sources.get(resource.file).map_or("", |source| source.text.as_str());
        // All of a text at once, so that it is read once.
        let mut found = json::resources(text);
        let mut known = self.known.borrow_mut();
        for (at, other) in self.analysis.effective.mesh.resources.iter().enumerate() {
            if other.file == resource.file
                && let Some(value) = found.remove(&other.range)
            {
                known.insert(ResourceId(at as u32), Rc::new(value));
            }
        }
        known.entry(id).or_default().clone()
    }

    /// The `apiVersion` of a resource.
    pub(super) fn api_version(&self, id: ResourceId) -> String {
        self.resource(id)["apiVersion"].as_str().unwrap_or("networking.istio.io/v1").to_owned()
    }

    /// An HTTP rule of a VirtualService, by its place among those that are not null.
    pub(super) fn http_rule(&self, id: ResourceId, index: usize) -> Option<Map<String, Value>> {
        let resource = self.resource(id);
        let rules = resource["spec"]["http"].as_array()?;
        rules.iter().filter(|rule| !rule.is_null()).nth(index)?.as_object().cloned()
    }
}

/// A resource as `namespace/name` in backticks.
pub(super) fn name(analysis: &Analysis, id: ResourceId) -> String {
    let key = &analysis.effective.mesh.resource(id).key;
    format!("`{}/{}`", key.namespace, key.name)
}
