//! What Tollgate claims, measured beside what it is compared with, in one run. A bound that is missed fails the run.
#![expect(clippy::print_stdout, reason = "a command line tool speaks on stdout")]

mod abi;
mod allowance;
mod bounds;
mod cached;
mod demo;
mod figures;
mod ground;
mod herd;
mod module;
mod paths;
mod picture;
mod requests;
mod shell;
mod size;
mod stampede;
mod startup;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use bounds::Bounds;
use module::Module;

/// What Tollgate claims, measured. Build and pack first: ./build.sh build
#[derive(Parser)]
struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Many processes released at one instant, paced and unpaced, on the service's real limits
    Stampede(stampede::Options),
    /// Import and first token in a fresh shell
    Startup(startup::Options),
    /// A cached call in one shell
    Cached(cached::Options),
    /// Requests to Azure in one shell, and what listings and downloads leave in memory
    Requests(requests::Options),
    /// A cached token through the C ABI
    Abi,
    /// The release library on disk
    Size,
    /// All of these with their defaults
    All(All),
    /// Draw docs/images from the recorded stampede
    Picture,
    /// The main job, shown: forty scripts at once
    Demo(demo::Options),
}

/// What `all` takes.
#[derive(clap::Args)]
struct All {
    #[command(flatten)]
    module: Module,
    /// Write the stampede's times to this file, from which `picture` draws
    #[arg(long)]
    record: Option<PathBuf>,
}

fn main() -> ExitCode {
    measure().unwrap_or_else(|error| {
        println!("failed: {error:#}");
        ExitCode::FAILURE
    })
}

fn measure() -> Result<ExitCode> {
    let mut bounds = Bounds::default();
    match Options::parse().what {
        What::Stampede(options) => stampede::run(&options, &mut bounds)?,
        What::Startup(options) => startup::run(&options, &mut bounds)?,
        What::Cached(options) => cached::run(&options, &mut bounds)?,
        What::Requests(options) => requests::run(&options, &mut bounds)?,
        What::Abi => abi::run(&mut bounds)?,
        What::Size => size::run(&mut bounds)?,
        What::All(All { module: Module { module }, record }) => {
            size::run(&mut bounds)?;
            abi::run(&mut bounds)?;
            startup::run(&startup::Options::with(module.clone()), &mut bounds)?;
            cached::run(&cached::Options::with(module.clone()), &mut bounds)?;
            requests::run(&requests::Options::with(module.clone()), &mut bounds)?;
            stampede::run(&stampede::Options::with(module, record), &mut bounds)?;
        }
        What::Picture => return picture::draw_all().map(|()| ExitCode::SUCCESS),
        What::Demo(options) => return demo::run(&options),
    }
    println!("\n{bounds}");
    Ok(if bounds.all_hold() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
