//! The page: built by trunk into dist/, served by sirv.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener, TcpStream},
    process::{Child, Command},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::{command, node, tools, wasm};

/// Builds the page as it is released.
pub(crate) fn build() -> Result<()> {
    let mut trunk = trunk(&["build", "--release"])?;
    // Trunk copies whatever lies there, also the snippets of libraries that are no longer used.
    let left_over = command::target().join("wasm-bindgen/release");
    if left_over.exists() {
        fs::remove_dir_all(left_over)?;
    }
    let what = "Building the page into dist/, about a minute and a half, less when little has changed";
    command::timed(what, || command::run(&mut trunk))
}

/// Builds the page and serves it until the user ends it.
pub(crate) fn serve(port: u16, open: bool) -> Result<()> {
    build()?;
    if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_err() {
        bail!("port {port} is taken: choose another with --port");
    }
    let port_text = port.to_string();
    let args = ["dist", "--host", "127.0.0.1", "--port", &port_text, "--dev", "--quiet"];
    let mut server = node::tool("sirv", &args).spawn().context("cannot run sirv")?;
    wait_for(&mut server, port)?;
    let url = format!("http://localhost:{port}/");
    println!("\nPilothouse is at {url} (Ctrl-C ends it)");
    if open && open::that_detached(&url).is_err() {
        println!("No browser could be opened from here: open the address yourself.");
    }
    server.wait()?;
    Ok(())
}

/// Serves a page for development, which is built again after every edit.
pub(crate) fn watch(port: u16, open: bool) -> Result<()> {
    let mut trunk = trunk(&["serve", "--port", &port.to_string()])?;
    if open {
        trunk.arg("--open");
    }
    command::run(&mut trunk)
}

/// Trunk, with all it calls at hand.
fn trunk(args: &[&str]) -> Result<Command> {
    wasm::standard_library()?;
    node::packages()?;
    let bin = tools::trunk()?;
    let path = node::path_with([bin.clone(), tools::wasm_bindgen()?])?;
    let mut trunk = command::program(bin.join("trunk"), args);
    // Trunk 0.21 takes the words true and false for NO_COLOR and stops at any other.
    if std::env::var_os("NO_COLOR").is_some() {
        trunk.env("NO_COLOR", "true");
    }
    trunk.env("PATH", path);
    Ok(trunk)
}

fn wait_for(server: &mut Child, port: u16) -> Result<()> {
    for _ in 0..100 {
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(());
        }
        if let Some(status) = server.try_wait()? {
            bail!("the server ended with {status}");
        }
        thread::sleep(Duration::from_millis(50));
    }
    bail!("the server does not answer on port {port}")
}
