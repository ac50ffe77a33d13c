//! Folders: what is read, what is skipped, and that it is said.

use std::{fs, os::unix::fs::PermissionsExt};

use crate::run::{Folder, has};

const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n";

fn named(name: &str) -> String {
    SERVICE.replace("web", name)
}

#[test]
fn all_files_of_a_folder() {
    let folder = Folder::new()
        .file("all/a.yaml", named("a"))
        .file("all/deep/er/b.YML", named("b"))
        .file("all/c.json", r#"{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "c"}, "spec": {"ports": [{"port": 80}]}}"#)
        .file("all/.git/d.yaml", "not: [read");
    assert_eq!(folder.run("check all").ended(0), "Nothing found: 3 resources in 3 files.\n");
}

#[test]
fn other_files_are_skipped_and_said() {
    let folder = Folder::new().file("all/a.yaml", SERVICE).file("all/README.md", "x").file("all/run.sh", "x");
    let run = folder.run("check all");
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), "Nothing found: 1 resource in 1 file.\n"));
    assert_eq!(
        run.stderr,
        "note: 2 files that are neither .yaml, .yml nor .json in `all`: `README.md`, `run.sh`\n"
    );
    let named = folder.run("check all/README.md");
    assert_ne!(named.code, Some(2), "a file that is named is read, whatever it is called");
}

#[test]
fn unreadable_files_are_skipped_and_said() {
    let folder = Folder::new().file("all/a.yaml", SERVICE).file("all/binary.yaml", [0xff; 64]);
    std::os::unix::fs::symlink("nowhere", folder.path.join("all/dangling.yaml")).unwrap();
    std::os::unix::fs::symlink(".", folder.path.join("all/loop")).unwrap();
    let locked = folder.path.join("all/locked.yaml");
    fs::write(&locked, SERVICE).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
    // For root no file is locked.
    let is_locked = fs::read(&locked).is_err();

    let run = folder.run("check all");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    has(&run.stderr, "note: `all/binary.yaml` is not read: it is no UTF-8 text: byte 1 on line 1 is none\n");
    has(&run.stderr, "note: `all/dangling.yaml` is not read: no such file or directory\n");
    has(&run.stderr, "note: `all/loop` is not read: the link leads back to a folder that it is in\n");
    if is_locked {
        has(&run.stderr, "note: `all/locked.yaml` is not read: permission denied\n");
        has(&run.stdout, "Nothing found: 1 resource in 1 file.");
    }
}

#[test]
fn a_pipe_in_a_folder_is_not_waited_for() {
    let folder = Folder::new().file("all/a.yaml", SERVICE);
    let made = std::process::Command::new("mkfifo").arg(folder.path.join("all/pipe.yaml")).status().unwrap();
    assert!(made.success());
    let run = folder.run("check all");
    assert_eq!(run.code, Some(0));
    has(&run.stderr, "note: `all/pipe.yaml` is not read: it is no regular file\n");
}

#[test]
fn a_file_that_is_named_twice_is_read_once() {
    let folder = Folder::new().file("all/a.yaml", SERVICE);
    let run = folder.run("check all all/a.yaml ./all/../all");
    assert_eq!(run.ended(0), "Nothing found: 1 resource in 1 file.\n");
}

#[test]
fn nothing_to_read() {
    let folder = Folder::new().file("empty/README.md", "x").file("a.yaml", SERVICE);
    let text = folder.run("check empty");
    has(text.refused(), "error: there is no .yaml, .yml or .json file to read in `empty`\n");
    has(
        folder.run("check nowhere.yaml").refused(),
        "error: cannot read `nowhere.yaml`: no such file or directory\n",
    );
    let two = folder.run("check a.yaml nowhere.yaml neither.yaml");
    assert_eq!(
        two.refused(),
        "error: cannot read `nowhere.yaml`: no such file or directory\n\
         error: cannot read `neither.yaml`: no such file or directory\n"
    );
    has(folder.run("routes empty").refused(), "there is no .yaml, .yml or .json file to read");
}
