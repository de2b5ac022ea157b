//! What packages hold besides the program: the manual page, completions for shells, and
//! the licences of all that is linked into it.

mod bash;
mod fish;
mod licences;
mod man;
mod values;
mod zsh;

#[cfg(test)]
mod tests;

use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "\
usage: carafe-packaging manual FOLDER     write the manual page and completions
       carafe-packaging licences FILE     write the licences of all dependencies";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["manual", folder] => write(Path::new(folder)),
        ["licences", file] => licences::write(Path::new(file)),
        _ => Err(io::Error::other(USAGE)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("{e}");
            ExitCode::FAILURE
        }
    }
}

/// All files, by the names that packages give them.
fn files() -> [(&'static str, String); 4] {
    [
        ("carafe.1", man::page()),
        ("carafe.bash", bash::completion()),
        ("_carafe", zsh::completion()),
        ("carafe.fish", fish::completion()),
    ]
}

fn write(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for (name, text) in files() {
        fs::write(folder.join(name), text)?;
    }
    Ok(())
}
