//! Route tables as text.

use anstyle::{AnsiColor, Style};
use pilothouse_report::{
    ActionCell, BindingView, ChainRow, Condition, DestinationCell, HostTable, Place, RouteRow, RoutesOutput,
};

use crate::{args::Routes, table::Table, visible::visible};

const BOLD: Style = Style::new().bold();
const SOFT: Style = Style::new().dimmed();
const BAD: Style = AnsiColor::Red.on_default();

/// So much of what needs no reading is listed of each proxy where nobody asked for it by name: hosts with nothing but
/// the route that Istio gives them, and services that are assumed.
const PLAIN: usize = 20;

/// The tables of all proxies; `output` names files and resources.
pub(super) fn text(output: &RoutesOutput, views: impl Iterator<Item = BindingView>, args: &Routes) -> String {
    let host = args.host.as_deref();
    let writer = Writer { output, brief: args.proxy.is_empty() };
    let mut out = String::new();
    for view in views.filter(|view| host.is_none() || !view.hosts.is_empty()) {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&writer.view(&view));
    }
    match host {
        _ if !out.is_empty() => out,
        Some(host) => format!("No proxy has a virtual host for `{}`.\n", visible(host)),
        None => "The input speaks of no gateway and no sidecar, so there is no proxy to show.\n".to_owned(),
    }
}

struct Writer<'a> {
    output: &'a RoutesOutput,
    /// Whether long lists of what needs no reading are cut.
    brief: bool,
}

/// What a filter chain takes connections by.
fn taken_by(chain: &ChainRow) -> String {
    let conditions =
        [&chain.server_names, &chain.networks].into_iter().flatten().cloned().collect::<Vec<_>>();
    match (&chain.service, conditions.is_empty()) {
        (Some(service), true) => service.clone(),
        (None, true) => "any".to_owned(),
        (_, false) => conditions.join(", "),
    }
}

