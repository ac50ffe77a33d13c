//! What is to be known of the routes of a virtual host: which were moved, which no request reaches, which could
//! stand elsewhere, and which lead nowhere.

use std::collections::BTreeMap;

use pilothouse_analysis::effective::{
    Action, Contest, ProxyConfig, Reach, Reached, RouteConfig, RouteEntry, VirtualHost,
};

use crate::{
    model::{ActionCell, Mark},
    places::Places,
    words,
};

/// The marks of each route that hang on its neighbours, and whether a result hangs on an unknown order.
pub(crate) fn of_neighbours(
    places: &Places<'_>,
    config: &ProxyConfig,
    routes: &RouteConfig,
    at: usize,
) -> (Vec<Vec<Mark>>, bool) {
    let Some(host) = routes.virtual_hosts.get(at) else { return (Vec::new(), false) };
    let mut marks: Vec<Vec<Mark>> =
        host.routes.iter().map(|entry| moved(entry).into_iter().collect()).collect();
    if host.origins.is_empty() {
        return (marks, false);
    }
    let reach = places.analysis.effective.reach(&config.proxy, routes, at);
    for (marks, reached) in marks.iter_mut().zip(&reach.routes) {
        marks.extend(never(reached));
    }
    for (second, contests) in by_second(&reach) {
        if let Some(marks) = marks.get_mut(second) {
            marks.extend(in_vain(places, host, &contests));
            marks.push(contested(places, routes, host, &contests));
        }
    }
    let matters = reach.contests.iter().any(|contest| contest.witness.is_some());
    (marks, matters)
}

fn by_second(reach: &Reach) -> BTreeMap<usize, Vec<&Contest>> {
    let mut out: BTreeMap<usize, Vec<&Contest>> = BTreeMap::new();
    for contest in &reach.contests {
        out.entry(contest.second).or_default().push(contest);
    }
    out
}

/// A catch-all behind others (RDS-5).
fn moved(entry: &RouteEntry) -> Option<Mark> {
    let from = entry.moved_from? + 1;
    let reason = format!(
        "It takes every request, so istiod moves it from place {from} behind all routes of the host that do not."
    );
    Some(mark("moved", "moved to the end", reason, "RDS-5", None))
}

/// A route that no request reaches, in whatever order.
fn never(reached: &Reached) -> Option<Mark> {
    let (reason, first) = match reached {
        Reached::Yes | Reached::Unknown => return None,
        Reached::Nothing => (
            "No request that gets to this host on this port can meet all of its conditions.".to_owned(),
            None,
        ),
        Reached::Never(cover) => {
            let reason = match &cover[..] {
                [only] => format!("Route {} before it takes all of its requests.", only + 1),
                many => format!("Routes {} before it together take all of its requests.", numbers(many)),
            };
            (reason, cover.first().copied())
        }
    };
    Some(mark("never", "never reached", reason, "ENV-1", first))
}

/// A catch-all behind another one, as long as that one counts as the older.
fn in_vain(places: &Places<'_>, host: &VirtualHost, contests: &[&Contest]) -> Option<Mark> {
    let everything = |at: usize| places.analysis.effective.takes_everything(&host.routes[at].route);
    let front =
        contests.iter().find(|contest| everything(contest.first) && everything(contest.second))?.first;
    let reason = format!("Route {} before it takes every request, as long as it comes first.", front + 1);
    Some(mark("never", "never reached", reason, "RDS-5", Some(front)))
}

/// A route that another order would put before others, with another result.
fn contested(places: &Places<'_>, routes: &RouteConfig, host: &VirtualHost, contests: &[&Contest]) -> Mark {
    // A contest that a request shows says more than one that is not known to be any.
    let shown = contests.iter().find(|contest| contest.witness.is_some()).unwrap_or(&contests[0]);
    let firsts: Vec<usize> = contests.iter().map(|contest| contest.first).collect();
    let number = shown.first + 1;
    let age = format!(
        "nothing but the age of {}, which the input does not say, decides which one takes it",
        owners(places, &host.routes[shown.first], &host.routes[shown.second])
    );
    let reason = match &shown.witness {
        Some(witness) => {
            let request = witness.request("http", routes.port);
            format!("`{} {}` matches this route and route {number}, and {age}.", request.method, request.path)
        }
        None => format!(
            "Whether a request can match this route and route {number} takes too long to work out; if one can, {age}."
        ),
    };
    mark("order", &format!("could come before {}", numbers(&firsts)), reason, "ORD-5", Some(shown.first))
}

/// The two resources whose age orders two routes.
fn owners(places: &Places<'_>, one: &RouteEntry, other: &RouteEntry) -> String {
    let gateway = |entry: &RouteEntry| entry.via.map(|server| server.gateway);
    let service = |entry: &RouteEntry| entry.route.origin.map(|origin| origin.virtual_service);
    let pair = if gateway(one) == gateway(other) {
        [service(one), service(other)]
    } else {
        [gateway(one), gateway(other)]
    };
    let names: Vec<String> = pair.into_iter().flatten().map(|id| format!("`{}`", places.name(id))).collect();
    words::list(&names, "and")
}

/// What a route that goes nowhere is marked with.
pub(crate) fn of_action(action: &Action, cell: &ActionCell) -> Option<Mark> {
    match action {
        Action::None => {
            let reason =
                "Envoy has no word for this redirect status and refuses the routes beside it.".to_owned();
            Some(mark("missing", "no action", reason, "HM-12", None))
        }
        _ => missing(cell),
    }
}

/// What requests get whose destination is not there.
fn missing(action: &ActionCell) -> Option<Mark> {
    let lost: Vec<_> = action.destinations.iter().filter(|cell| cell.state == "missing").collect();
    let first = lost.first()?;
    let share: f64 = lost.iter().map(|cell| cell.percent).sum();
    let text = if lost.len() == action.destinations.len() {
        "503".to_owned()
    } else {
        format!("{} get 503", words::percent(share))
    };
    Some(mark("missing", &text, first.why.clone().unwrap_or_default(), "SUB-3", None))
}

fn mark(kind: &str, text: &str, reason: String, id: &str, route: Option<usize>) -> Mark {
    Mark {
        kind: kind.to_owned(),
        text: text.to_owned(),
        reason,
        id: id.to_owned(),
        route: route.map(|route| route as u32 + 1),
    }
}

/// Places of routes as people count them, the first few.
fn numbers(routes: &[usize]) -> String {
    const SHOWN: usize = 3;
    let mut texts: Vec<String> = routes.iter().take(SHOWN).map(|route| (route + 1).to_string()).collect();
    if routes.len() > SHOWN {
        texts.push(format!("{} more", routes.len() - SHOWN));
    }
    words::list(&texts, "and")
}
