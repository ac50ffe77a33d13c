//! Measures natively and prints the rows as JSON.

#![expect(clippy::print_stdout, reason = "the output of a command")]

use std::time::Instant;

fn main() -> Result<(), serde_json::Error> {
    let start = Instant::now();
    let rows = pilothouse_bench::rows(|| start.elapsed().as_secs_f64() * 1e3);
    println!("{}", serde_json::to_string(&rows)?);
    Ok(())
}
