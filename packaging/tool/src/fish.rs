//! Completion for fish.

use std::fmt::Write;

use carafe::cli::commands::COMMANDS;
use carafe::cli::options::{OptionValue, Spec};

use crate::values::{Values, typed, values};

/// The script.
pub fn completion() -> String {
    let mut text =
        String::from("# fish completion for carafe. Made from its options by `make manual`.\n\n");
    let names = COMMANDS.map(|command| command.name).join(" ");
    let serves = format!("not __fish_seen_subcommand_from {names}");
    for command in COMMANDS {
        let _ = writeln!(
            text,
            "complete -c carafe -n __fish_use_subcommand -a {} -d '{}'",
            command.name,
            quoted(command.summary)
        );
    }
    let _ = writeln!(text, "complete -c carafe -n '{serves}' -x -a '(__fish_complete_subcommand)'");
    for spec in typed() {
        option(&mut text, &serves, spec);
    }
    for command in COMMANDS {
        let name = command.name;
        let _ = writeln!(text, "complete -c carafe -n '__fish_seen_subcommand_from {name}' -f");
        for spec in command.options {
            option(&mut text, &format!("__fish_seen_subcommand_from {name}"), spec);
        }
    }
    text
}

fn option(text: &mut String, when: &str, spec: &Spec) {
    let letters: String = (spec.letters.iter().filter(|letter| letter.is_alphabetic()))
        .map(|letter| format!(" -s {letter}"))
        .collect();
    let value = match (spec.value, values(spec)) {
        (OptionValue::None, _) | (_, None) => String::new(),
        (_, Some(Values::Words(words))) => format!(" -x -a '{words}'"),
        (OptionValue::Optional(_), _) => String::new(),
        (_, Some(Values::Files)) => " -r -F".to_owned(),
        (_, Some(Values::Any)) => " -x".to_owned(),
    };
    let (name, about) = (spec.name, quoted(spec.help));
    let _ = writeln!(text, "complete -c carafe -n '{when}'{letters} -l {name}{value} -d '{about}'");
}

/// Inside single quotes.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\'', "\\'")
}
