//! The client's decisions, without a browser: which question is sent when, and what becomes of a worker.

use super::protocol::Question;

/// How long a worker may take to start.
const START: u32 = 20_000;
/// How long a worker may take to say that it has begun; one that is alive says so at once.
const BEGIN: u32 = 2_000;
/// How much longer a comparison or a trial of fixes may take once another question waits.
const HASTE: u32 = 250;
/// How many workers may fail to start before no more are tried.
const STARTS: u32 = 3;

/// What the client is to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// End the worker, if there is one, and start another.
    Spawn,
    /// Send a question with its number; boxed, since the others are small.
    Post(u32, Box<Question>),
    /// Come back after so many milliseconds, in place of any time set before.
    Watch(u32),
    /// No longer come back.
    Rest,
    /// Tell the page.
    Tell(Failure),
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The run took longer than its question allowed and was ended.
    Slow,
    /// The engine panicked; this is what it said.
    Panicked(String),
    /// The worker was gone; another one has the question now.
    Restarted,
    /// No worker can be started here.
    Unavailable(String),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    Starting,
    Idle,
    Sent,
    Working,
    Off,
}

/// What is known of the worker and of the questions.
#[derive(Debug)]
pub struct Desk {
    phase: Phase,
    number: u32,
    current: Option<Question>,
    next: Option<Question>,
    failed_starts: u32,
    last_words: Option<String>,
}

impl Desk {
    /// A desk without a worker, and what to do first.
    pub fn open() -> (Self, Vec<Command>) {
        let desk = Self {
            phase: Phase::Starting,
            number: 0,
            current: None,
            next: None,
            failed_starts: 0,
            last_words: None,
        };
        (desk, vec![Command::Spawn])
    }

    /// A question takes the place of one that still waits. Where no worker could be started, another try is made.
    pub fn ask(&mut self, question: Question) -> Vec<Command> {
        let waits = self.next.replace(question).is_some();
        match self.phase {
            Phase::Off => self.spawn(),
            Phase::Working if self.can_be_left() && !waits => vec![Command::Watch(HASTE)],
            _ => self.send(),
        }
    }

    /// Whether the worker is busy with what can take long and is asked for anew after every edit.
    fn can_be_left(&self) -> bool {
        self.current.as_ref().is_some_and(Question::can_be_left)
    }

    /// There is a worker, which has yet to say that it listens. Loading it takes as long as the network takes.
    pub fn hired(&mut self) -> Vec<Command> {
        vec![Command::Watch(START)]
    }

    /// The worker listens.
    pub fn ready(&mut self) -> Vec<Command> {
        self.phase = Phase::Idle;
        self.failed_starts = 0;
        let mut commands = vec![Command::Rest];
        commands.extend(self.send());
        commands
    }

    /// The worker has begun with a question.
    pub fn begun(&mut self, number: u32) -> Vec<Command> {
        match &self.current {
            Some(question) if number == self.number && self.phase == Phase::Sent => {
                self.phase = Phase::Working;
                vec![Command::Watch(question.millis())]
            }
            _ => Vec::new(),
        }
    }

    /// The worker has answered.
    pub fn answered(&mut self) -> Vec<Command> {
        self.current = None;
        self.phase = Phase::Idle;
        let mut commands = vec![Command::Rest];
        commands.extend(self.send());
        commands
    }

    /// The worker said this before it broke.
    pub fn panicking(&mut self, message: String) {
        self.last_words = Some(message);
    }

    /// The worker broke.
    pub fn crashed(&mut self, message: String) -> Vec<Command> {
        let message = self.last_words.take().unwrap_or(message);
        if self.phase == Phase::Starting {
            return self.failed_to_start(message);
        }
        self.current = None;
        let mut commands = vec![Command::Tell(Failure::Panicked(message))];
        commands.extend(self.spawn());
        commands
    }

    /// The time that was set is over.
    pub fn timed_out(&mut self) -> Vec<Command> {
        match self.phase {
            Phase::Starting => self.failed_to_start("it did not answer".to_owned()),
            Phase::Sent => {
                let lost = self.current.take();
                self.next = self.next.take().or(lost);
                let mut commands = vec![Command::Tell(Failure::Restarted)];
                commands.extend(self.spawn());
                commands
            }
            // Nobody waits for it any more.
            Phase::Working if self.can_be_left() && self.next.is_some() => {
                self.current = None;
                self.spawn()
            }
            Phase::Working => {
                self.current = None;
                let mut commands = vec![Command::Tell(Failure::Slow)];
                commands.extend(self.spawn());
                commands
            }
            Phase::Idle | Phase::Off => Vec::new(),
        }
    }

    fn send(&mut self) -> Vec<Command> {
        if self.phase != Phase::Idle {
            return Vec::new();
        }
        let Some(question) = self.next.take() else { return Vec::new() };
        self.number += 1;
        self.phase = Phase::Sent;
        self.current = Some(question.clone());
        vec![Command::Post(self.number, Box::new(question)), Command::Watch(BEGIN)]
    }

    fn spawn(&mut self) -> Vec<Command> {
        self.phase = Phase::Starting;
        vec![Command::Rest, Command::Spawn]
    }

