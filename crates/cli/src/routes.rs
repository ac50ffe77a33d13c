//! `pilothouse routes`: the routes of each proxy.

mod hosts;
mod text;

use pilothouse_analysis::{Analysis, analyze, analyze_exactly, mesh::Proxy};
use pilothouse_report::{BindingView, RoutesOutput};

use crate::{
    args::{Istio, Routes, RoutesFormat},
    input,
    output::Outcome,
};

pub(crate) fn run(args: &Routes, istio: Istio) -> anyhow::Result<Outcome> {
    let sources = input::read(&args.input.paths)?;
    if args.format == RoutesFormat::Envoy {
        let analysis = analyze_exactly(sources, istio.profile());
        let proxies: Vec<Proxy> = proxies(&analysis, args).cloned().collect();
        return Outcome::json(&pilothouse_report::envoy::envoy(&analysis, &proxies), false);
    }
    let analysis = analyze(sources, istio.profile());
    let report = pilothouse_report::report(&analysis);
    let mut output = RoutesOutput {
        istio: report.istio,
        files: report.files,
        resources: report.resources,
        proxies: Vec::new(),
    };
    let views = views(&analysis, args);
    match args.format {
        RoutesFormat::Json => {
            output.proxies = views.collect();
            Outcome::json(&output, false)
        }
        // One proxy after the other: all at once could be more than memory holds.
        RoutesFormat::Text | RoutesFormat::Envoy => Ok(Outcome::passed(text::text(&output, views, args.host.as_deref()))),
    }
}

/// The proxies that were asked for, else all that the input speaks of.
fn proxies<'a>(analysis: &'a Analysis, args: &'a Routes) -> impl Iterator<Item = &'a Proxy> + 'a {
    let spoken_of = analysis.bindings.iter().map(|binding| &binding.proxy).filter(|_| args.proxy.is_empty());
    args.proxy.iter().chain(spoken_of)
}

fn views<'a>(analysis: &'a Analysis, args: &'a Routes) -> impl Iterator<Item = BindingView> + 'a {
    proxies(analysis, args).filter_map(|proxy| pilothouse_report::binding_view(analysis, &proxy.to_string())).map(|mut view| {
        if let Some(host) = &args.host {
            hosts::keep(&mut view, host);
        }
        view
    })
}
