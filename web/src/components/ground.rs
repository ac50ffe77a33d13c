//! What parts deep in the page need: whom to tell, what places are called, and what is known.
//!
//! Parts of which there are many use [`Names`] alone: those stay the same while a person types, so nothing is drawn
//! again.

use std::{ops::Deref, rc::Rc};

use pilothouse_report::{Finding, Place, ResourceKey};
use yew::prelude::*;

use crate::{
    engine::Overview,
    state::{Action, App, Files, Shared, colour, letter},
};

/// Takes what happens.
pub type Dispatch = UseReducerDispatcher<App>;

/// Whom to tell, and what resources and texts are called.
#[derive(Clone, PartialEq)]
pub struct Names {
    /// Takes what happens.
    pub dispatch: Dispatch,
    files: Shared<Vec<String>>,
    resources: Shared<Vec<ResourceKey>>,
}

/// What a resource is called and how it is marked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Its letter.
    pub letter: String,
    /// The class of its colour.
    pub colour: String,
    /// `namespace/name`.
    pub name: String,
    /// Its kind.
    pub kind: String,
}

impl Names {
    /// Those of an overview.
    pub fn new(dispatch: Dispatch, overview: &Overview) -> Self {
        let resources: Vec<ResourceKey> = overview.resources.iter().map(|row| row.key.clone()).collect();
        Self { dispatch, files: overview.files.clone().into(), resources: resources.into() }
    }

    /// The name of the resource that a place is in; none where it is in no resource.
    pub fn name(&self, place: &Place) -> Option<Name> {
        let at = place.resource as usize;
        let key = self.resources.get(at)?;
        Some(Name {
            letter: letter(at),
            colour: format!("o{}", colour(at)),
            name: format!("{}/{}", key.namespace, key.name),
            kind: key.kind.clone(),
        })
    }

    /// The text and the line of a place: `shop.yaml` and `:8`.
    pub fn line(&self, place: &Place) -> (&str, String) {
        let file = self.files.get(place.file as usize).map_or("", String::as_str);
        (file, format!(":{}", place.range.start.line))
    }

    /// Whether a line says which text it is of, which goes without saying where there is one.
    pub fn names_files(&self) -> bool {
        self.files.len() > 1
    }

    /// Goes to the YAML of a place.
    pub fn reveal(&self, place: &Place) -> Callback<MouseEvent> {
        let (dispatch, place) = (self.dispatch.clone(), place.clone());
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            dispatch.dispatch(Action::Reveal(place.clone()));
        })
    }

    /// Does something when a button is pressed.
    pub fn on_click(&self, action: Action) -> Callback<MouseEvent> {
        let dispatch = self.dispatch.clone();
        Callback::from(move |_| dispatch.dispatch(action.clone()))
    }

    /// Lights the YAML of a place up, or none.
    pub fn point<E>(&self, place: Option<Place>) -> Callback<E> {
        let (dispatch, place) = (self.dispatch.clone(), Rc::new(place));
        Callback::from(move |_| dispatch.dispatch(Action::Point((*place).clone())))
    }
}

/// The names and all that is known of the input.
#[derive(Clone, PartialEq)]
pub struct Ground {
    /// Whom to tell, and what places are called.
    pub names: Names,
    /// The input as a whole.
    pub overview: Shared<Overview>,
    /// The texts as they are, which may be newer than the overview.
    pub files: Files,
    /// Undated resources in the order that a person has set, oldest first.
    pub order: Vec<String>,
}

impl Deref for Ground {
    type Target = Names;

    fn deref(&self) -> &Names {
        &self.names
    }
}

impl Ground {
    /// The place of a resource that the input holds, by its `Kind/namespace/name`.
    pub fn resource(&self, name: &str) -> Option<Place> {
        let rows = &self.overview.resources;
        let is = |key: &ResourceKey| {
            let mut parts = name.splitn(3, '/');
            [&key.kind, &key.namespace, &key.name].into_iter().all(|part| parts.next() == Some(part))
        };
        let at = rows.iter().position(|row| row.active && is(&row.key))?;
        Some(Place { resource: at as u32, file: rows[at].file, range: rows[at].range })
    }

    /// The places of a finding: its own, then those of the other things it is about.
    pub fn places(&self, finding: &Finding) -> Vec<Place> {
        let place = |file: &str, range| self.overview.place(file, range);
        let others = finding.related.iter().map(|related| place(&related.file, related.range));
        [place(&finding.file, finding.range)].into_iter().chain(others).collect()
    }
}

/// The names that stand below; the page always gives some.
#[hook]
pub fn use_names() -> Names {
    use_context::<Names>().expect("the page gives names to all of its parts")
}

/// The ground that stands below; the page always gives one.
#[hook]
pub fn use_ground() -> Ground {
    use_context::<Ground>().expect("the page gives the ground to all of its parts")
}
