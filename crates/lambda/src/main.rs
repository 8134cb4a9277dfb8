//! The `bootstrap` of the function: reads the settings, puts it together, serves invocations.

use headcount_lambda::{Config, compose, run};
use std::process::ExitCode;
use std::sync::Arc;

/// The exit code for settings that are wrong (`EX_USAGE` of BSD's sysexits).
const BAD_SETTINGS: u8 = 64;

fn main() -> ExitCode {
    let config = match Config::from_environment() {
        Ok(config) => config,
        Err(problems) => {
            eprintln!("{problems}");
            return ExitCode::from(BAD_SETTINGS);
        }
    };
    config.log_to_stdout();
    // One thread runs everything: a function has a part of one processor, and one invocation at a time.
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("the runtime did not start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let served = runtime.block_on(async {
        let composed = compose(config).await;
        run(Arc::new(composed.app), composed.clock).await
    });
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the Runtime API failed: {error}");
            ExitCode::FAILURE
        }
    }
}