    fn failed_to_start(&mut self, message: String) -> Vec<Command> {
        self.failed_starts += 1;
        if self.failed_starts < STARTS {
            return self.spawn();
        }
        self.phase = Phase::Off;
        vec![Command::Rest, Command::Tell(Failure::Unavailable(message))]
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::protocol::{Ask, Lens, Patience},
        *,
    };

    fn question(revision: u32) -> Question {
        Question {
            revision,
            istio: "current".to_owned(),
            findings: 1,
            lens: Lens::default(),
            ask: Ask::default(),
            order: Vec::new(),
            envoy: false,
            link: None,
            before: None,
            fixes: false,
            aside: None,
            tests: Default::default(),
            patience: Patience::Typing,
        }
    }

    /// A desk whose worker listens.
    fn desk() -> Desk {
        let (mut desk, first) = Desk::open();
        assert_eq!(first, [Command::Spawn]);
        assert_eq!(desk.hired(), [Command::Watch(START)]);
        assert_eq!(desk.ready(), [Command::Rest]);
        desk
    }

    fn posted(commands: &[Command]) -> Option<(u32, u32)> {
        commands.iter().find_map(|command| match command {
            Command::Post(number, question) => Some((*number, question.revision)),
            _ => None,
        })
    }

    #[test]
    fn a_question_waits_for_the_worker() {
        let (mut desk, _) = Desk::open();
        assert_eq!(desk.ask(question(1)), []);
        assert_eq!(posted(&desk.ready()), Some((1, 1)));
    }

    #[test]
    fn the_newest_question_wins() {
        let mut desk = desk();
        assert_eq!(posted(&desk.ask(question(1))), Some((1, 1)));
        assert_eq!(desk.ask(question(2)), []);
        assert_eq!(desk.ask(question(3)), []);
        assert_eq!(posted(&desk.answered()), Some((2, 3)));
        assert_eq!(desk.answered(), [Command::Rest]);
    }

    #[test]
    fn a_long_run_is_ended_and_not_tried_again() {
        let mut desk = desk();
        desk.ask(question(1));
        assert_eq!(desk.begun(1), [Command::Watch(2_000)]);
        assert_eq!(desk.timed_out(), [Command::Tell(Failure::Slow), Command::Rest, Command::Spawn]);
        assert_eq!(desk.ready(), [Command::Rest]);
    }

    #[test]
    fn who_asks_for_it_may_wait_longer() {
        let mut desk = desk();
        desk.ask(Question { patience: Patience::Asked, ..question(1) });
        assert_eq!(desk.begun(1), [Command::Watch(60_000)]);
    }

    #[test]
    fn a_comparison_may_take_longer_until_another_question_waits() {
        let mut desk = desk();
        desk.ask(Question { before: Some(1), ..question(1) });
        assert_eq!(desk.begun(1), [Command::Watch(10_000)]);
        assert_eq!(desk.ask(question(2)), [Command::Watch(HASTE)]);
        assert_eq!(desk.ask(question(3)), [], "the time is set once");
        assert_eq!(desk.timed_out(), [Command::Rest, Command::Spawn], "nothing went wrong");
        assert_eq!(posted(&desk.ready()), Some((2, 3)));
    }

    #[test]
    fn a_dead_worker_is_replaced_and_asked_again() {
        let mut desk = desk();
        desk.ask(question(1));
        let commands = desk.timed_out();
        assert_eq!(commands, [Command::Tell(Failure::Restarted), Command::Rest, Command::Spawn]);
        assert_eq!(posted(&desk.ready()), Some((2, 1)));
        assert_eq!(desk.begun(1), [], "the old worker's word no longer counts");
    }

    #[test]
    fn a_panic_is_told_with_its_words_and_the_question_is_not_repeated() {
        let mut desk = desk();
        desk.ask(question(1));
        desk.begun(1);
        desk.panicking("index out of bounds".to_owned());
        let told = Command::Tell(Failure::Panicked("index out of bounds".to_owned()));
        assert_eq!(desk.crashed("unreachable".to_owned()), [told, Command::Rest, Command::Spawn]);
        assert_eq!(desk.ready(), [Command::Rest]);
    }

    #[test]
    fn a_question_asked_during_a_panic_is_sent_to_the_next_worker() {
        let mut desk = desk();
        desk.ask(question(1));
        desk.ask(question(2));
        desk.crashed("unreachable".to_owned());
        assert_eq!(posted(&desk.ready()), Some((2, 2)));
    }

    #[test]
    fn a_worker_that_never_starts_is_given_up() {
        let (mut desk, _) = Desk::open();
        assert_eq!(desk.crashed("no".to_owned()), [Command::Rest, Command::Spawn]);
        assert_eq!(desk.timed_out(), [Command::Rest, Command::Spawn]);
        let told = Command::Tell(Failure::Unavailable("no".to_owned()));
        assert_eq!(desk.crashed("no".to_owned()), [Command::Rest, told]);
        assert_eq!(desk.ask(question(1)), [Command::Rest, Command::Spawn], "the next edit tries again");
        assert_eq!(desk.crashed("no".to_owned())[0], Command::Rest);
        assert_eq!(desk.ask(question(2)), [Command::Rest, Command::Spawn]);
        assert_eq!(posted(&desk.ready()), Some((1, 2)));
    }
}
