//! Prints, as JSON, a list of questions about every case and every example with the native answers: the question is
//! what `everything` takes, the answer what it gives.

#![expect(clippy::print_stdout, reason = "the output of a command")]

use std::{fs, path::Path};

use pilothouse_tests::cases::{Case, cases};
use pilothouse_wasm_tests::everything;
use serde_json::{Value, json};

fn main() -> std::io::Result<()> {
    let mut questions: Vec<Value> = Vec::new();
    questions.extend(cases("cases").iter().map(|case| of_case("current", case)));
    questions.extend(cases("cases-1.1").iter().map(|case| of_case("1.1", case)));
    let mut examples = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples"))?
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<Vec<_>>>()?;
    examples.retain(|path| path.is_file());
    examples.sort();
    for path in examples {
        let input = fs::read_to_string(&path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        for istio in ["current", "1.1"] {
            questions.push(question(&format!("{name}, Istio {istio}"), istio, &input, &[], &[]));
        }
    }
    println!("{}", Value::from(questions));
    Ok(())
}

fn of_case(istio: &str, case: &Case) -> Value {
    let proxies: Vec<String> = case.proxies().iter().map(ToString::to_string).collect();
    question(&case.name, istio, &case.input, &proxies, &case.requests())
}

fn question(name: &str, istio: &str, input: &str, proxies: &[String], requests: &[Value]) -> Value {
    let (proxies, requests) = (json!(proxies).to_string(), json!(requests).to_string());
    let native = everything(istio, input, &proxies, &requests);
    json!({ "name": name, "question": [istio, input, proxies, requests], "native": native })
}
