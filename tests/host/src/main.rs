//! `carafe-host`: a compositor without a screen, which tests control and inspect.

mod aura;
mod clients;
mod commands;
mod compose;
mod compositor;
mod content;
mod control_socket;
mod counters;
mod decorations;
mod dmabuf;
mod exo;
mod explicit_sync;
mod fixes;
mod focus;
mod foreign_toplevels;
mod formats;
mod frames;
mod globals;
mod host;
mod input;
mod layer_shell;
mod memory;
mod options;
mod output;
mod picture;
mod report;
mod scene;
mod seat;
mod selection;
mod shm;
mod small;
mod surface;
mod tablet;
mod text_input;
mod xdg_objects;
mod xdg_shell;

use std::process::ExitCode;

use options::{HELP, Options};

fn main() -> ExitCode {
    let options = match Options::parse(lexopt::Parser::from_env()) {
        Ok(Some(options)) => options,
        Ok(None) => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("carafe-host: {error} (see --help)");
            return ExitCode::from(2);
        }
    };
    match host::run(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("carafe-host: {error}");
            ExitCode::FAILURE
        }
    }
}
