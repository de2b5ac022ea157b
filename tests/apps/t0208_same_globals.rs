//! wayland-info prints the same directly and through carafe, except for the globals that carafe
//! does not know, which its log names, and the versions that it raises.

use ::carafe::handlers::raised;
use ::carafe::protocol::Tables;

use crate::hosts::Host;
use crate::programs::app;
use crate::proxy::Carafe;

#[test]
fn clients_see_the_globals_of_sway() {
    same_globals(&Host::sway());
}

#[test]
fn clients_see_the_globals_of_weston() {
    same_globals(&Host::weston());
}

fn same_globals(host: &Host) {
    let carafe = Carafe::parent(host);
    let direct = info(host, host.display());
    let proxied = info(host, Carafe::DISPLAY);
    // The second client must not make the log longer.
    assert_eq!(proxied, info(host, Carafe::DISPLAY));

    let (log, tables) = (carafe.log(), Tables::get());
    let mut expected = Vec::new();
    let named = direct.iter().find(|block| block.interface == "zxdg_output_manager_v1");
    let output = named
        .and_then(|block| block.details.iter().find_map(|line| line.trim().strip_prefix("name: ")));
    let output = output.map(|name| format!("\tname: {}", name.trim_matches('\'')));
    for Block { interface, version, name, mut details } in direct {
        let said = log.matches(&format!("the host's {interface} (version {version})")).count();
        match tables.find(&interface) {
            Some(ours) => {
                assert_eq!(said, 0, "{interface} is offered, and the log says it is not:\n{log}");
                let version = version.min(tables.interface(ours).version);
                let raised = raised(&interface, version);
                if interface == "wl_output" && raised > version {
                    // What the host says of it by another global.
                    details.splice(..0, output.clone());
                }
                let version = raised;
                expected.push(Block { interface, version, name, details });
            }
            None => assert_eq!(said, 1, "how often the log names {interface}:\n{log}"),
        }
    }
    // What carafe makes of them: t0942 and t0990 are about that. (Sway has both itself.)
    let has = |name: &str| expected.iter().any(|block: &Block| block.interface == name);
    let made_up = ["wp_cursor_shape_manager_v1", "zwp_text_input_manager_v3"];
    let is_made_up = |name: &str| made_up.contains(&name) && !has(name);
    let proxied: Vec<_> =
        proxied.into_iter().filter(|block| !is_made_up(&block.interface)).collect();
    assert_eq!(proxied, expected);
    assert!(proxied.len() > 10, "only {} globals", proxied.len());
    assert_eq!(carafe.stop().clients, 2);
}

/// wayland-info's text about a global.
#[derive(Debug, PartialEq, Eq)]
struct Block {
    interface: String,
    version: u32,
    name: u32,
    /// What it learned by binding it: formats, modes, names.
    details: Vec<String>,
}

fn info(host: &Host, display: &str) -> Vec<Block> {
    let mut command = app(host, display, "wayland-info");
    let output = command.stdout(std::process::Stdio::piped()).output().expect("wayland-info");
    assert!(output.status.success(), "wayland-info: {}", output.status);
    let mut blocks: Vec<Block> = Vec::new();
    for line in String::from_utf8(output.stdout).expect("text").lines() {
        let Some(head) = line.strip_prefix("interface: '") else {
            blocks.last_mut().expect("a global first").details.push(line.to_owned());
            continue;
        };
        let (interface, rest) = head.split_once('\'').expect("a name");
        let number = |key: &str| {
            let (_, value) = rest.split_once(key).expect("a key");
            value.split(',').next().and_then(|n| n.trim().parse().ok()).expect("a number")
        };
        let (version, name) = (number("version:"), number("name:"));
        blocks.push(Block { interface: interface.into(), version, name, details: Vec::new() });
    }
    blocks
}
