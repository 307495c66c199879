//! Parses the command line, runs it, and ends with its exit code.

use std::process::ExitCode;

use pm_sync::cli::Cli;
use pm_sync::{Environment, run};

fn main() -> ExitCode {
    let ended = Environment::of_process().and_then(|environment| {
        let cli = match Cli::read(std::env::args_os(), environment.language()) {
            Ok(cli) => cli,
            Err(refusal) => return Ok(refusal.print()),
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        Ok(runtime.block_on(run(cli, &environment)).code())
    });
    match ended {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            anstream::eprintln!("error: {error}");
            ExitCode::from(3)
        }
    }
}
