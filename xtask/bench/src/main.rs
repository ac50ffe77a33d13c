//! Measures natively and prints as JSON the rows of the check and what other work takes.

#![expect(clippy::print_stdout, reason = "the output of a command")]

use std::time::Instant;

fn main() -> Result<(), serde_json::Error> {
    let start = Instant::now();
    let now = || start.elapsed().as_secs_f64() * 1e3;
    let measured = (pilothouse_bench::rows(now), pilothouse_bench::work::work(now));
    println!("{}", serde_json::to_string(&measured)?);
    Ok(())
}
