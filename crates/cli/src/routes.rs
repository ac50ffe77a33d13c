//! `pilothouse routes`: the routes of each proxy.

mod hosts;
mod text;

use pilothouse_analysis::{Analysis, analyze};
use pilothouse_report::{BindingView, RoutesOutput};

use crate::{
    args::{Format, Istio, Routes},
    input,
    output::Outcome,
};

pub(crate) fn run(args: &Routes, istio: Istio) -> anyhow::Result<Outcome> {
    let analysis = analyze(input::read(&args.input.paths)?, istio.profile());
    let report = pilothouse_report::report(&analysis);
    let mut output = RoutesOutput {
        istio: report.istio,
        files: report.files,
        resources: report.resources,
        proxies: Vec::new(),
    };
    let views = views(&analysis, args);
    match args.format {
        Format::Json => {
            output.proxies = views.collect();
            Outcome::json(&output, false)
        }
        // One proxy after the other: all at once could be more than memory holds.
        Format::Text => Ok(Outcome::passed(text::text(&output, views, args.host.as_deref()))),
    }
}

/// The proxies that were asked for, else all that the input speaks of.
fn views<'a>(analysis: &'a Analysis, args: &'a Routes) -> impl Iterator<Item = BindingView> + 'a {
    let spoken_of = analysis.bindings.iter().map(|binding| &binding.proxy).filter(|_| args.proxy.is_empty());
    let views = args.proxy.iter().chain(spoken_of);
    views.filter_map(|proxy| pilothouse_report::binding_view(analysis, &proxy.to_string())).map(|mut view| {
        if let Some(host) = &args.host {
            hosts::keep(&mut view, host);
        }
        view
    })
}
