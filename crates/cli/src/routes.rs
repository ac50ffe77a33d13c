//! `pilothouse routes`: the routes of each proxy.

use pilothouse_analysis::{Analysis, analyze};
use pilothouse_report::{BindingView, RoutesOutput};

use crate::{
    args::{Format, Istio, Routes},
    input,
    output::Outcome,
};

mod hosts;
mod text;

pub(crate) fn run(args: &Routes, istio: Istio) -> anyhow::Result<Outcome> {
    let analysis = analyze(input::read(&args.input.paths)?, istio.profile());
    let mut proxies = views(&analysis, args);
    if let Some(host) = &args.host {
        for view in &mut proxies {
            hosts::keep(view, host);
        }
    }
    let report = pilothouse_report::report(&analysis);
    let output =
        RoutesOutput { istio: report.istio, files: report.files, resources: report.resources, proxies };
    match args.format {
        Format::Json => Outcome::json(&output, false),
        Format::Text => Ok(Outcome::passed(text::text(&output, args.host.as_deref()))),
    }
}

/// The proxies that were asked for, else all that the input speaks of.
fn views(analysis: &Analysis, args: &Routes) -> Vec<BindingView> {
    let proxies: Vec<_> = if args.proxy.is_empty() {
        analysis.bindings.iter().map(|binding| &binding.proxy).collect()
    } else {
        args.proxy.iter().collect()
    };
    proxies
        .into_iter()
        .filter_map(|proxy| pilothouse_report::binding_view(analysis, &proxy.to_string()))
        .collect()
}
