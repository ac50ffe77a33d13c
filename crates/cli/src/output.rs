//! What a run ends with, and the two streams.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use anyhow::Context;
use serde::Serialize;

use crate::visible::visible;

/// The result of a run: what standard output gets, and whether findings fail it.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) text: String,
    pub(crate) failed: bool,
}

impl Outcome {
    pub(crate) fn passed(text: String) -> Self {
        Outcome { text, failed: false }
    }

    /// A value as JSON.
    pub(crate) fn json(value: &impl Serialize, failed: bool) -> anyhow::Result<Self> {
        let mut text = serde_json::to_string_pretty(value)?;
        text.push('\n');
        Ok(Outcome { text: crate::visible::escape_json(&text), failed })
    }

    /// Writes the result; a reader that has seen enough is no error.
    pub(crate) fn print(self) -> anyhow::Result<ExitCode> {
        // Colours are dropped where nobody could see them, or NO_COLOR asks for it.
        let mut out = anstream::AutoStream::auto(io::stdout());
        match out.write_all(self.text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                return Err(error).context("cannot write the result");
            }
            _ => {}
        }
        Ok(ExitCode::from(u8::from(self.failed)))
    }
}

/// Says something beside the result.
pub(crate) fn complain(level: &str, message: &str) {
    // Where standard error is closed there is nobody to tell.
    let _ = writeln!(io::stderr(), "{level}: {}", visible(message));
}
