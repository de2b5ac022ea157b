//! Completion for bash.

use carafe::cli::commands::COMMANDS;
use carafe::cli::options::{OptionValue, Spec};

use crate::values::{Values, typed, values};

/// `COMP_WORDS` has `--option=value` as three words.
const SCRIPT: &str = r#"# bash completion for carafe. Made from its options by `make manual`.

_carafe() {
    local cur=${COMP_WORDS[COMP_CWORD]} n=1 option=
    COMPREPLY=()
    if [[ $cur == = ]]; then
        option=${COMP_WORDS[COMP_CWORD - 1]} cur=
    elif [[ ${COMP_WORDS[COMP_CWORD - 1]} == = ]]; then
        option=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    case $option in
@VALUES@    -*) return ;;
    esac
    if ((COMP_CWORD > 1)); then
        case ${COMP_WORDS[1]} in
@COMMANDS@        esac
    fi
    # Behind the program, its own completion goes on.
    while ((n < COMP_CWORD)); do
        case ${COMP_WORDS[n]} in
        -*) ((n++)); [[ ${COMP_WORDS[n]} == = ]] && ((n += 2)) ;;
        *)
            declare -F _command_offset > /dev/null && _command_offset "$n"
            return
            ;;
        esac
    done
    if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W '@OPTIONS@' -- "$cur"))
        [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2> /dev/null
    else
        COMPREPLY=($(compgen -W '@NAMES@' -- "$cur") $(compgen -c -- "$cur"))
    fi
    return 0
} &&
    complete -o default -F _carafe carafe
"#;

/// The script.
pub fn completion() -> String {
    let values = typed().filter_map(|spec| {
        let name = spec.name;
        Some(match values(spec)? {
            Values::Files => {
                format!("    --{name}) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n")
            }
            Values::Words(words) => {
                format!(
                    "    --{name}) COMPREPLY=($(compgen -W '{words}' -- \"$cur\")); return ;;\n"
                )
            }
            Values::Any => return None,
        })
    });
    let commands = COMMANDS.map(|command| {
        let options = names(command.options.iter());
        format!(
            "        {}) COMPREPLY=($(compgen -W '{options}' -- \"$cur\")); return ;;\n",
            command.name
        )
    });
    SCRIPT
        .replace("@VALUES@", &values.collect::<String>())
        .replace("@COMMANDS@", &commands.concat())
        .replace("@OPTIONS@", &names(typed()))
        .replace("@NAMES@", &COMMANDS.map(|command| command.name).join(" "))
}

/// `--help --socket=`.
fn names<'a>(options: impl Iterator<Item = &'a Spec>) -> String {
    let name = |spec: &Spec| {
        let equals = if matches!(spec.value, OptionValue::Required(_)) { "=" } else { "" };
        format!("--{}{equals}", spec.name)
    };
    options.map(name).collect::<Vec<_>>().join(" ")
}