impl Writer<'_> {
    fn view(&self, view: &BindingView) -> String {
        let mut out = heading(&view.binding.title, &view.binding.id);
        if let Some(assumed) = &view.binding.assumed {
            out.push_str(&format!("{SOFT}{}{SOFT:#}\n", visible(assumed)));
        }
        let streams = self.listeners(view);
        let opens = view.binding.kind == "gateway" && !view.listeners.is_empty();
        if !opens && streams.is_empty() && view.hosts.is_empty() && view.dropped.is_empty() {
            out.push_str("Nothing of the input configures this proxy.\n");
        }
        out.push_str(&streams);
        let (plain, told): (Vec<_>, Vec<_>) = view.hosts.iter().partition(|table| is_plain(table));
        for table in told {
            out.push('\n');
            out.push_str(&self.host(table));
        }
        if !plain.is_empty() {
            out.push_str("\nHosts with nothing but the route that Istio gives them\n");
            let mut rows = Table::default();
            let shown = if self.brief { PLAIN } else { plain.len() };
            for table in plain.iter().take(shown) {
                let name = if table.title == "*" { "any other host" } else { &table.title };
                rows.row([
                    &table.port.to_string(),
                    name,
                    &format!("-> {}", self.action(&table.routes[0].action)),
                ]);
            }
            out.push_str(&rows.to_string());
            if plain.len() > shown {
                let (more, id) = (plain.len() - shown, visible(&view.binding.id));
                out.push_str(&format!("and {more} more, which `--proxy {id}` lists\n"));
            }
        }
        out.push_str(&self.assumed(view));
        out.push_str(&self.dropped(view));
        out
    }

    /// Ports that Envoy refuses, and what is done with streams; of a sidecar's only those with a rule of their own.
    fn listeners(&self, view: &BindingView) -> String {
        let sidecar = view.binding.kind == "sidecar";
        let told = |chain: &ChainRow| {
            let to_service = chain.destinations.iter().any(|cell| !cell.host.is_empty());
            chain.routes.is_none() && (!sidecar || chain.origin.is_some() && to_service)
        };
        let mut table = Table::default();
        let mut refused = String::new();
        for listener in &view.listeners {
            if let Some(why) = &listener.refused {
                refused.push_str(&format!(
                    "\n{BAD}port {} is refused{BAD:#}: {}\n",
                    listener.port,
                    visible(why)
                ));
            }
            for chain in listener.chains.iter().filter(|chain| told(chain)) {
                table.row([
                    listener.port.to_string(),
                    format!("{} {}", chain.protocol, taken_by(chain)),
                    format!("-> {}", self.destinations(&chain.destinations)),
                    self.origin(chain.origin.as_ref()),
                ]);
            }
        }
        let table = table.to_string();
        let streams = if table.is_empty() { String::new() } else { format!("\nStreams\n{table}") };
        refused + &streams
    }

    fn host(&self, host: &HostTable) -> String {
        let mut facts = vec![format!("{} {}", host.scheme, host.port)];
        match host.merged_from {
            0 => {}
            1 => facts.push("from 1 VirtualService".to_owned()),
            number => facts.push(format!("merged from {number} VirtualServices")),
        }
        if host.order_matters {
            facts.push("order not guaranteed".to_owned());
        }
        let mut out = heading(&host.title, &facts.join(" · "));
        // A name with a dot behind it is the same name.
        let others = host.domains.iter().filter(|domain| **domain != host.title && !domain.ends_with('.'));
        let others: Vec<&str> = others.map(String::as_str).collect();
        if !others.is_empty() {
            out.push_str(&format!("{SOFT}also {}{SOFT:#}\n", visible(&others.join(", "))));
        }
        if let Some(place) = &host.require_tls {
            out.push_str(&format!(
                "every request is sent to https by {}\n",
                visible(&self.origin(Some(place)))
            ));
        }
        if let Some(why) = &host.refused {
            out.push_str(&format!("{BAD}refused{BAD:#}: {}\n", visible(why)));
        }
        if host.routes.is_empty() && host.require_tls.is_none() {
            out.push_str("no route: every request gets 404\n");
        }
        let mut table = Table::default();
        for route in &host.routes {
            self.route(route, &mut table);
        }
        out + &table.to_string()
    }

    fn route(&self, route: &RouteRow, table: &mut Table) {
        let action = self.action(&route.action);
        table.row([
            route.number.to_string(),
            conditions(route),
            format!("-> {action}"),
            self.origin(route.origin.as_ref()),
        ]);
        for mark in &route.marks {
            table.remark(&format!("{}: {} ({})", mark.text, mark.reason, mark.id));
        }
        if !route.action.details.is_empty() {
            table.remark(&route.action.details.join("; "));
        }
    }

    fn action(&self, action: &ActionCell) -> String {
        match action.kind.as_str() {
            "forward" => self.destinations(&action.destinations),
            _ => action.text.clone(),
        }
    }

    fn destinations(&self, destinations: &[DestinationCell]) -> String {
        let all_missing = destinations.iter().all(|cell| cell.state == "missing");
        let cell = |cell: &DestinationCell| {
            let mut out = cell.short.clone();
            if cell.port != 0 {
                out.push_str(&format!(":{}", cell.port));
            }
            if !cell.subset.is_empty() {
                out.push_str(&format!(" {}", cell.subset));
            }
            if destinations.len() > 1 {
                out.push_str(&format!(" {} %", (cell.percent * 100.0).round() / 100.0));
            }
            // Where all are missing, the mark below says so.
            if cell.state == "missing" && !all_missing {
                out.push_str(" (missing)");
            }
            out
        };
        destinations.iter().map(cell).collect::<Vec<_>>().join(", ")
    }

    /// `namespace/name file:line`.
    fn origin(&self, place: Option<&Place>) -> String {
        let Some(place) = place else { return String::new() };
        let resource = self.output.resources.get(place.resource as usize);
        let name = resource.map(|row| format!("{}/{}", row.key.namespace, row.key.name)).unwrap_or_default();
        let file = self.output.files.get(place.file as usize).map(String::as_str).unwrap_or_default();
        format!("{name} {file}:{}", place.range.start.line)
    }

    /// Services that the input does not hold.
    fn assumed(&self, view: &BindingView) -> String {
        let actions = view.hosts.iter().flat_map(|host| &host.routes).map(|route| &route.action);
        let mut names: Vec<&str> = actions
            .flat_map(|ActionCell { destinations, .. }| destinations)
            .filter(|cell| cell.state == "assumed")
            .map(|cell| cell.host.as_str())
            .collect();
        names.sort_unstable();
        names.dedup();
        if names.is_empty() {
            return String::new();
        }
        let shown = if self.brief { PLAIN.min(names.len()) } else { names.len() };
        let more = match names.len() - shown {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let names = visible(&names[..shown].join(", "));
        format!("\n{SOFT}Not in the input and assumed to exist: {names}{more}{SOFT:#}\n")
    }

    fn dropped(&self, view: &BindingView) -> String {
        if view.dropped.is_empty() {
            return String::new();
        }
        let mut table = Table::default();
        for row in &view.dropped {
            table.row(["-", &row.what, &self.origin(Some(&row.origin))]);
            let winner = row.winner.as_ref().map(|winner| format!(" See {}.", self.origin(Some(winner))));
            table.remark(&format!("{}{} ({})", row.reason, winner.unwrap_or_default(), row.id));
        }
        format!("\nWithout effect here\n{table}")
    }
}

/// Whether a virtual host holds nothing but the route that every service has.
fn is_plain(table: &HostTable) -> bool {
    table.merged_from == 0
        && matches!(&table.routes[..], [route] if route.origin.is_none() && route.marks.is_empty())
}

fn heading(title: &str, facts: &str) -> String {
    format!("{BOLD}{}{BOLD:#}  {SOFT}{}{SOFT:#}\n", visible(title), visible(facts))
}

fn conditions(route: &RouteRow) -> String {
    let one =
        |condition: &Condition| format!("{} {}", condition.subject, condition.value).trim_end().to_owned();
    match &route.conditions[..] {
        [] if route.number == 1 => "everything".to_owned(),
        [] => "everything else".to_owned(),
        conditions => conditions.iter().map(one).collect::<Vec<_>>().join(", "),
    }
}
