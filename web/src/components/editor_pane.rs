//! The YAML: a plain text field at first, CodeMirror once it is there.

use std::rc::Rc;

use js_sys::Function;
use pilothouse_report::{Edit, Place};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::{file_tabs::file_tabs, ground::use_ground, text_field::TextField};
use crate::{
    editor::{CodeMirror, Did, Origins, Other, problems},
    engine::{Aside, Said},
    state::{Action, Altered, Files, Notice},
};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub files: Files,
    /// Which of the texts is shown.
    pub file: usize,
    /// Whether the overview is about the texts as they are.
    pub current: bool,
    /// Whether the first result is there, so that the editor may be loaded.
    pub settled: bool,
    /// Where to go, and how many times that was asked.
    pub goal: Option<(u32, Place)>,
    /// What is pointed at in the result.
    pub pointed: Option<Place>,
    /// What edits other than typing changed last, and how many times that was done.
    pub mended: (u32, Rc<Vec<Altered>>),
    /// The last answer to what the editor asked.
    pub said: Option<Rc<Said>>,
}

/// What the editor waits for: the newest question counts, one before it gets no more answer than that.
struct Asked {
    number: u32,
    answer: Option<Function>,
}

impl Asked {
    fn put(&mut self, answer: Function) -> u32 {
        self.number += 1;
        if let Some(older) = self.answer.replace(answer) {
            let _ = older.call1(&JsValue::NULL, &"null".into());
        }
        self.number
    }

    fn take(&mut self, number: u32) -> Option<Function> {
        self.answer.take_if(|_| self.number == number)
    }
}

