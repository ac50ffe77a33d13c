//! Requests that show something.

use super::{
    Part,
    solver::{Sketch, Value},
};
use crate::Request;

/// A short request. What it leaves open may be anything.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Witness {
    /// The method.
    pub method: String,
    /// The scheme, where it matters.
    pub scheme: Option<String>,
    /// The Host header.
    pub authority: String,
    /// The path with its query.
    pub path: String,
    /// Further headers, by name.
    pub headers: Vec<(String, String)>,
}

impl Witness {
    /// The request that a sketch shows; none while a part of it is not known.
    pub(super) fn of(sketch: &Sketch<'_>) -> Option<Witness> {
        let text = |part| match sketch.value(&part) {
            Value::Text(text) => Some(text),
            Value::Absent | Value::Unknown => None,
        };
        let scheme = if sketch.settled(&Part::Scheme).is_some() { text(Part::Scheme) } else { None };
        let mut path = text(Part::Path)?;
        let mut headers = Vec::new();
        let mut separator = '?';
        for (part, value) in sketch.parts() {
            let Value::Text(value) = value else { continue };
            match part {
                Part::Header(name) => headers.push((name.clone(), value.clone())),
                Part::Query(name) => {
                    path.extend([separator]);
                    path.push_str(name);
                    if !value.is_empty() {
                        path.extend(["=", value]);
                    }
                    separator = '&';
                }
                _ => {}
            }
        }
        Some(Witness {
            method: text(Part::Method)?,
            scheme,
            authority: text(Part::Authority)?,
            path,
            headers,
        })
    }

    /// The request, sent to a port with the scheme of its listener where that does not matter.
    pub fn request(&self, scheme: &str, port: u32) -> Request {
        Request {
            method: self.method.clone(),
            scheme: self.scheme.clone().unwrap_or_else(|| scheme.to_owned()),
            host: self.authority.clone(),
            path: self.path.clone(),
            port,
            headers: self.headers.clone(),
        }
    }
}
