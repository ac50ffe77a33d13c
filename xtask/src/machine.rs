//! What a measurement was made on, and when.

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::command;

/// Node knows all of this on every system, and the page needs it anyway.
const SCRIPT: &str = "const os = require('os'); const { model } = os.cpus()[0]; JSON.stringify({ \
    cpu: model.trim(), cores: os.cpus().length, memory: Math.round(os.totalmem() / 2 ** 30), \
    system: os.version() + ', ' + os.type() + ' ' + os.release(), date: new Date().toISOString().slice(0, 10) })";

/// A machine at a date.
#[derive(Deserialize)]
pub(crate) struct Machine {
    pub(crate) cpu: String,
    pub(crate) cores: usize,
    pub(crate) memory: usize,
    pub(crate) system: String,
    pub(crate) date: String,
}

impl Machine {
    /// This machine, today.
    pub(crate) fn here() -> Result<Machine> {
        let text = command::output(&mut command::program("node", &["-p", SCRIPT]));
        serde_json::from_str(&text.context("cannot run node")?)
            .context("node describes this machine otherwise")
    }
}
