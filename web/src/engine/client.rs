//! The page's side: owns the worker and does what the [`Desk`] decides.

use std::{cell::RefCell, rc::Rc};

use gloo::timers::callback::Timeout;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::Callback;

use super::{
    boot,
    desk::{Command, Desk, Failure},
    first,
    protocol::{Answer, Question},
    serve::{ANSWER, BEGUN, PANIC, READY},
};
use crate::state::SourceFile;

/// Messages that came while the page was busy are heard before a worker is judged by the clock.
const GRACE: u32 = 50;

/// What the page is told.
#[derive(Clone, Debug)]
pub enum Event {
    /// An answer.
    Answered(Rc<Answer>),
    /// There is none.
    Failed(Failure),
}

/// A running engine; dropping the last handle ends its worker.
#[derive(Clone)]
pub struct Engine(Rc<RefCell<Inner>>);

struct Inner {
    desk: Desk,
    worker: Option<Live>,
    watch: Option<Timeout>,
    files: Rc<Vec<SourceFile>>,
    /// The revision whose texts the worker has.
    sent: Option<u32>,
    /// The text to compare with.
    before: Rc<str>,
    /// Which state of it the worker has.
    before_sent: Option<u32>,
    tell: Callback<Event>,
}

/// A worker with the functions it calls.
struct Live {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

impl Drop for Live {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

impl Engine {
    /// Starts the worker.
    pub fn start(tell: Callback<Event>) -> Self {
        let (desk, commands) = Desk::open();
        let inner = Inner {
            desk,
            worker: None,
            watch: None,
            files: Rc::default(),
            sent: None,
            before: Rc::default(),
            before_sent: None,
            tell,
        };
        let engine = Self(Rc::new(RefCell::new(inner)));
        engine.run(commands);
        engine
    }

    /// Asks about the texts; a question that still waits is forgotten.
    pub fn ask(&self, question: Question, files: Rc<Vec<SourceFile>>, before: Rc<str>) {
        let known = first::known_answer(&question, &files);
        {
            let mut inner = self.0.borrow_mut();
            (inner.files, inner.before) = (files, before);
        }
        self.decide(|desk| desk.ask(question));
        if let Some(answer) = known {
            self.tell(Event::Answered(Rc::new(answer)));
        }
    }

    fn decide(&self, decision: impl FnOnce(&mut Desk) -> Vec<Command>) {
        let commands = decision(&mut self.0.borrow_mut().desk);
        self.run(commands);
    }

    fn run(&self, commands: Vec<Command>) {
        for command in commands {
            match command {
                Command::Spawn => self.spawn(),
                Command::Post(number, question) => self.post(number, &question),
                Command::Watch(millis) => self.watch(millis),
                Command::Rest => self.0.borrow_mut().watch = None,
                Command::Tell(failure) => self.tell(Event::Failed(failure)),
            }
        }
    }

    fn tell(&self, event: Event) {
        let tell = self.0.borrow().tell.clone();
        tell.emit(event);
    }

    fn watch(&self, millis: u32) {
        let me = self.clone();
        let over = move || {
            let again = me.clone();
            let grace = Timeout::new(GRACE, move || again.decide(Desk::timed_out));
            me.0.borrow_mut().watch = Some(grace);
        };
        self.0.borrow_mut().watch = Some(Timeout::new(millis, over));
    }

    fn spawn(&self) {
        // The old worker ends before the new one begins.
        let old = self.0.borrow_mut().worker.take();
        drop(old);
        {
            let mut inner = self.0.borrow_mut();
            (inner.sent, inner.before_sent) = (None, None);
        }
        let me = self.clone();
        spawn_local(async move {
            match me.new_worker().await {
                Ok(()) => me.decide(Desk::hired),
                Err(error) => me.decide(|desk| desk.crashed(words(&error))),
            }
        });
    }

    async fn new_worker(&self) -> Result<(), JsValue> {
        let parts = JsFuture::from(boot::engine_parts()).await?;
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&boot::worker_address(), &options)?;
        self.hire(worker, &parts)
    }

    fn hire(&self, worker: Worker, parts: &JsValue) -> Result<(), JsValue> {
        let me = self.clone();
        let on_message =
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| me.hear(&event.data()));
        let me = self.clone();
        let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
            event.prevent_default();
            let me = me.clone();
            let message = event.message();
            // Later, because this very function belongs to the worker that is about to be replaced.
            Timeout::new(0, move || me.decide(|desk| desk.crashed(message))).forget();
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        worker.post_message(parts)?;
        self.0.borrow_mut().worker = Some(Live { worker, _on_message: on_message, _on_error: on_error });
        Ok(())
    }

    fn hear(&self, data: &JsValue) {
        let message = Array::from(data);
        let value = message.get(1);
        match message.get(0).as_string().as_deref() {
            Some(READY) => self.decide(Desk::ready),
            Some(BEGUN) => self.decide(|desk| desk.begun(value.as_f64().unwrap_or_default() as u32)),
            Some(PANIC) => self.0.borrow_mut().desk.panicking(value.as_string().unwrap_or_default()),
            Some(ANSWER) => {
                self.decide(Desk::answered);
                let bytes = Uint8Array::new(&value).to_vec();
                if let Ok(answer) = serde_json::from_slice::<Answer>(&bytes) {
                    self.tell(Event::Answered(Rc::new(answer)));
                }
            }
            _ => {}
        }
    }

    fn post(&self, number: u32, question: &Question) {
        let mut inner = self.0.borrow_mut();
        let text = serde_json::to_string(question).unwrap_or_default();
        let message = Array::of2(&number.into(), &text.into());
        if inner.sent != Some(question.revision) {
            message.push(&inner.files.iter().map(|file| JsValue::from_str(&file.name)).collect::<Array>());
            message.push(&inner.files.iter().map(|file| JsValue::from_str(&file.text)).collect::<Array>());
            inner.sent = Some(question.revision);
        }
        if question.before.is_some() && inner.before_sent != question.before {
            message.set(4, JsValue::from_str(&inner.before));
            inner.before_sent = question.before;
        }
        if let Some(live) = &inner.worker {
            let _ = live.worker.post_message(&message);
        }
    }
}

/// What an error of JavaScript says.
fn words(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map_or_else(|| format!("{error:?}"), |error| String::from(error.message()))
}
