//! Measures natively and prints as JSON the rows of the check and what other work takes.

#![expect(clippy::print_stdout, reason = "the output of a command")]

use std::time::Instant;

/// The allocator of the command.
#[cfg(not(target_arch = "wasm32"))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), serde_json::Error> {
    let start = Instant::now();
    let now = || start.elapsed().as_secs_f64() * 1e3;
    let measured = (pilothouse_bench::rows(now), pilothouse_bench::work::work(now));
    println!("{}", serde_json::to_string(&measured)?);
    Ok(())
}
