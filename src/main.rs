//! The command line, and nothing else.

use std::io::Write;
use std::process::ExitCode;

use carafe::cli::{self, Invocation, Run};
use carafe::observe::log;
use carafe::{doctor, policy_command, service, viewer};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;

fn main() -> ExitCode {
    let run = match cli::parse(std::env::args_os().skip(1), |name| std::env::var_os(name)) {
        Ok(Invocation::Help(text)) => return print(&text),
        Ok(Invocation::Version) => return print(&cli::version()),
        Ok(Invocation::Stats(options)) => return stats(&options),
        Ok(Invocation::Doctor(options)) => return doctor(&options),
        Ok(Invocation::Policy(options)) => return policy(&options),
        Ok(Invocation::Run(run)) => *run,
        Err(e) => {
            eprintln!("carafe: {e}");
            return ExitCode::from(e.exit_status());
        }
    };
    let Run { config, log_level, warnings } = run;
    start_log(log_level);
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    let status = service::run(config).unwrap_or_else(|e| {
        tracing::error!("{e}");
        e.exit_status()
    });
    log::finish();
    ExitCode::from(status)
}

/// Runs `carafe stats`.
fn stats(options: &cli::StatsOptions) -> ExitCode {
    match viewer::run(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("carafe stats: {e}");
            ExitCode::FAILURE
        }
    }
}

/// Runs `carafe doctor`.
fn doctor(options: &cli::DoctorOptions) -> ExitCode {
    let report = doctor::examine(options);
    print(&if options.json { report.json() } else { report.to_string() });
    ExitCode::from(report.exit_status())
}

/// Runs `carafe policy`.
fn policy(options: &cli::PolicyOptions) -> ExitCode {
    match policy_command::answer(options) {
        Ok(text) => print(&text),
        Err(e) => {
            eprintln!("carafe policy: {e}");
            ExitCode::FAILURE
        }
    }
}

fn print(text: &str) -> ExitCode {
    // It is not a failure if the reader is gone (`carafe --help | head`).
    let _ = std::io::stdout().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

/// Logs to standard error: the option's level, else `RUST_LOG`, else warnings.
fn start_log(level: Option<LevelFilter>) {
    // calloop warns about a source that is ready and was removed in the same turn; carafe does
    // that on purpose.
    let at = |level: LevelFilter| {
        Targets::new().with_default(level).with_target("calloop", level.min(LevelFilter::ERROR))
    };
    let from_env = || std::env::var("RUST_LOG").ok()?.parse::<Targets>().ok();
    log::start(level.map(at).or_else(from_env).unwrap_or_else(|| at(LevelFilter::WARN)));
}
