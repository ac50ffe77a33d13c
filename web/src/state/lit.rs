//! Which routes came from the YAML at the cursor.

use std::rc::Rc;

use pilothouse_report::{BindingView, Place, Position, Range, RouteRow};

/// Where the cursor stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The text.
    pub file: u32,
    /// Where in it.
    pub at: Position,
}

/// The numbers of the lit routes of each host, by the host's place in the view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lit(Vec<Rc<[u32]>>);

impl Lit {
    /// The routes whose condition the cursor is in; else those whose rule; else those of the whole resource.
    pub fn new(view: &BindingView, cursor: Option<Cursor>, resource: Option<u32>) -> Self {
        let Some(cursor) = cursor else { return Self::default() };
        let condition = |route: &RouteRow| holds(route.origin.as_ref(), cursor);
        let rule = |route: &RouteRow| holds(route.rule.as_ref(), cursor);
        let whole = |route: &RouteRow| {
            resource.is_some() && route.origin.as_ref().map(|place| place.resource) == resource
        };
        let ways: [&dyn Fn(&RouteRow) -> bool; 3] = [&condition, &rule, &whole];
        ways.iter().map(|way| Self::by(view, way)).find(|lit| lit.count() > 0).unwrap_or_default()
    }

    fn by(view: &BindingView, way: &dyn Fn(&RouteRow) -> bool) -> Self {
        let of_host = |routes: &[RouteRow]| {
            routes.iter().filter(|route| way(route)).map(|route| route.number).collect()
        };
        Self(view.hosts.iter().map(|host| of_host(&host.routes)).collect())
    }

    /// The lit routes of a host.
    pub fn of(&self, host: usize) -> Rc<[u32]> {
        self.0.get(host).cloned().unwrap_or_default()
    }

    /// How many routes are lit.
    pub fn count(&self) -> usize {
        self.0.iter().map(|numbers| numbers.len()).sum()
    }
}

fn holds(place: Option<&Place>, cursor: Cursor) -> bool {
    place.is_some_and(|place| place.file == cursor.file && contains(place.range, cursor.at))
}

/// Whether a position is in a range or right behind it, where a cursor still belongs to the word before.
fn contains(range: Range, at: Position) -> bool {
    range.start <= at && at <= range.end
}

#[cfg(test)]
mod tests {
    use pilothouse_report::HostTable;

    use super::*;

    fn place(resource: u32, from: (u32, u32), to: (u32, u32)) -> Place {
        let at = |(line, column)| Position { line, column };
        Place { resource, file: 0, range: Range { start: at(from), end: at(to) } }
    }

    /// Two routes of one rule with a condition each, and one of another resource.
    fn view() -> BindingView {
        let route = |number, origin, rule| RouteRow {
            number,
            origin: Some(origin),
            rule: Some(rule),
            ..RouteRow::default()
        };
        let rule = place(0, (7, 5), (12, 1));
        let routes = vec![
            route(1, place(0, (7, 14), (7, 30)), rule.clone()),
            route(2, place(0, (8, 14), (8, 30)), rule),
            route(3, place(1, (20, 5), (21, 9)), place(1, (20, 5), (21, 9))),
        ];
        BindingView { hosts: vec![HostTable { routes, ..HostTable::default() }], ..BindingView::default() }
    }

    fn lit(line: u32, column: u32, resource: Option<u32>) -> Vec<u32> {
        let cursor = Cursor { file: 0, at: Position { line, column } };
        Lit::new(&view(), Some(cursor), resource).of(0).to_vec()
    }

    #[test]
    fn a_condition_lights_its_route() {
        assert_eq!(lit(8, 20, Some(0)), [2]);
    }

    #[test]
    fn a_rule_lights_its_routes() {
        assert_eq!(lit(10, 3, Some(0)), [1, 2]);
    }

    #[test]
    fn a_resource_lights_all_of_its_routes() {
        assert_eq!(lit(2, 1, Some(0)), [1, 2]);
        assert_eq!(lit(19, 1, Some(1)), [3]);
    }

    #[test]
    fn nothing_is_lit_elsewhere() {
        assert!(lit(2, 1, None).is_empty());
        assert!(lit(2, 1, Some(5)).is_empty());
        assert_eq!(Lit::new(&view(), None, Some(0)).count(), 0);
    }
}
