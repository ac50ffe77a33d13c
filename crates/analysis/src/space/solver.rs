//! The search for a request that is in one set and in none of others.
//!
//! A request is sketched that meets all that is asked so far. If it is in one of the sets to avoid, some condition of
//! that set must fail: each is tried, and only the part of the request that it is about is chosen anew. Sets that no
//! sketch falls into are never looked at.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::{
    Condition, Part,
    condition::Language,
    domain::{Domain, Domains},
    regex::Automaton,
    text::{Answer, BUDGET, Piece},
    witness::Witness,
};

/// What one question may spend: the nodes of its searches for texts, and one for each sketch. Everyday questions take
/// some microseconds natively; of 512 about patterns that explode the worst took 50 ms.
const EFFORT: usize = 5 * BUDGET;

/// So many sets of paths are avoided one by one; then all like them at once.
const ONE_BY_ONE: usize = 4;

/// The sets that a request must not be in, by number.
pub(super) trait Avoided {
    /// One that a sketch is in, and whether that is certain. Certain ones go first; those of `handled` do not count.
    fn holding(&self, sketch: &Sketch<'_>, handled: &BTreeSet<usize>) -> Option<(usize, bool)>;

    /// What a request in a set meets.
    fn conditions(&self, set: usize) -> &[Rc<Condition>];

    /// Sets that only ask for a literal path, and may hold other requests whose path begins so.
    fn paths_under(&self, prefix: &str) -> Vec<usize>;
}

/// What is found.
pub(super) struct Finding {
    pub(super) answer: Answer<Witness>,
    /// The sets that were in the way of some sketch; where nothing is left, they cover all.
    pub(super) met: BTreeSet<usize>,
}

/// The value of a part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Value {
    Absent,
    Text(String),
    /// Some text, or none: which is not known.
    #[default]
    Unknown,
}

/// A request of which only the parts that matter are settled.
pub(super) struct Sketch<'a> {
    state: &'a State,
    domains: &'a Domains,
}

impl Sketch<'_> {
    /// The value of a part that has been settled.
    pub(super) fn settled(&self, part: &Part) -> Option<&Value> {
        self.state.parts.get(part).map(|settled| &settled.value)
    }

    /// The value of a part.
    pub(super) fn value(&self, part: &Part) -> Value {
        self.settled(part)
            .cloned()
            .or_else(|| choose(self.domains.of(part), &[], &mut 0))
            .unwrap_or(Value::Unknown)
    }

    /// The parts that are settled.
    pub(super) fn parts(&self) -> impl Iterator<Item = (&Part, &Value)> {
        self.state.parts.iter().map(|(part, settled)| (part, &settled.value))
    }

    /// Whether all of some conditions hold. None where that is not known.
    pub(super) fn meets(&self, conditions: &[Rc<Condition>]) -> Option<bool> {
        let mut certain = true;
        for condition in conditions {
            match self.holds(condition) {
                Some(true) => {}
                Some(false) => return Some(false),
                None => certain = false,
            }
        }
        certain.then_some(true)
    }

    fn holds(&self, condition: &Condition) -> Option<bool> {
        match self.settled(&condition.part) {
            Some(value) => holds(condition, value),
            None => holds(condition, &self.value(&condition.part)),
        }
    }
}

fn holds(condition: &Condition, value: &Value) -> Option<bool> {
    match value {
        Value::Absent => Some(condition.absent),
        Value::Text(text) if condition.is_known() => Some(condition.holds(Some(text))),
        Value::Text(_) | Value::Unknown => None,
    }
}

/// What is asked of a request, and what was chosen to meet it.
#[derive(Clone, Default)]
struct State {
    parts: BTreeMap<Part, Settled>,
    /// Sets that are taken to be avoided, though that is not certain.
    handled: BTreeSet<usize>,
}

#[derive(Clone, Default)]
struct Settled {
    /// Conditions, and whether each must hold.
    asked: Vec<(Rc<Condition>, bool)>,
    value: Value,
}

impl State {
    /// Asks for a condition to hold, or not to.
    fn ask(&mut self, condition: &Rc<Condition>, hold: bool) {
        let settled = self.parts.entry(condition.part.clone()).or_default();
        settled.asked.push((condition.clone(), hold));
    }

