//! `pilothouse routes`: the routes of each proxy.

mod hosts;
mod text;
mod yaml;

use pilothouse_analysis::{
    Analysis, analyze, analyze_exactly,
    mesh::{Proxy, ProxyKind},
};
use pilothouse_report::BindingView;

use crate::{
    args::{Routes, RoutesFormat},
    input,
    output::{Outcome, complain},
    settings::Settings,
};

pub(crate) fn run(args: &Routes, settings: &Settings) -> anyhow::Result<Outcome> {
    let sources = input::read(&args.input.paths, settings)?.sources;
    let profile = settings.istio.profile();
    if args.format == RoutesFormat::Envoy {
        let analysis = analyze_exactly(sources, profile);
        let proxies: Vec<Proxy> = proxies(&analysis, args).into_iter().cloned().collect();
        return Outcome::json(&pilothouse_report::envoy::envoy(&analysis, &proxies), false);
    }
    let analysis = analyze(sources, profile);
    if args.format == RoutesFormat::Yaml {
        return Ok(Outcome::passed(yaml::text(&analysis, &proxies(&analysis, args), args.host.as_deref())));
    }
    let mut output = pilothouse_report::routes_output(&analysis);
    let views = views(&analysis, args);
    match args.format {
        RoutesFormat::Json => {
            output.proxies = views.collect();
            Outcome::json(&output, false)
        }
        // One proxy after the other: all at once could be more than memory holds.
        RoutesFormat::Text | RoutesFormat::Yaml | RoutesFormat::Envoy => {
            Ok(Outcome::passed(text::text(&output, views, args)))
        }
    }
}

/// So many sidecars are shown where nobody asks for one by name; of more none is, for who would read them?
const MAX_SIDECARS: usize = 100;

/// The proxies that were asked for, else all that the input speaks of.
fn proxies<'a>(analysis: &'a Analysis, args: &'a Routes) -> Vec<&'a Proxy> {
    if !args.proxy.is_empty() {
        return args.proxy.iter().collect();
    }
    let spoken_of = analysis.bindings.iter().map(|binding| &binding.proxy);
    let (sidecars, gateways): (Vec<_>, Vec<_>) =
        spoken_of.partition(|proxy| proxy.kind == ProxyKind::Sidecar);
    if sidecars.len() <= MAX_SIDECARS {
        return [gateways, sidecars].concat();
    }
    let number = sidecars.len();
    complain(
        "note",
        &format!("{number} sidecars are left out; name one to see it, as in --proxy {}", sidecars[0]),
    );
    gateways
}

fn views<'a>(analysis: &'a Analysis, args: &'a Routes) -> impl Iterator<Item = BindingView> + 'a {
    pilothouse_report::binding_views(analysis, proxies(analysis, args)).map(|mut view| {
        analysis.effective.forget();
        if let Some(host) = &args.host {
            hosts::keep(&mut view, host);
        }
        view
    })
}
