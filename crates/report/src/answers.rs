//! Requests and answers in the form of `requests.json`: outcomes as a client or destination sees them.

use pilothouse_analysis::{
    Analysis, Request,
    mesh::{Proxy, ProxyKind},
    trace::{Answer, Trace, main_share},
};
use serde_json::{Map, Value, json};

/// The headers that answers show, where a destination gets them.
const SHOWN: &[&str] = &["x-env", "x-team", "x-added", "x-secret"];

/// The answer of a trace, and whether it hangs on an order that nothing but unknown age decides.
pub fn answer_with_order(analysis: &Analysis, trace: &Trace) -> Value {
    let mut answer = answer(trace);
    answer["depends_on_order"] = json!(trace.depends_on_order(analysis));
    answer
}

/// The answer of a trace.
pub fn answer(trace: &Trace) -> Value {
    let mut out = Map::new();
    let mut set = |key: &str, value: Value| out.insert(key.to_owned(), value);
    let place = || trace.chosen_host().zip(trace.route);
    let outcome = match &trace.answer {
        Answer::NoListener => "no-listener",
        Answer::ListenerRefused => "listener-refused",
        Answer::TlsRefused => "tls-refused",
        Answer::Closed => "closed",
        Answer::Stream { .. } => "forwarded",
        Answer::NoVirtualHost | Answer::NoRoute => {
            set("status", json!(404));
            "response"
        }
        Answer::BadPath => {
            set("status", json!(400));
            "response"
        }
        Answer::TlsRequired { location } => {
            set("status", json!(301));
            set("location", json!(location));
            "redirect"
        }
        Answer::Redirect { status, location } => {
            set("status", json!(status));
            set("location", json!(location));
            "redirect"
        }
        Answer::Response { status } => {
            set("status", json!(status));
            "response"
        }
        Answer::Forwarded { shares, upstream } => {
            if main_share(shares).is_none_or(|share| share.missing().is_some()) {
                set("status", json!(503));
                "response"
            } else {
                set("upstream_path", json!(upstream.path));
                set("upstream_host", json!(upstream.host));
                let shown: Map<String, Value> = upstream
                    .headers
                    .iter()
                    .filter(|(name, _)| SHOWN.contains(&name.as_str()))
                    .map(|(name, value)| (name.clone(), json!(value)))
                    .collect();
                if !shown.is_empty() {
                    set("upstream_headers", shown.into());
                }
                "forwarded"
            }
        }
    };
    set("outcome", json!(outcome));
    if let Some((host, route)) = place() {
        set("virtual_host", json!(host.name));
        set("route", json!(route));
    }
    out.into()
}

/// Answers one entry of a file of requests; what cannot be sent says why under `error`.
pub fn answer_entry(analysis: &Analysis, entry: &Value) -> Value {
    match read_entry(entry) {
        Ok((proxy, request)) => answer_with_order(analysis, &analysis.trace_at_port(&proxy, &request)),
        Err(error) => json!({ "error": error }),
    }
}

/// The gateways that take a request: those that listen on its port, or all where none does.
pub fn gateways(analysis: &Analysis, request: &Request) -> Vec<Proxy> {
    let bindings = analysis.bindings.iter().map(|binding| &binding.proxy);
    let gateways: Vec<Proxy> = bindings.filter(|proxy| proxy.kind == ProxyKind::Gateway).cloned().collect();
    let listens = |proxy: &&Proxy| {
        analysis.effective.proxy(proxy).listeners.iter().any(|listener| listener.port == request.port)
    };
    let listening: Vec<Proxy> = gateways.iter().filter(listens).cloned().collect();
    if listening.is_empty() { gateways } else { listening }
}

/// Reads an entry: `proxy`, `method`, `url`, `port` and `headers`.
pub fn read_entry(entry: &Value) -> Result<(Proxy, Request), String> {
    if !entry.is_object() {
        return Err(
            "this is no request: write an object with `proxy`, `method`, `url`, `port` and `headers`".into(),
        );
    }
    let proxy: Proxy = text(entry, "proxy")?.parse()?;
    Ok((proxy, read_request(entry)?))
}

/// Reads what an entry sends: `method`, `url`, `port` and `headers`.
pub fn read_request(entry: &Value) -> Result<Request, String> {
    let method = if entry["method"].is_null() { "GET" } else { text(entry, "method")? };
    let mut request = Request::new(method, text(entry, "url")?).map_err(|error| error.to_string())?;
    match &entry["port"] {
        Value::Null => {}
        port => {
            let number = port.as_u64().filter(|port| (1..=65535).contains(port));
            let number =
                number.ok_or_else(|| format!("`port` should be a number from 1 to 65535, not {port}"))?;
            request.port = number as u32;
        }
    }
    match &entry["headers"] {
        Value::Null => {}
        Value::Object(headers) => {
            for (name, value) in headers {
                let values = match value {
                    Value::Array(values) => values.clone(),
                    value => vec![value.clone()],
                };
                for value in values {
                    let value =
                        value.as_str().ok_or_else(|| format!("the header `{name}` should be text"))?;
                    request = request.header(name, value).map_err(|error| error.to_string())?;
                }
            }
        }
        other => return Err(format!("`headers` should be an object, not {other}")),
    }
    Ok(request)
}

fn text<'a>(entry: &'a Value, key: &str) -> Result<&'a str, String> {
    match &entry[key] {
        Value::String(text) => Ok(text),
        Value::Null => Err(format!("`{key}` is missing")),
        other => Err(format!("`{key}` should be text, not {other}")),
    }
}
