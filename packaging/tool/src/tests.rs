//! The manual and the completions, and that the committed files are up to date.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::process::Command;

use super::*;

fn committed() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../manual"))
}

#[test]
fn the_committed_files_match_the_options() {
    for (name, text) in files() {
        let found = fs::read_to_string(committed().join(name)).unwrap_or_default();
        assert!(found == text, "{name} does not match the options: run `make manual`");
    }
}

/// What bash offers for the last of these words.
fn bash_offers(words: &[&str]) -> Vec<String> {
    let script = "source \"$0\"; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _carafe; \
                  printf '%s\\n' \"${COMPREPLY[@]}\"";
    let output = Command::new("bash")
        .args(["-c", script])
        .arg(committed().join("carafe.bash"))
        .args(words)
        .output()
        .expect("bash");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[test]
fn bash_completes() {
    assert_eq!(bash_offers(&["carafe", "--sock"]), ["--socket="]);
    assert_eq!(bash_offers(&["carafe", "--log-level", "=", "w"]), ["warn"]);
    assert_eq!(bash_offers(&["carafe", "--log-level", "="]).len(), 6);
    assert_eq!(bash_offers(&["carafe", "--drm-device", "=", "/dev/nul"]), ["/dev/null"]);
    assert_eq!(bash_offers(&["carafe", "stats", "--s"]), ["--socket=", "--seconds="]);
    assert_eq!(bash_offers(&["carafe", "doctor", "--j"]), ["--json"]);
    assert!(bash_offers(&["carafe", "docto"]).contains(&"doctor".to_owned()));
    assert!(bash_offers(&["carafe", "--parent", "bas"]).contains(&"bash".to_owned()));
    // Words after a program belong to the program.
    assert_eq!(bash_offers(&["carafe", "nonesuch", "--so"]), Vec::<String>::new());
}

#[test]
fn the_page_names_all_options_and_variables() {
    let page = man::page().replace("\\-", "-");
    for spec in values::typed() {
        assert!(page.contains(&format!("--{}", spec.name)), "{}", spec.name);
    }
    for word in ["SOMMELIER_DISPLAY", "XDG_RUNTIME_DIR", "carafe-messages-PID.log", "SIGUSR1"] {
        assert!(page.contains(word), "{word}");
    }
}

#[test]
fn licences_of_linked_crates_and_no_others() {
    let dir = std::env::temp_dir().join(format!("carafe-licences-{}", std::process::id()));
    licences::write(&dir).unwrap();
    let text = fs::read_to_string(&dir).unwrap();
    fs::remove_file(&dir).unwrap();
    for name in ["rustix", "wayland-backend", "calloop"] {
        assert!(text.lines().any(|line| line.starts_with(&format!("{name} "))), "{name}");
    }
    for name in ["smithay", "proptest", "criterion"] {
        assert!(!text.lines().any(|line| line.starts_with(&format!("{name} "))), "{name}");
    }
}
