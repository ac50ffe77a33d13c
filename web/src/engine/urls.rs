//! URLs that the routes of a proxy speak of, to begin with and to choose from.

use pilothouse_report::{BindingView, HostTable, RouteRow};

/// More than these help nobody who chooses.
const MOST: usize = 60;

/// One for each path that a route asks for, in the order of the tables, without repetition.
pub fn known_urls(view: &BindingView) -> Vec<String> {
    let mut urls: Vec<String> = Vec::new();
    for host in &view.hosts {
        let Some(domain) = domain(host) else { continue };
        let paths =
            host.routes.iter().filter_map(path).map(|path| format!("{}{path}", origin(host, &domain)));
        for url in paths.chain([format!("{}/", origin(host, &domain))]) {
            if urls.len() == MOST {
                return urls;
            }
            if !urls.contains(&url) {
                urls.push(url);
            }
        }
    }
    urls
}

/// A host name that a request can have; none for those that take any.
fn domain(host: &HostTable) -> Option<String> {
    let first = host.domains.iter().find(|domain| *domain != "*")?;
    Some(match first.strip_prefix("*.") {
        Some(rest) => format!("any.{rest}"),
        None => first.clone(),
    })
}

fn origin(host: &HostTable, domain: &str) -> String {
    let implied = matches!((host.scheme.as_str(), host.port), ("http", 80) | ("https", 443));
    let has_port = domain.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let port = if implied || has_port { String::new() } else { format!(":{}", host.port) };
    format!("{}://{domain}{port}", host.scheme)
}

/// The path of a condition that names one.
fn path(route: &RouteRow) -> Option<&str> {
    let names_path = |subject: &str| subject.starts_with("path =") || subject.starts_with("prefix");
    route
        .conditions
        .iter()
        .find(|condition| names_path(&condition.subject))
        .map(|condition| condition.value.as_str())
}

#[cfg(test)]
mod tests {
    use pilothouse_report::Condition;

    use super::*;

    fn host(scheme: &str, port: u32, domain: &str, paths: &[(&str, &str)]) -> HostTable {
        let route = |&(subject, value): &(&str, &str)| RouteRow {
            conditions: vec![Condition { subject: subject.to_owned(), value: value.to_owned() }],
            ..RouteRow::default()
        };
        HostTable {
            scheme: scheme.to_owned(),
            port,
            domains: vec![domain.to_owned()],
            routes: paths.iter().map(route).collect(),
            ..HostTable::default()
        }
    }

    #[test]
    fn paths_of_routes_become_urls() {
        let paths =
            [("prefix", "/api"), ("path =", "/"), ("regex", "/x.*"), ("prefix", "/api"), ("method =", "GET")];
        let view = BindingView {
            hosts: vec![
                host("https", 443, "shop.example.com", &paths),
                host("http", 8080, "*.example.org", &[]),
                host("http", 80, "*", &paths),
                host("http", 8080, "cart:8080", &[]),
            ],
            ..BindingView::default()
        };
        let urls = known_urls(&view);
        assert_eq!(
            urls,
            [
                "https://shop.example.com/api",
                "https://shop.example.com/",
                "http://any.example.org:8080/",
                "http://cart:8080/",
            ]
        );
    }

    #[test]
    fn lists_end_somewhere() {
        let hosts = (0..200).map(|at| host("http", 80, &format!("h{at}"), &[])).collect();
        assert_eq!(known_urls(&BindingView { hosts, ..BindingView::default() }).len(), MOST);
    }
}
