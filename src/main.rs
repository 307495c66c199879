//! Parses the command line, runs it, and ends with its exit code.

use std::process::ExitCode;

use clap::Parser;
use pm_sync::cli::Cli;
use pm_sync::{Environment, run};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let ended = Environment::of_process().and_then(|environment| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        Ok(runtime.block_on(run(cli, &environment)))
    });
    match ended {
        Ok(exit) => ExitCode::from(exit.code()),
        Err(error) => {
            anstream::eprintln!("error: {error}");
            ExitCode::from(3)
        }
    }
}
