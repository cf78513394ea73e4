//! A simulator as a program: it tells where it is and what a client finds in its environment, and runs until Ctrl+C.

use std::io::{self, Write};

/// Prints this sentence and the address, then the variables line by line, and returns at Ctrl+C.
pub fn run(sentence: &str, url: &str, environment: &[(String, String)]) -> io::Result<()> {
    // Before the address is told: whoever reads it may interrupt.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut interrupts = {
        let _context = runtime.enter();
        interrupts()?
    };
    let mut out = io::stdout();
    writeln!(out, "{sentence} {url}")?;
    for (name, value) in environment {
        writeln!(out, "{name}={value}")?;
    }
    out.flush()?;
    runtime.block_on(interrupts.recv());
    Ok(())
}

#[cfg(unix)]
fn interrupts() -> io::Result<tokio::signal::unix::Signal> {
    tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())
}

#[cfg(windows)]
fn interrupts() -> io::Result<tokio::signal::windows::CtrlC> {
    tokio::signal::windows::ctrl_c()
}
