//! Globals that are for the host's own shell.
use super::rig::*;

fn global(name: u32, interface: &str) -> Message {
    Message::new(REGISTRY, 0).uint(name).string(interface).uint(1)
}

#[test]
fn what_is_for_the_hosts_shell_is_shown_only_by_name() {
    let of_shell = ["zaura_shell", "zcr_cursor_shapes_v1", "zcr_remote_shell_v2"];
    let shown = |options: &[&str]| {
        let rig = Rig::with(&[&["--log-level=info"], options].concat());
        for _ in 0..2 {
            let (mut client, mut host) = rig.client();
            for (name, interface) in (10..).zip(of_shell) {
                host.send(&global(name, interface));
            }
            host.send(&global(20, "zcr_text_input_extension_v1"));
            let shown: Vec<String> = std::iter::from_fn(|| Some(client.next().text(1)))
                .take_while(|interface| interface != "zcr_text_input_extension_v1")
                .collect();
            client.send(&bind((10, "zaura_shell", 1), 3));
            if shown.iter().any(|interface| interface == "zaura_shell") {
                assert_eq!(host.next(), bind((10, "zaura_shell", 1), 3));
            } else {
                let text = "invalid global zaura_shell (10)".to_owned();
                assert_eq!(error(&mut client), (REGISTRY, 0, text));
            }
            if options.is_empty() {
                assert_eq!(shown, [""; 0]);
                let said = "for the host's own shell: zaura_shell, zcr_cursor_shapes_v1, \
                            zcr_remote_shell_v2; --allow-privileged";
                let log = rig.log_with(said);
                assert_eq!(log.matches(said).count(), 1, "{log}");
            } else {
                assert!(shown.contains(&"zaura_shell".to_owned()), "{options:?}: {shown:?}");
            }
        }
    };
    shown(&[]);
    shown(&["--allow-privileged=zaura_shell"]);
    shown(&["--allow-privileged=all"]);
}
