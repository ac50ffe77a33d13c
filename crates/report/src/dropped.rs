//! What has no part in a proxy's configuration.

use pilothouse_analysis::{
    effective::{Dropped, Origin, ProxyConfig},
    resource::Body,
};

use crate::{model::DroppedRow, places::Places, reasons};

pub(crate) fn rows(places: &Places<'_>, config: &ProxyConfig) -> Vec<DroppedRow> {
    let all = config.dropped.iter().chain(&places.analysis.effective.dropped);
    let mut out: Vec<DroppedRow> = all.map(|dropped| row(places, dropped)).collect();
    // One clause can be dropped several times, once for each port or server.
    out.sort_by(|a, b| {
        let key =
            |row: &DroppedRow| (row.origin.file, row.origin.range, row.winner.as_ref().map(|it| it.range));
        key(a).cmp(&key(b)).then_with(|| a.reason.cmp(&b.reason))
    });
    out.dedup();
    out
}

fn row(places: &Places<'_>, dropped: &Dropped) -> DroppedRow {
    DroppedRow {
        what: what(places, dropped.origin),
        origin: places.place(dropped.origin),
        reason: reasons::drop(&dropped.reason),
        id: dropped.reason.id().to_owned(),
        winner: dropped.winner.map(|winner| places.place(winner)),
    }
}

/// What stands at a place, counted from 1: `server 2`, `rule 3`, `condition 1 of rule 3`, or the kind.
fn what(places: &Places<'_>, origin: Origin) -> String {
    let resource = places.mesh().resource(origin.resource);
    let part = match &resource.body {
        Body::Gateway(gateway) => {
            let at = gateway.servers.iter().position(|server| server.range.contains(origin.range));
            at.map(|at| format!("server {}", at + 1))
        }
        Body::VirtualService(spec) => {
            let http = spec.http.iter().enumerate().find(|(_, rule)| rule.range.contains(origin.range));
            let http = http.map(|(at, rule)| {
                let block = rule.matches.iter().position(|block| block.range == origin.range);
                match block {
                    Some(block) if rule.matches.len() > 1 => {
                        format!("condition {} of rule {}", block + 1, at + 1)
                    }
                    _ => format!("rule {}", at + 1),
                }
            });
            let position = |mut ranges: Box<dyn Iterator<Item = pilothouse_syntax::TextRange> + '_>| {
                ranges.position(|range| range.contains(origin.range)).map(|at| at + 1)
            };
            http.or_else(|| {
                position(Box::new(spec.tls.iter().map(|rule| rule.range))).map(|at| format!("TLS rule {at}"))
            })
            .or_else(|| {
                position(Box::new(spec.tcp.iter().map(|rule| rule.range))).map(|at| format!("TCP rule {at}"))
            })
        }
        _ => None,
    };
    part.unwrap_or_else(|| resource.key.kind.as_str().to_owned())
}
