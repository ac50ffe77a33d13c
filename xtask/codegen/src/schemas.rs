//! docs/schemas: a JSON schema for each output of the command, and for its configuration.

use crate::outputs::Output;

/// The schema of each output.
pub(crate) fn schemas() -> impl Iterator<Item = Output> {
    let schemas = pilothouse_report::schemas().into_iter();
    schemas.map(|(name, text)| Output { path: format!("docs/schemas/{name}.json"), text })
}
