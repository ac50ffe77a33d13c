//! Which routes of a virtual host a request came by.

use pilothouse_report::{BindingView, HostTable, TraceView};

/// The way of a request through one virtual host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// The number of the route that takes it; none if all of them let it pass.
    taken: Option<u32>,
}

/// What a route did with the request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Met {
    /// It was not asked.
    #[default]
    Not,
    /// It let it pass.
    Missed,
    /// It took it.
    Took,
}

impl Way {
    /// The way through `host`; none if the request goes elsewhere.
    pub fn through(trace: &TraceView, view: &BindingView, host: &HostTable) -> Option<Way> {
        let here = trace.binding.id == view.binding.id
            && trace.route_config.as_ref() == Some(&host.route_config)
            && trace.virtual_host.as_ref() == Some(&host.name);
        here.then_some(Way { taken: trace.route })
    }

    /// What the route of a number did.
    pub fn met(self, number: u32) -> Met {
        match self.taken {
            Some(taken) if number == taken => Met::Took,
            Some(taken) if number > taken => Met::Not,
            _ => Met::Missed,
        }
    }
}

#[cfg(test)]
mod tests {
    use pilothouse_report::BindingRow;

    use super::*;

    fn trace(route: Option<u32>) -> TraceView {
        TraceView {
            binding: BindingRow { id: "gateway/a".to_owned(), ..BindingRow::default() },
            route_config: Some("http.80".to_owned()),
            virtual_host: Some("shop:80".to_owned()),
            route,
            ..TraceView::default()
        }
    }

    fn view(id: &str) -> BindingView {
        BindingView {
            binding: BindingRow { id: id.to_owned(), ..BindingRow::default() },
            ..BindingView::default()
        }
    }

    fn host(name: &str) -> HostTable {
        HostTable { route_config: "http.80".to_owned(), name: name.to_owned(), ..HostTable::default() }
    }

    #[test]
    fn routes_before_the_one_that_takes_it_let_it_pass() {
        let way = Way::through(&trace(Some(2)), &view("gateway/a"), &host("shop:80")).unwrap();
        assert_eq!([1, 2, 3].map(|number| way.met(number)), [Met::Missed, Met::Took, Met::Not]);
    }

    #[test]
    fn where_none_takes_it_all_let_it_pass() {
        let way = Way::through(&trace(None), &view("gateway/a"), &host("shop:80")).unwrap();
        assert_eq!(way.met(7), Met::Missed);
    }

    #[test]
    fn other_hosts_and_proxies_do_not_meet_it() {
        assert_eq!(Way::through(&trace(Some(1)), &view("gateway/a"), &host("mail:80")), None);
        assert_eq!(Way::through(&trace(Some(1)), &view("gateway/b"), &host("shop:80")), None);
    }
}
