//! Completion for zsh.

use std::fmt::Write;

use carafe::cli::commands::COMMANDS;
use carafe::cli::options::{OptionValue, Spec};

use crate::values::{Values, typed, values};

/// The script.
pub fn completion() -> String {
    let mut text = String::from(
        "#compdef carafe\n# Made from carafe's options by `make manual`.\n\n\
         _carafe_programs() {\n    local -a commands=(\n",
    );
    for command in COMMANDS {
        let _ = writeln!(text, "        '{}:{}'", command.name, quoted(command.summary));
    }
    text.push_str("    )\n    _describe command commands\n    _command_names -e\n}\n\n");
    text.push_str("_carafe() {\n    local word=${words[2]}\n");
    text.push_str("    if ((CURRENT > 2)); then\n        case $word in\n");
    for command in COMMANDS {
        let _ = writeln!(text, "        {})", command.name);
        let shift = "            shift words\n            ((CURRENT--))\n";
        let _ = write!(text, "{shift}            _arguments -S");
        arguments(&mut text, command.options.iter(), "                ");
        text.push_str("\n            return\n            ;;\n");
    }
    text.push_str("        esac\n    fi\n    _arguments -S");
    arguments(&mut text, typed(), "        ");
    text.push_str(" \\\n        '(-)1:program:_carafe_programs' \\\n");
    text.push_str("        '*::arguments:_normal'\n}\n\n_carafe \"$@\"\n");
    text
}

/// One line for each, continued from the last.
fn arguments<'a>(text: &mut String, options: impl Iterator<Item = &'a Spec>, indent: &str) {
    for spec in options {
        let equals = match spec.value {
            OptionValue::None => "",
            OptionValue::Required(_) | OptionValue::Optional(_) => "=",
        };
        let (OptionValue::Required(form) | OptionValue::Optional(form)) = spec.value else {
            let _ = write!(text, " \\\n{indent}'--{}[{}]'", spec.name, quoted(spec.help));
            continue;
        };
        let colon = if matches!(spec.value, OptionValue::Optional(_)) { "::" } else { ":" };
        let action = match values(spec) {
            Some(Values::Files) => "_files".to_owned(),
            Some(Values::Words(words)) => format!("({words})"),
            Some(Values::Any) | None => " ".to_owned(),
        };
        let (name, about) = (spec.name, quoted(spec.help));
        let _ = write!(text, " \\\n{indent}'--{name}{equals}[{about}]{colon}{form}:{action}'");
    }
}

/// Inside single quotes and brackets.
fn quoted(text: &str) -> String {
    text.replace('\'', "'\\''").replace(['[', ']'], "").replace(':', "\\:")
}
