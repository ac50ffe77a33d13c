//! Two JSON values compared without regard to orders that mean nothing.

use serde_json::Value;

/// Lists whose order means nothing, by the key they stand under.
const UNORDERED: &[&str] = &[
    "listeners",
    "route_configs",
    "virtual_hosts",
    "clusters",
    "domains",
    "server_names",
    "headers",
    "query_parameters",
    "proxies",
    "filter_chains",
];

/// The value with every list sorted whose order means nothing.
pub fn canonical(value: &Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .map(|(key, value)| {
                    let mut value = canonical(value);
                    if let (Value::Array(items), true) = (&mut value, UNORDERED.contains(&key.as_str())) {
                        items.sort_by_cached_key(sort_key);
                    }
                    (key.clone(), value)
                })
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.iter().map(canonical).collect()),
        other => other.clone(),
    }
}

/// Things with a name by it, the rest by all that is in them.
fn sort_key(value: &Value) -> String {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let name = text("name").or_else(|| text("proxy")).unwrap_or_default();
    format!("{name}\0{value}")
}

/// The first place where two values differ, in words; none where they are equal.
pub fn first_difference(path: &str, ours: &Value, theirs: &Value) -> Option<String> {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            for (key, value) in theirs {
                let path = format!("{path}.{key}");
                match ours.get(key) {
                    None => return Some(format!("{path}: missing, should be {}", short(value))),
                    Some(own) => {
                        if let Some(found) = first_difference(&path, own, value) {
                            return Some(found);
                        }
                    }
                }
            }
            let extra = ours.iter().find(|(key, _)| !theirs.contains_key(*key))?;
            Some(format!("{path}.{}: should not be there, is {}", extra.0, short(extra.1)))
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            let named = |value: &Value| value.get("name").and_then(Value::as_str).map(str::to_owned);
            for (at, (own, value)) in ours.iter().zip(theirs).enumerate() {
                let label = named(value).filter(|name| !name.is_empty()).unwrap_or_else(|| at.to_string());
                if let Some(found) = first_difference(&format!("{path}[{label}]"), own, value) {
                    return Some(found);
                }
            }
            if ours.len() == theirs.len() {
                return None;
            }
            let (longer, what) =
                if ours.len() > theirs.len() { (ours, "one too many") } else { (theirs, "one is missing") };
            let at = ours.len().min(theirs.len());
            Some(format!(
                "{path}: {} items, should be {}; {what}: {}",
                ours.len(),
                theirs.len(),
                short(&longer[at])
            ))
        }
        _ if ours == theirs => None,
        _ => Some(format!("{path}: is {}, should be {}", short(ours), short(theirs))),
    }
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(200) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn order_counts_where_it_means_something() {
        let a = json!({ "domains": ["a", "b"], "routes": [1, 2] });
        let b = json!({ "domains": ["b", "a"], "routes": [1, 2] });
        let c = json!({ "domains": ["a", "b"], "routes": [2, 1] });
        assert_eq!(first_difference("", &canonical(&a), &canonical(&b)), None);
        assert_eq!(
            first_difference("", &canonical(&a), &canonical(&c)).as_deref(),
            Some(".routes[0]: is 1, should be 2")
        );
    }
}
