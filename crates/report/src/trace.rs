//! The way of one request in words, step by step, for the command and the page.

mod outbound;
mod steps;
mod verdict;

use pilothouse_analysis::{Analysis, trace::Trace};

use crate::{
    model::{TraceView, WireRequest},
    places::Places,
};

/// What comes of a request, as a sentence.
pub(crate) fn sentence(places: &Places<'_>, trace: &Trace) -> String {
    verdict::verdict(places, trace).sentence
}

/// The namespace in which names are short: that of the VirtualService whose route takes the request.
pub(crate) fn owner(places: &Places<'_>, trace: &Trace) -> String {
    verdict::owner(places, trace)
}

/// The trace in words.
pub fn trace_view(analysis: &Analysis, trace: &Trace) -> TraceView {
    let places = Places::new(analysis);
    let verdict = verdict::verdict(&places, trace);
    let matched = trace.matched_route().and_then(|route| route.origin);
    TraceView {
        request: WireRequest {
            proxy: Some(trace.proxy.to_string()),
            method: trace.request.method.clone(),
            url: trace.request.url(),
            port: trace.request.port,
            headers: trace.request.headers.clone(),
        },
        binding: crate::bindings::Bindings::new(analysis).row(&trace.proxy),
        tone: verdict.tone.to_owned(),
        title: verdict.title,
        sentence: verdict.sentence,
        route_config: trace.route_config().map(|config| config.name.clone()),
        virtual_host: trace.chosen_host().map(|host| host.name.clone()),
        route: trace.route.map(|at| at as u32 + 1),
        origin: matched.map(|origin| places.place(origin.match_origin)),
        rule: matched.map(|origin| places.place(origin.rule())),
        steps: steps::steps(&places, trace),
    }
}
