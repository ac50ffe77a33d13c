//! The pages of the documentation: their commands are run, their settings and examples are read.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output},
};

use pilothouse_syntax::{Node, parse};
use pilothouse_testkit::{Block, Page};

use crate::run::{Folder, has};

const CLEAN: &str =
    "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {ports: [{port: 80}]}\n";
const ERROR: &str =
    "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: web, namespace: shop}\n";

/// What a pipeline runs of a block: its lines, or the commands in its YAML.
fn commands(block: &Block<'_>) -> Vec<String> {
    let lines = match block.language {
        "sh" => block.text.lines().map(str::to_owned).collect(),
        "yaml" => {
            let parse = parse(block.text);
            assert_eq!(parse.documents.len(), 1, "{}", block.text);
            assert_eq!(parse.documents[0].problem, None);
            let mut found = Vec::new();
            scripts(parse.documents[0].root().unwrap(), &mut found);
            found
        }
        _ => Vec::new(),
    };
    assert!(!lines.is_empty() || block.language == "toml", "nothing is run of {block:?}");
    lines
}

/// The values under `run`, `script` and `entry`.
fn scripts(node: Node<'_>, out: &mut Vec<String>) {
    for entry in node.entries() {
        match &*entry.name() {
            "run" | "entry" => out.push(entry.value.as_str().unwrap().to_owned()),
            "script" => out.extend(entry.value.items().map(|item| item.as_str().unwrap().to_owned())),
            _ => scripts(entry.value, out),
        }
    }
    node.items().for_each(|item| scripts(item, out));
}

/// A checkout with this YAML in it, and tools that print it or only say how they were called.
fn checkout(text: &str) -> Folder {
    let folder = Folder::new().file("deploy/web.yaml", text).file("charts/shop/web.yaml", text);
    let tools = folder
        .file("bin/helm", "#!/bin/sh\n[ \"$1\" = template ] && cat \"$2\"/*.yaml\n")
        .file("bin/cargo", "#!/bin/sh\necho \"$@\" >> cargo.log\n");
    for tool in ["helm", "cargo"] {
        fs::set_permissions(tools.path.join("bin").join(tool), fs::Permissions::from_mode(0o755)).unwrap();
    }
    tools
}

fn bash(folder: &Folder, command: &str) -> Output {
    let built = Path::new(env!("CARGO_BIN_EXE_pilothouse")).parent().unwrap();
    let path = format!("{}:{}:/usr/bin:/bin", folder.path.join("bin").display(), built.display());
    Command::new("bash")
        .args(["-e", "-o", "pipefail", "-c", command])
        .current_dir(&folder.path)
        .env("PATH", path)
        .output()
        .unwrap()
}

#[test]
fn pipelines_do_what_their_page_says() {
    let text = include_str!("../../../../docs/ci.md");
    let page = Page::parse(text);
    let (clean, broken) = (checkout(CLEAN), checkout(ERROR));
    let mut checks = 0;
    for command in page.blocks.iter().flat_map(commands) {
        let run = bash(&clean, &command);
        assert_eq!(run.status.code(), Some(0), "{command}: {run:?}");
        if command.contains("pilothouse check") {
            checks += 1;
            let code = i32::from(!command.contains("--fail-on never"));
            let run = bash(&broken, &command);
            assert_eq!(run.status.code(), Some(code), "{command}: {run:?}");
        }
    }
    assert!(checks >= 6, "{checks}");
    let log = fs::read_to_string(broken.path.join("pilothouse.sarif")).unwrap();
    has(&log, "\"ruleId\": \"invalid-resource\"");
    let installs = fs::read_to_string(clean.path.join("cargo.log")).unwrap();
    assert!(installs.lines().all(|line| line.starts_with("install --locked --git ")), "{installs}");
}

#[test]
fn settings_do_what_their_page_says() {
    let page = Page::parse(include_str!("../../../../docs/settings.md"));
    let (mut allowed, mut settings) = (0, 0);
    for block in &page.blocks {
        let folder = Folder::with(block.text);
        match block.language {
            "yaml" => {
                allowed += 1;
                let run = folder.run("check input.yaml --fail-on warning");
                has(run.ended(0), "Nothing found, ");
            }
            "toml" => {
                settings += 1;
                let folder = Folder::new().file("pilothouse.toml", block.text).file("a.yaml", CLEAN);
                folder.run("check .").ended(0);
            }
            other => panic!("{other}"),
        }
    }
    assert_eq!((allowed, settings), (3, 1));
}
