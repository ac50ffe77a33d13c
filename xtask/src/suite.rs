//! Every test: the native ones, the build of the page and its weight, WebAssembly held against the native program,
//! and the page in a browser.

use anyhow::{Result, bail};

use crate::{browser, command, page, size, tally::Tally, wasm};

/// Runs all tests and prints the closing line.
pub(crate) fn run(browser: bool) -> ! {
    let mut tally = Tally::default();
    add(&mut tally, browser);
    tally.close(browser)
}

/// Runs all tests and adds what they counted.
pub(crate) fn add(tally: &mut Tally, browser: bool) {
    tally.add("native tests", native());
    let page = page::build();
    let built = page.is_ok();
    tally.check("build of the page", page);
    if built {
        tally.check("weight of the page", size::run(false));
        tally.add("WebAssembly", wasm::compare());
        if browser {
            tally.add("browser tests", browser::test());
        }
    }
}

fn native() -> Result<Tally> {
    let mut sum = Tally::default();
    let mut ignored = 0;
    let ended_well =
        command::each_line(&mut command::cargo(&["test", "--workspace", "--no-fail-fast"]), |line| {
            let [passed, failed, left_out] = counts(line).unwrap_or_default();
            sum.passed += passed;
            sum.failed += failed;
            ignored += left_out;
        })?;
    if ignored > 0 {
        bail!("{ignored} tests are ignored, and none may be");
    }
    if !ended_well && sum.failed == 0 {
        bail!("cargo test did not get to its end");
    }
    Ok(sum)
}

/// How many tests passed, failed and were ignored, from the last line of a test binary.
fn counts(line: &str) -> Option<[usize; 3]> {
    let result = line.strip_prefix("test result: ")?;
    let count = |word: &str| {
        let number = result.split(['.', ';']).find_map(|part| part.trim().strip_suffix(word))?;
        number.trim().parse().ok()
    };
    Some([count("passed")?, count("failed")?, count("ignored")?])
}

#[cfg(test)]
mod tests {
    use super::counts;

    #[test]
    fn the_last_line_of_a_test_binary() {
        let line = "test result: FAILED. 12 passed; 1 failed; 2 ignored; 0 measured; 3 filtered out; finished in 0.01s";
        assert_eq!(counts(line), Some([12, 1, 2]));
        assert_eq!(counts("test counts ... ok"), None);
    }
}
