//! The answer to the first question, made beforehand: what a newcomer sees while the engine is still on its way.

use super::protocol::{Answer, Question};
use crate::state::{App, EXAMPLES, Settings, SourceFile};

/// The answer as JSON; `cargo xtask codegen` writes it, and a test holds it against the engine's.
const ANSWER: &str = include_str!("first.json");

/// What the page asks first when nothing was kept.
fn opening() -> App {
    App::open(None, Settings::default(), &EXAMPLES[0])
}

/// The answer, if a question is the first one.
pub fn known_answer(question: &Question, files: &[SourceFile]) -> Option<Answer> {
    let first = opening().question()?;
    let same = first == Question { revision: first.revision, ..question.clone() };
    let answer: Answer =
        (same && files == EXAMPLES[0].files()).then(|| serde_json::from_slice(ANSWER.as_bytes()).ok())??;
    Some(Answer { revision: question.revision, ..answer })
}

/// Makes the answer.
pub fn first_answer() -> String {
    let mut sources = pilothouse_analysis::Sources::default();
    for file in EXAMPLES[0].files() {
        sources.add(&*file.name, &*file.text);
    }
    let answer = opening()
        .question()
        .map(|question| super::server::Server::default().answer(&question, Some(sources)));
    serde_json::to_string(&answer.unwrap_or_default()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_first_is_what_the_engine_answers() {
        assert_eq!(ANSWER.trim_end(), first_answer(), "run `cargo xtask codegen`");
        let question = opening().question().unwrap();
        let answer = known_answer(&question, &EXAMPLES[0].files()).unwrap();
        assert!(answer.overview.is_some() && answer.view.is_some());
    }

    #[test]
    fn other_questions_are_left_to_the_engine() {
        let question = opening().question().unwrap();
        assert!(known_answer(&question, &EXAMPLES[1].files()).is_none());
        let older = Question { istio: "1.1".to_owned(), ..question };
        assert!(known_answer(&older, &EXAMPLES[0].files()).is_none());
    }
}