    /// Chooses a part anew, unless it meets what is asked. False if nothing does.
    fn settle(&mut self, part: &Part, domains: &Domains, effort: &mut usize) -> bool {
        let settled = self.parts.entry(part.clone()).or_default();
        let meets =
            |(condition, hold): &(Rc<Condition>, bool)| holds(condition, &settled.value) == Some(*hold);
        if settled.value == Value::Unknown || !settled.asked.iter().all(meets) {
            match choose(domains.of(part), &settled.asked, effort) {
                Some(value) => settled.value = value,
                None => return false,
            }
        }
        true
    }

    /// Whether it is certain that the request meets what is asked.
    fn is_certain(&self) -> bool {
        self.handled.is_empty() && self.parts.values().all(|settled| settled.value != Value::Unknown)
    }

    /// What the path must begin with.
    fn path_prefix(&self) -> &str {
        self.parts.get(&Part::Path).map_or("", |settled| longest_prefix(&settled.asked))
    }
}

/// A value of a domain that meets what is asked; none if there is none.
fn choose(domain: &Domain, asked: &[(Rc<Condition>, bool)], effort: &mut usize) -> Option<Value> {
    if domain.optional && asked.iter().all(|(condition, hold)| condition.absent == *hold) {
        return Some(Value::Absent);
    }
    let Some(texts) = &domain.texts else { return Some(Value::Unknown) };
    let literals = asked.iter().filter_map(|(condition, hold)| condition.example(*hold));
    let mut candidates = literals.chain(domain.preferred.iter().map(String::as_str));
    let fits = |text: &&str| {
        let known = |condition: &Condition| condition.is_known() && condition.holds(Some(text));
        let meets =
            |(condition, hold): &(Rc<Condition>, bool)| condition.is_known() && known(condition) == *hold;
        asked.iter().all(meets) && texts.contains(text)
    };
    if let Some(text) = candidates.find(fits) {
        return Some(Value::Text(text.to_owned()));
    }
    if excluded(asked) {
        return None;
    }
    let (asked, complete) = automata(asked);
    let mut search = |piece: Piece| {
        let (answer, spent) = piece.witness(BUDGET.min(EFFORT.saturating_sub(*effort)));
        *effort += spent;
        answer
    };
    if let Some(relaxed) = &domain.relaxed {
        match search(relaxed.and(&asked)) {
            Answer::Empty => return None,
            Answer::Witness(text) if complete && texts.contains(&text) => return Some(Value::Text(text)),
            Answer::Witness(_) | Answer::Undecided => {}
        }
    }
    let natural = domain.natural.iter().map(|natural| natural.and(&asked));
    let mut possible = false;
    for (piece, last) in natural.map(|piece| (piece, false)).chain([(asked.clone(), true)]) {
        for texts in texts.pieces() {
            match search(texts.and(&piece)) {
                Answer::Witness(text) if complete => return Some(Value::Text(text)),
                Answer::Empty => {}
                Answer::Witness(_) | Answer::Undecided => possible |= last,
            }
        }
    }
    possible.then_some(Value::Unknown)
}

/// Whether literals alone show that nothing meets what is asked: the only text that may do so did not, or what it must
/// begin with must not be.
fn excluded(asked: &[(Rc<Condition>, bool)]) -> bool {
    let required = |(condition, hold): &&(Rc<Condition>, bool)| condition.negated != *hold;
    let only = |(condition, _): &(Rc<Condition>, bool)| match &condition.language {
        Language::Exact(literal) => !literal.ignores_case,
        _ => false,
    };
    if asked.iter().filter(required).any(only) {
        return asked.iter().all(|(condition, _)| condition.is_known());
    }
    let prefix = longest_prefix(asked);
    asked.iter().filter(|asked| !required(asked)).any(|(condition, _)| match &condition.language {
        Language::Prefix(literal) => literal.begins(prefix),
        _ => false,
    })
}

/// What a text must begin with to meet what is asked.
fn longest_prefix(asked: &[(Rc<Condition>, bool)]) -> &str {
    let required = asked.iter().filter(|(condition, hold)| condition.negated != *hold);
    required
        .map(|(condition, _)| condition.language.prefix())
        .max_by_key(|prefix| prefix.len())
        .unwrap_or_default()
}

