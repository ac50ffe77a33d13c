//! `--host`: what answers requests for a host.

use pilothouse_report::{BindingView, HostTable};

/// Keeps the virtual hosts that take `host`: in each route configuration the one with its very name, else the one
/// with the longest wildcard.
pub(super) fn keep(view: &mut BindingView, host: &str) {
    let host = host.to_ascii_lowercase();
    let mut best: Vec<(String, usize, usize)> = Vec::new();
    for (at, table) in view.hosts.iter().enumerate() {
        let Some(fit) = fit(table, &host) else { continue };
        match best.iter_mut().find(|(config, _, _)| *config == table.route_config) {
            Some(known) if known.1 >= fit => {}
            Some(known) => (known.1, known.2) = (fit, at),
            None => best.push((table.route_config.clone(), fit, at)),
        }
    }
    let mut at = 0;
    view.hosts.retain(|_| {
        at += 1;
        best.iter().any(|(_, _, kept)| *kept == at - 1)
    });
    view.listeners.clear();
    view.policies.clear();
    view.dropped.clear();
}

/// How closely a virtual host names a host: an exact domain before wildcards, longer wildcards before shorter ones.
fn fit(table: &HostTable, host: &str) -> Option<usize> {
    let domains = table.domains.iter().map(|domain| domain.to_ascii_lowercase());
    let fits = domains.filter_map(|domain| {
        if domain == host {
            return Some(usize::MAX);
        }
        // What every unknown host gets says nothing of this one.
        let tail = domain.strip_prefix('*').filter(|_| table.merged_from > 0)?;
        (host.ends_with(tail) && host.len() > tail.len()).then_some(domain.len())
    });
    fits.max()
}
