//! The Host headers that reach a virtual host (ENV-1).

use std::rc::Rc;

use super::{
    Literal,
    regex::{Automaton, CodePoints, State},
    text::{Piece, TextSet},
};
use crate::effective::RouteConfig;

/// The Host headers that a virtual host takes from requests to its route configuration.
#[derive(Clone, Debug)]
pub struct Hosts {
    pub(super) texts: TextSet,
    /// Natural ones; some may not be in the set.
    pub(super) preferred: Vec<String>,
}

impl Hosts {
    /// The Host headers of the virtual host with this index. Empty where there is none.
    pub fn new(config: &RouteConfig, index: usize) -> Hosts {
        let own: &[String] = config.virtual_hosts.get(index).map_or(&[], |host| &host.domains);
        Hosts::of_domains(config, index, own)
    }

    /// Those that come by some of its domains.
    pub fn of_domains(config: &RouteConfig, index: usize, own: &[String]) -> Hosts {
        // From an exact domain no other takes anything.
        let others: Vec<&str> = match own.iter().any(|domain| domain.starts_with('*')) {
            true => {
                let others = config.virtual_hosts.iter().enumerate().filter(|(other, _)| *other != index);
                others.flat_map(|(_, host)| &host.domains).map(String::as_str).collect()
            }
            false => Vec::new(),
        };
        let texts = own.iter().fold(TextSet::none(), |texts, domain| {
            let above: Vec<&str> = others.iter().copied().filter(|other| is_within(other, domain)).collect();
            let none =
                if above.is_empty() { Vec::new() } else { vec![automaton(&above, config.ignores_port)] };
            texts.union(&Piece { all: vec![automaton(&[domain], config.ignores_port)], none }.into())
        });
        Hosts { texts, preferred: own.iter().flat_map(|domain| examples(domain)).collect() }
    }
}

/// Whether a domain takes requests away from another: it is longer, and takes some of the other's.
fn is_within(domain: &str, other: &str) -> bool {
    let Some(suffix) = other.strip_prefix('*') else { return false };
    let longer = domain.len() > other.len() || (!domain.starts_with('*') && domain.len() == other.len());
    let start = domain.len().saturating_sub(suffix.len());
    longer && domain.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(suffix))
}

/// Hosts that a domain takes.
fn examples(domain: &str) -> Vec<String> {
    match domain.strip_prefix('*') {
        None => vec![domain.to_owned()],
        Some("") => vec!["example.com".to_owned(), "www.example.com".to_owned()],
        Some(suffix) => ["www", "a", "x"].map(|label| format!("{label}{suffix}")).to_vec(),
    }
}

/// The automaton of the Host headers that some domains take, with any port where ports play no part. A `*` stands for
/// one character at least.
fn automaton(domains: &[&str], ignores_port: bool) -> Rc<Automaton> {
    let mut automaton = Automaton::empty_text();
    let end = if ignores_port { port(&mut automaton) } else { Automaton::ACCEPT };
    let all = automaton.set(&CodePoints::all());
    let mut entries = Vec::new();
    for domain in domains {
        let suffix = domain.strip_prefix('*');
        let rest = automaton.spell(&Literal::new(suffix.unwrap_or(domain), true), end);
        entries.push(match suffix {
            None => rest,
            Some(_) => {
                let more = automaton.add_state(State::Accept);
                let any = automaton.add_state(State::Set(all, more));
                automaton.states[more as usize] = State::Split(any, rest);
                any
            }
        });
    }
    automaton.start_with(&entries);
    Rc::new(automaton)
}

/// The state where a port may begin, or the text end.
fn port(automaton: &mut Automaton) -> u32 {
    let colon = automaton.set(&CodePoints::one(':' as u32));
    let digit = automaton.set(&CodePoints::new(vec![('0' as u32, '9' as u32)]));
    let more = automaton.add_state(State::Accept);
    let first = automaton.add_state(State::Set(digit, more));
    automaton.states[more as usize] = State::Split(first, Automaton::ACCEPT);
    let begin = automaton.add_state(State::Set(colon, first));
    automaton.add_state(State::Split(begin, Automaton::ACCEPT))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effective::VirtualHost;

    fn hosts(all: &[&[&str]], index: usize, ignores_port: bool) -> Hosts {
        let host = |domains: &&[&str]| VirtualHost {
            name: domains[0].into(),
            domains: domains.iter().map(|&domain| domain.into()).collect(),
            require_tls: None,
            routes: Vec::new(),
            origins: Vec::new(),
            service: None,
        };
        let config = RouteConfig {
            name: "http.80".into(),
            port: 80,
            virtual_hosts: all.iter().map(host).collect(),
            ignores_port,
            refused: None,
            servers: Vec::new(),
        };
        Hosts::new(&config, index)
    }

    #[test]
    fn env_1_most_specific_domain() {
        let all: &[&[&str]] =
            &[&["*"], &["*.example.com"], &["*.shop.example.com", "x.example.com"], &["a.example.com"]];
        let choose = |host: &str| {
            let takes: Vec<usize> =
                (0..all.len()).filter(|&index| hosts(all, index, true).texts.contains(host)).collect();
            assert_eq!(takes.len(), 1, "{host}: {takes:?}");
            takes[0]
        };
        for (host, taken_by) in [
            ("example.com", 0),
            ("other.org:8080", 0),
            (".example.com", 0),
            ("b.example.com", 1),
            ("shop.example.com", 1),
            ("a.SHOP.example.com", 2),
            ("X.example.com:80", 2),
            ("a.example.com", 3),
            ("a.example.com:80", 3),
            ("a.example.com:x", 0),
        ] {
            assert_eq!(choose(host), taken_by, "{host}");
        }
    }

    #[test]
    fn ports_count_where_they_are_not_ignored() {
        let all: &[&[&str]] = &[&["*"], &["a.example", "a.example:80"]];
        assert!(hosts(all, 1, false).texts.contains("a.example:80"));
        assert!(!hosts(all, 1, false).texts.contains("a.example:81"));
        assert!(hosts(all, 0, false).texts.contains("a.example:81"));
    }
}