/// The texts that meet what is asked, and whether all of it went in.
fn automata(asked: &[(Rc<Condition>, bool)]) -> (Piece, bool) {
    let mut piece = Piece::default();
    let mut literals = Vec::new();
    let mut complete = true;
    for (condition, hold) in asked {
        let within = condition.negated != *hold;
        match &condition.language {
            Language::Exact(literal) if !within => literals.push((literal, false)),
            Language::Prefix(literal) if !within => literals.push((literal, true)),
            language => match language.automaton() {
                Some(automaton) => if within { &mut piece.all } else { &mut piece.none }.push(automaton),
                None => complete = false,
            },
        }
    }
    if !literals.is_empty() {
        piece.none.push(Rc::new(Automaton::one_of(literals)));
    }
    (piece, complete)
}

/// Searches for a request that meets some conditions and is in none of the sets to avoid.
pub(super) fn search(conditions: &[Rc<Condition>], avoided: &impl Avoided, domains: &Domains) -> Finding {
    Search { avoided, domains, effort: 0, met: BTreeSet::new(), paths_met: 0 }.run(conditions)
}

struct Search<'a, A> {
    avoided: &'a A,
    domains: &'a Domains,
    effort: usize,
    met: BTreeSet<usize>,
    /// How many sets that ask for nothing but a path were met.
    paths_met: usize,
}

impl<A: Avoided> Search<'_, A> {
    fn run(mut self, conditions: &[Rc<Condition>]) -> Finding {
        let mut open = Vec::from_iter(self.start(conditions));
        let mut possible = false;
        while let Some(state) = open.pop() {
            self.effort += 1;
            if self.effort > EFFORT {
                possible = true;
                break;
            }
            let sketch = Sketch { state: &state, domains: self.domains };
            match self.avoided.holding(&sketch, &state.handled) {
                Some((set, certain)) => open.extend(self.avoid(&state, set, certain).into_iter().rev()),
                None if state.is_certain() => {
                    let answer = Witness::of(&sketch).map_or(Answer::Undecided, Answer::Witness);
                    return Finding { answer, met: self.met };
                }
                None => possible = true,
            }
        }
        Finding { answer: if possible { Answer::Undecided } else { Answer::Empty }, met: self.met }
    }

    fn start(&mut self, conditions: &[Rc<Condition>]) -> Option<State> {
        let mut state = State::default();
        for condition in conditions {
            state.ask(condition, true);
        }
        let always = [Part::Path, Part::Method, Part::Authority];
        let parts: Vec<Part> = state.parts.keys().cloned().chain(always).collect();
        let possible = parts.iter().all(|part| state.settle(part, self.domains, &mut self.effort));
        possible.then_some(state)
    }

    /// The ways out of a set: each fails another of its conditions, and meets those before.
    fn avoid(&mut self, state: &State, set: usize, certain: bool) -> Vec<State> {
        self.met.insert(set);
        let conditions = self.avoided.conditions(set);
        if let [only] = conditions
            && only.part == Part::Path
        {
            self.paths_met += 1;
            if self.paths_met == ONE_BY_ONE {
                return Vec::from_iter(self.avoid_paths(state, only));
            }
        }
        let mut ways = Vec::new();
        for (number, condition) in conditions.iter().enumerate() {
            let mut way = state.clone();
            if certain {
                conditions[..number].iter().for_each(|before| way.ask(before, true));
            }
            way.ask(condition, false);
            if way.settle(&condition.part, self.domains, &mut self.effort) {
                if way.parts[&condition.part].value == Value::Unknown {
                    way.handled.insert(set);
                }
                ways.push(way);
            }
        }
        ways
    }

    /// The way out of all sets of paths that may be in the way.
    fn avoid_paths(&mut self, state: &State, met: &Rc<Condition>) -> Option<State> {
        let mut way = state.clone();
        way.ask(met, false);
        for set in self.avoided.paths_under(state.path_prefix()) {
            self.met.insert(set);
            self.avoided.conditions(set).iter().for_each(|condition| way.ask(condition, false));
        }
        way.settle(&Part::Path, self.domains, &mut self.effort).then_some(way)
    }
}