#[component]
pub fn EditorPane(props: &Props) -> Html {
    let ground = use_ground();
    let file = props.file;
    let text = props.files.get(file).map(|file| file.text.clone()).unwrap_or_default();
    let host = use_node_ref();
    let field = use_node_ref();
    let mirror = use_mut_ref(|| None::<CodeMirror>);
    let ready = use_state(|| false);
    // What the editor is to begin with when its code arrives, which is some time after it was asked for.
    let latest = use_mut_ref(|| (Rc::clone(&text), props.files.loaded));
    *latest.borrow_mut() = (Rc::clone(&text), props.files.loaded);
    let applied = use_mut_ref(|| 0);
    // What squiggles offer is about these.
    let findings = use_mut_ref(|| (0, ground.overview.clone()));
    if props.current {
        *findings.borrow_mut() = (props.files.revision, ground.overview.clone());
    }

    // Another text has an editor of its own, whose numbers go on.
    let number = props.said.as_ref().map_or(0, |said| said.number);
    let asked = use_mut_ref(|| Asked { number, answer: None });
    use_effect_with(props.said.clone(), {
        let asked = asked.clone();
        move |said| {
            let answer = said.as_ref().and_then(|said| asked.borrow_mut().take(said.number));
            if let (Some(answer), Some(said)) = (answer, said) {
                let _ = answer.call1(&JsValue::NULL, &said.json.as_str().into());
            }
        }
    });

    let edit = {
        let dispatch = ground.dispatch.clone();
        Callback::from(move |text: String| dispatch.dispatch(Action::Edit(file, text.into())))
    };
    let place = {
        let dispatch = ground.dispatch.clone();
        Callback::from(move |at| dispatch.dispatch(Action::Cursor(file, at)))
    };

    {
        let (host, field, mirror, ready) = (host.clone(), field.clone(), mirror.clone(), ready.clone());
        let (latest, applied, dispatch) = (latest.clone(), applied.clone(), ground.dispatch.clone());
        let (did, findings, asked) = (ground.dispatch.clone(), findings.clone(), asked.clone());
        use_effect_with(props.settled, move |settled| {
            let Some(host) = host.cast::<HtmlElement>().filter(|_| *settled && !*ready) else { return };
            spawn_local(async move {
                let text = move || {
                    let (text, loaded) = &*latest.borrow();
                    *applied.borrow_mut() = *loaded;
                    text.to_string()
                };
                let tell = move |what| {
                    did.dispatch(match what {
                        Did::Typed(text) => Action::Edit(file, text.into()),
                        Did::Moved(at) => Action::Cursor(file, at),
                        Did::Other(file, text) => Action::Edit(file, text.into()),
                        Did::Fix(finding, fix) => {
                            let (revision, overview) = &*findings.borrow();
                            let fixes = overview.findings.get(finding).map(|finding| &finding.fixes);
                            let Some(fix) = fixes.and_then(|fixes| fixes.get(fix)) else { return };
                            Action::Mend(*revision, Rc::new(fix.edits.clone()))
                        }
                        Did::Mend(edits) => {
                            let Ok(edits) = serde_json::from_slice::<Vec<Edit>>(edits.as_bytes()) else {
                                return;
                            };
                            Action::Mend(findings.borrow().0, Rc::new(edits))
                        }
                        Did::Go(file, range) => Action::Reveal(Place { resource: u32::MAX, file, range }),
                        Did::Ask { wish, at, name, answer } => {
                            let number = asked.borrow_mut().put(answer);
                            Action::Aside(Aside { number, file: file as u32, at, wish, name })
                        }
                    });
                };
                match CodeMirror::show(host, text, tell).await {
                    Ok(shown) => {
                        take_over(&field, &shown);
                        *mirror.borrow_mut() = Some(shown);
                        ready.set(true);
                    }
                    Err(_) => dispatch.dispatch(Action::Tell(Notice::PlainEditor)),
                }
            });
        });
    }
    {
        let (mirror, latest) = (mirror.clone(), latest.clone());
        use_effect_with((props.files.loaded, *ready), move |(loaded, _)| {
            let mut applied = applied.borrow_mut();
            if let Some(mirror) = mirror.borrow().as_ref().filter(|_| *applied != *loaded) {
                mirror.set_text(&latest.borrow().0);
                *applied = *loaded;
            }
        });
    }
    {
        let mirror = mirror.clone();
        // What was changed before this editor came is in its text already.
        let known = use_mut_ref(|| props.mended.0);
        use_effect_with(props.mended.clone(), move |(times, texts)| {
            if known.replace(*times) == *times {
                return;
            }
            let Some(mirror) = &*mirror.borrow() else { return };
            let text = latest.borrow().0.to_string();
            let others = texts.iter().filter(|it| it.file != file).map(|it| Other {
                file: it.file,
                before: it.before.text.to_string(),
                after: it.after.text.to_string(),
            });
            mirror.amend(&text, &others.collect::<Vec<_>>());
        });
    }
    {
        let mirror = mirror.clone();
        let marks = (props.current, *ready, props.files.revision, ground.overview.clone());
        use_effect_with(marks, move |(current, _, _, overview)| {
            if let Some(mirror) = mirror.borrow().as_ref().filter(|_| *current) {
                mirror.set_origins(&Origins::new(overview, file));
                mirror.set_problems(&problems(overview, file));
            }
        });
    }
    {
        let mirror = mirror.clone();
        use_effect_with(props.pointed.clone(), move |pointed| {
            if let Some(mirror) = mirror.borrow().as_ref() {
                let here = pointed.as_ref().filter(|place| place.file as usize == file);
                mirror.set_lit(here.map(|place| place.range));
            }
        });
    }
    // An editor that has just come for another text goes there when it is ready.
    use_effect_with((props.goal.clone(), *ready), move |(goal, _)| {
        let here = goal.as_ref().filter(|(_, place)| place.file as usize == file);
        if let (Some(mirror), Some((_, place))) = (mirror.borrow().as_ref(), here) {
            mirror.reveal(place.range);
        }
    });

    html! {
        <section class="editor" aria-label="YAML">
            {file_tabs(&ground, &props.files, file)}
            <div class="text">
                <div ref={host} class="mirror" />
                if !*ready {
                    <TextField {field} {text} goal={props.goal.clone()} {edit} {place} />
                }
            </div>
        </section>
    }
}

/// Gives the editor the keyboard where the text field had it, at the same place.
fn take_over(field: &NodeRef, mirror: &CodeMirror) {
    let Some(field) = field.cast::<HtmlTextAreaElement>() else { return };
    let active = gloo::utils::document().active_element();
    if active.as_ref() == Some(field.as_ref()) {
        let start = field.selection_start().ok().flatten().unwrap_or_default();
        let end = field.selection_end().ok().flatten().unwrap_or_default();
        mirror.focus(start, end);
    }
}
