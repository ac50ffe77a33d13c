//! Each law of sets.

use std::sync::OnceLock;

use pilothouse_analysis::{
    effective::RouteMatch,
    space::{Answer, Condition, Patterns, RequestFacts, RequestSet, TextSet, Witness},
};

use crate::{random::Random, world};

const ROUNDS: usize = 60;

fn text_set(random: &mut Random) -> TextSet {
    let (path, ignore_case) = world::path(random);
    let matcher = RouteMatch { path, case_sensitive: Some(!ignore_case), ..RouteMatch::any() };
    TextSet::new(&Condition::on_path(&matcher, &Patterns::default()).language).unwrap()
}

fn request_set(random: &mut Random) -> RequestSet {
    RequestSet::new(&world::route(random), &Patterns::default())
}

fn facts(witness: &Witness) -> RequestFacts {
    RequestFacts::new(&witness.request("http", 80)).expect("Envoy takes every witness")
}

/// What is needed of a kind of sets to check laws.
trait Set: Clone {
    type Member: 'static;
    fn random(random: &mut Random) -> Self;
    fn none() -> Self;
    fn any() -> Self;
    fn or(&self, other: &Self) -> Self;
    fn and(&self, other: &Self) -> Self;
    fn but(&self, other: &Self) -> Self;
    fn has(&self, member: &Self::Member) -> bool;
    /// A member, if there is one. Panics where that is undecided.
    fn member(&self) -> Option<Self::Member>;
    fn world() -> &'static [Self::Member];

    /// Checks that two sets are the same, by members of the world and by looking for a member of their difference.
    fn assert_same(&self, other: &Self) {
        assert!(Self::world().iter().all(|member| self.has(member) == other.has(member)));
        assert!(self.but(other).member().is_none() && other.but(self).member().is_none());
    }
}

impl Set for TextSet {
    type Member = String;

    fn random(random: &mut Random) -> Self {
        let one = text_set(random);
        match random.below(4) {
            0 => one.union(&text_set(random)),
            1 => one.difference(&text_set(random)),
            _ => one,
        }
    }

    fn none() -> Self {
        TextSet::none()
    }

    fn any() -> Self {
        TextSet::any()
    }

    fn or(&self, other: &Self) -> Self {
        self.union(other)
    }

    fn and(&self, other: &Self) -> Self {
        self.intersection(other)
    }

    fn but(&self, other: &Self) -> Self {
        self.difference(other)
    }

    fn has(&self, member: &String) -> bool {
        self.contains(member)
    }

    fn member(&self) -> Option<String> {
        match self.witness() {
            Answer::Witness(text) => Some(text),
            Answer::Empty => None,
            Answer::Undecided => panic!("undecided: {self:?}"),
        }
    }

    fn world() -> &'static [String] {
        static WORLD: OnceLock<Vec<String>> = OnceLock::new();
        WORLD.get_or_init(world::paths)
    }
}

impl Set for RequestSet {
    type Member = RequestFacts;

    fn random(random: &mut Random) -> Self {
        let one = request_set(random);
        match random.below(4) {
            0 => one.union(&request_set(random)),
            1 => one.difference(&request_set(random)),
            _ => one,
        }
    }

    fn none() -> Self {
        RequestSet::none()
    }

    fn any() -> Self {
        RequestSet::any()
    }

    fn or(&self, other: &Self) -> Self {
        self.union(other)
    }

    fn and(&self, other: &Self) -> Self {
        self.intersection(other)
    }

    fn but(&self, other: &Self) -> Self {
        self.difference(other)
    }

    fn has(&self, member: &RequestFacts) -> bool {
        self.contains(member)
    }

    fn member(&self) -> Option<RequestFacts> {
        match self.witness() {
            Answer::Witness(witness) => Some(facts(&witness)),
            Answer::Empty => None,
            Answer::Undecided => panic!("undecided: {self:?}"),
        }
    }

    fn world() -> &'static [RequestFacts] {
        static WORLD: OnceLock<Vec<RequestFacts>> = OnceLock::new();
        WORLD.get_or_init(world::requests)
    }
}

/// One test for each law and kind of set; the law gets three random sets, again and again.
macro_rules! laws {
    ($($law:ident => |$a:ident, $b:ident, $c:ident| $body:block)*) => {
        mod of_texts { $(#[test] fn $law() { super::check(super::$law::<super::TextSet>); })* }
        mod of_requests { $(#[test] fn $law() { super::check(super::$law::<super::RequestSet>); })* }
        $(fn $law<S: Set>($a: &S, $b: &S, $c: &S) $body)*
    };
}

fn check<S: Set>(law: impl Fn(&S, &S, &S)) {
    let mut random = Random::new(1);
    for _ in 0..ROUNDS {
        law(&S::random(&mut random), &S::random(&mut random), &S::random(&mut random));
    }
}

laws! {
    union_commutes => |a, b, _c| { a.or(b).assert_same(&b.or(a)); }
    intersection_commutes => |a, b, _c| { a.and(b).assert_same(&b.and(a)); }
    union_associates => |a, b, c| { a.or(b).or(c).assert_same(&a.or(&b.or(c))); }
    intersection_associates => |a, b, c| { a.and(b).and(c).assert_same(&a.and(&b.and(c))); }
    intersection_distributes => |a, b, c| { a.and(&b.or(c)).assert_same(&a.and(b).or(&a.and(c))); }
    union_with_itself_is_itself => |a, _b, _c| { a.or(a).assert_same(a); }
    nothing_and_everything_are_neutral => |a, _b, _c| {
        a.or(&S::none()).assert_same(a);
        a.and(&S::any()).assert_same(a);
        a.but(&S::none()).assert_same(a);
    }
    a_set_without_itself_is_empty => |a, _b, _c| { assert!(a.but(a).member().is_none()); }
    a_set_without_everything_is_empty => |a, _b, _c| { assert!(a.but(&S::any()).member().is_none()); }
    witness_of_an_intersection_is_in_both => |a, b, _c| {
        let member = a.and(b).member();
        assert!(member.iter().all(|member| a.has(member) && b.has(member)));
        assert!(member.is_some() || !S::world().iter().any(|member| a.has(member) && b.has(member)));
    }
    witness_of_a_difference_is_in_one_only => |a, b, _c| {
        let member = a.but(b).member();
        assert!(member.iter().all(|member| a.has(member) && !b.has(member)));
        assert!(member.is_some() || !S::world().iter().any(|member| a.has(member) && !b.has(member)));
    }
    union_covers_its_parts => |a, b, _c| {
        let union = a.or(b);
        assert!(a.but(&union).member().is_none() && b.but(&union).member().is_none());
    }
    taking_twice_takes_what_is_in_both => |a, b, _c| { a.but(&a.but(b)).assert_same(&a.and(b)); }
    taking_a_union_takes_both => |a, b, c| { a.but(&b.or(c)).assert_same(&a.but(b).but(c)); }
    parts_make_the_whole => |a, b, _c| { a.but(b).or(&a.and(b)).assert_same(a); }
    members_decide_as_sets_do => |a, b, _c| {
        for member in S::world() {
            assert_eq!(a.or(b).has(member), a.has(member) || b.has(member));
            assert_eq!(a.and(b).has(member), a.has(member) && b.has(member));
            assert_eq!(a.but(b).has(member), a.has(member) && !b.has(member));
        }
    }
}
