//! ChromeOS's compositor as the host: what carafe needs of it may be missing.
use crate::machine::Machine;

#[test]
fn it_is_whole() {
    let found = Machine::with_host(&["--as=exo"]).examine();
    found.is(&[]).says("chromeos", "the host is ChromeOS", "");
}

#[test]
fn it_lacks_something_or_the_policy_forbids_it() {
    let found = Machine::with_host(&["--as=exo", "--without=zcr_keyboard_extension_v1"]).examine();
    found.is(&["warning chromeos"]);
    found.says(
        "chromeos",
        "offers no zcr_keyboard_extension_v1: ChromeOS takes",
        "update ChromeOS",
    );
    let machine = Machine::with_host(&["--as=exo"]).option("--deny-globals=zaura_shell");
    let found = machine.examine();
    found.is(&["warning chromeos"]).says(
        "chromeos",
        "the policy forbids zaura_shell",
        "--deny-globals",
    );
    let machine = Machine::with_host(&["--as=exo"]).option("--max-versions=zaura_shell=10");
    let found = machine.examine();
    found.is(&["warning chromeos"]);
    found.says("chromeos", "version 10 of at least 38", "--max-versions");
}
