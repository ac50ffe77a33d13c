//! What is refused of the conditions of an HTTP rule (VAL-V8).

use super::{Admission, header, name};
use crate::resource::virtual_service::HttpMatch;

impl Admission<'_> {
    /// One block of conditions.
    pub(super) fn http_match(&mut self, block: &HttpMatch) {
        for (name, condition) in &block.headers {
            self.condition_name(name, condition.name);
            self.string_match(name, Some(&condition.value));
        }
        for (name, condition) in &block.without_headers {
            self.condition_name(name, condition.name);
            // Here alone `*` may stand for any value.
            if condition.value.pattern.as_ref().is_none_or(|pattern| !is_star(&pattern.value)) {
                self.string_match(name, Some(&condition.value));
            }
        }
        self.regex_match("uri", block.uri.as_ref());
        self.string_match("scheme", block.scheme.as_ref());
        self.string_match("method", block.method.as_ref());
        self.string_match("authority", block.authority.as_ref());
        for (name, condition) in &block.query_params {
            self.string_match(name, Some(&condition.value));
        }
        if let Some(port) = block.port.as_ref().filter(|port| port.value != 0) {
            self.port("VAL-V8", "port", port.value, port.range);
        }
        self.labels("VAL-V8", "sourceLabels", &block.source_labels, block.source_labels_range);
        // Istio loses the warnings it has here.
        self.quietly(|it| it.gateway_names("VAL-V8", &block.gateways));
        if let Some(namespace) = super::filled(block.source_namespace.as_ref())
            && let Err(reason) = name::label(&namespace.value)
        {
            let message = format!("`sourceNamespace` names no namespace: {reason}");
            self.refuse("VAL-V8", namespace.range, message, "");
        }
    }

    fn condition_name(&mut self, name: &str, range: pilothouse_syntax::TextRange) {
        let good = if self.profile.checks_of_today { header::is_matchable(name) } else { !name.is_empty() };
        if !good {
            self.refuse("VAL-V8", range, format!("`{name}` is no name of a header"), "");
        }
    }
}

fn is_star(pattern: &crate::resource::virtual_service::Pattern) -> bool {
    matches!(pattern, crate::resource::virtual_service::Pattern::Regex(regex) if regex == "*")
}

#[cfg(test)]
mod tests {
    use crate::resource::admission::tests::*;

    fn when(block: &str) -> String {
        routed(&format!("match: [{{{block}}}]"))
    }

    #[test]
    fn val_v8_conditions() {
        for good in [
            "headers: {x-a: {}}",
            "headers: {x-a: {exact: ''}, ':path': {prefix: /}}",
            "withoutHeaders: {x-a: {exact: a}}",
            "uri: {prefix: ''}",
            "queryParams: {'a b': {}}",
            "port: 0",
            "port: 65535",
            "sourceLabels: {app: a, app.kubernetes.io/name: ''}",
            "sourceNamespace: a",
            "sourceNamespace: ''",
            "gateways: [mesh, a/b]",
            "gateways: [a.b]",
        ] {
            fine(&when(good));
        }
        for bad in [
            "headers: {'a b': {}}",
            "headers: {'': {}}",
            "headers: {x-a: {prefix: ''}}",
            "withoutHeaders: {'a b': {}}",
            "withoutHeaders: {x-a: {prefix: ''}}",
            "scheme: {prefix: ''}",
            "method: {prefix: ''}",
            "authority: {prefix: ''}",
            "queryParams: {a: {prefix: ''}}",
            "port: 65536",
            "sourceLabels: {'a b': a}",
            "sourceLabels: {a: 'b c'}",
            "sourceNamespace: a_b",
            "gateways: [./a]",
        ] {
            refused(&when(bad), &["VAL-V8"]);
        }
        fine_in_1_1(&when("headers: {'a b': {prefix: ''}}, authority: {prefix: ''}"));
        refused_in_1_1(&when("headers: {'': {}}"), &["VAL-V8"]);
        refused_in_1_1(&when("port: 65536"), &["VAL-V8"]);
    }
}
