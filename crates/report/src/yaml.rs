//! Writing YAML. Reading is the business of `pilothouse-syntax`.

use serde_json::Value;

/// A value as YAML, with the parts of a resource in the order in which people write them.
pub(crate) fn write(value: &Value) -> String {
    let mut ordered = serde_yaml::Mapping::new();
    let Value::Object(fields) = value else { return serde_yaml::to_string(value).unwrap_or_default() };
    const FIRST: [&str; 4] = ["apiVersion", "kind", "metadata", "spec"];
    let rest = fields.keys().map(String::as_str).filter(|key| !FIRST.contains(key));
    for key in FIRST.into_iter().chain(rest) {
        if let Some(value) = fields.get(key) {
            let value = serde_yaml::to_value(value).unwrap_or_default();
            ordered.insert(key.into(), value);
        }
    }
    serde_yaml::to_string(&ordered).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #[test]
    fn kinds_come_before_their_content() {
        let value = serde_json::json!({ "spec": { "a": "yes" }, "kind": "K", "apiVersion": "v1" });
        assert_eq!(super::write(&value), "apiVersion: v1\nkind: K\nspec:\n  a: 'yes'\n");
    }
}
