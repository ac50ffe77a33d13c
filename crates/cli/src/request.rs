//! `pilothouse request`: one request, or a file of them.

mod text;

use anyhow::{Context, bail};
use pilothouse_analysis::{
    Analysis, Request as Asked, analyze, analyze_exactly,
    mesh::Proxy,
    trace::{Answer, Trace},
};
use pilothouse_report::{RequestOutput, answers, trace_view};
use serde_json::Value;

use crate::{
    args::{Format, Request},
    input,
    output::Outcome,
    settings::Settings,
};

pub(crate) fn run(args: &Request, settings: &Settings) -> anyhow::Result<Outcome> {
    match &args.requests {
        Some(file) => from_file(args, settings, file),
        None => single(args, settings),
    }
}

/// Answers a file of requests from exactly what the input holds, in its order.
fn from_file(args: &Request, settings: &Settings, file: &std::path::Path) -> anyhow::Result<Outcome> {
    let shown = file.display();
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {shown}"))?;
    let entries: Value = serde_json::from_str(&text).with_context(|| format!("{shown} is no JSON"))?;
    let Value::Array(entries) = entries else { bail!("{shown} holds no list of requests") };
    let analysis =
        analyze_exactly(input::read(&args.input.paths, settings)?.sources, settings.istio.profile());
    let answers: Vec<Value> = entries.iter().map(|entry| answers::answer_entry(&analysis, entry)).collect();
    let failed = answers.iter().any(|answer| answer.get("error").is_some());
    match args.format {
        Format::Json => Outcome::json(&answers, failed),
        Format::Text => Ok(Outcome { text: text::answers(&entries, &answers), failed }),
    }
}

fn single(args: &Request, settings: &Settings) -> anyhow::Result<Outcome> {
    // Without --requests the last of the positional arguments is the URL.
    let Some((url, paths)) = args.input.paths.split_last() else { bail!("a request needs a URL") };
    let url = url.to_str().context("the URL is not readable text")?;
    if paths.is_empty() {
        bail!("a request needs the configuration, then the URL: pilothouse request PATH… URL");
    }
    let mut request = Asked::new(&args.method, url)?;
    if let Some(port) = args.port {
        request.port = u32::from(port);
    }
    for line in &args.header {
        let (name, value) = line
            .split_once(':')
            .with_context(|| format!("the header `{line}` has no colon: write 'name: value'"))?;
        request = request.header(name.trim(), value.trim())?;
    }
    let sources = input::read(paths, settings)?.sources;
    let profile = settings.istio.profile();
    let analysis = if args.exact { analyze_exactly(sources, profile) } else { analyze(sources, profile) };
    let traces: Vec<Trace> =
        proxies(&analysis, args, &request)?.iter().map(|proxy| analysis.trace(proxy, &request)).collect();
    let failed = traces.iter().any(fails);
    let views: Vec<_> = traces.iter().map(|trace| trace_view(&analysis, trace)).collect();
    match args.format {
        Format::Json => {
            let answers = traces.iter().map(|trace| answers::answer_with_order(&analysis, trace)).collect();
            Outcome::json(&RequestOutput { answers, traces: views }, failed)
        }
        Format::Text => Ok(Outcome { text: text::traces(&analysis, &views), failed }),
    }
}

/// The proxies that take the request: those asked for, a sidecar, or every gateway that listens there.
fn proxies(analysis: &Analysis, args: &Request, request: &Asked) -> anyhow::Result<Vec<Proxy>> {
    if !args.proxy.is_empty() {
        return Ok(args.proxy.clone());
    }
    if let Some(from) = &args.from {
        let proxy: Proxy = format!("sidecar/{from}").parse().map_err(anyhow::Error::msg)?;
        return Ok(vec![proxy]);
    }
    let gateways = answers::gateways(analysis, request);
    if gateways.is_empty() {
        bail!("the input holds no Gateway: say with --from NAMESPACE whose sidecar sends the request");
    }
    Ok(gateways)
}

/// Whether the request ends otherwise than forwarded, or answered as the configuration says.
fn fails(trace: &Trace) -> bool {
    match &trace.answer {
        Answer::Forwarded { .. } | Answer::Stream { .. } => trace.failing_percent() > 0.0,
        Answer::Redirect { .. } | Answer::Response { .. } | Answer::TlsRequired { .. } => false,
        _ => true,
    }
}
