//! `check --format github`: workflow commands.

use crate::run::Folder;

#[test]
fn each_finding_is_a_command() {
    let text =
        "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: web, namespace: shop}\n";
    let folder = Folder::new().file("a,b.yaml", text);
    let run = folder.run("check a,b.yaml --format github");
    assert_eq!(
        run.ended(1),
        "::error file=a%2Cb.yaml,line=1,col=1,endLine=1,endColumn=2,title=invalid-resource::VirtualService \
         `shop/web` is refused: This VirtualService has no `spec`.%0AWrite its fields under `spec:`.\n\
         1 error: 1 resource in 1 file.\n"
    );
}

#[test]
fn standard_input_has_no_line_to_annotate() {
    let run = Folder::new().run_with("check - --format github", "a: [\n");
    let text = run.ended(1);
    assert!(text.starts_with("::error title=broken-yaml::This document cannot be read"), "{text}");
}

#[test]
fn what_is_allowed_is_no_command() {
    let text = "# pilothouse: allow invalid-resource\napiVersion: networking.istio.io/v1\nkind: VirtualService\n\
                metadata: {name: web, namespace: shop}\n";
    let run = Folder::with(text).run("check input.yaml --format github");
    assert_eq!(run.ended(0), "Nothing found, 1 allowed: 1 resource in 1 file.\n");
}

#[test]
fn hostile_text_begins_no_command() {
    let text = "apiVersion: v1\nkind: \"X\\n::error::y\\u001b[31m\"\nmetadata: {name: web}\n";
    let run = Folder::with(text).run("check input.yaml --format github");
    let lines: Vec<&str> = run.ended(0).lines().collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].starts_with("::notice ") && lines[0].contains("%0A::error::y\\u{1b}"), "{lines:?}");
}
