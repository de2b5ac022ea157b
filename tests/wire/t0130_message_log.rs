//! The log of messages: live, after an error, and on SIGUSR1.
use carafe_fixture::process::wait_for;
use rustix::process::Signal;

use super::rig::*;

#[test]
fn both_sides_are_shown_with_their_own_ids() {
    let rig = Rig::with(&["--log-messages=client,host"]);
    let (mut client, mut host) = rig.client();
    client.send(&Message::new(DISPLAY, 0).uint(3));
    host.next();
    client.send(&Message::new(DISPLAY, 0).uint(4));
    host.next();
    for id in [3, 4] {
        host.send(&Message::new(DISPLAY, 1).uint(id));
        client.next();
    }
    client.send(&bind(COMPOSITOR, 3));
    host.next();
    client.send(&Message::new(3, 0).uint(4));
    host.next();
    let log = rig.log_with("->host wl_compositor#4.create_surface");
    for line in [
        "client-> wl_display#1.get_registry(new id wl_registry#2)",
        "host-> wl_registry#2.global(1, \"wl_compositor\", 6)",
        "->client wl_registry#2.global(1, \"wl_compositor\", 6)",
        "client-> wl_registry#2.bind(1, \"wl_compositor\", 6, new id wl_compositor#3)",
        "->host wl_registry#2.bind(1, \"wl_compositor\", 6, new id wl_compositor#4)",
        "client-> wl_compositor#3.create_surface(new id wl_surface#4)",
        "->host wl_compositor#4.create_surface(new id wl_surface#3)",
    ] {
        assert!(log.contains(line), "{line}\nis not in\n{log}");
    }
}

#[test]
fn one_side_alone() {
    let rig = Rig::with(&["--log-messages"]);
    let (_client, _host) = rig.client();
    let log = rig.log_with("client-> wl_display#1.get_registry");
    assert!(!log.contains("->host"), "{log}");
}

#[test]
fn the_last_messages_are_printed_when_a_session_ends_by_an_error() {
    let rig = Rig::new();
    let (mut client, mut host) = rig.client();
    client.send(&bind(COMPOSITOR, 3));
    host.next();
    client.send(&Message::new(3, 0).uint(4));
    host.next();
    for n in 0..100 {
        client.send(&Message::new(4, 2).uint(n).uint(0).uint(1).uint(1));
        host.next();
    }
    client.send(&Message::new(4, 1).uint(99).uint(0).uint(0));
    error(&mut client);
    let log = wait_for("the log", || Some(rig.log()).filter(|log| log.contains("attach")));
    assert!(log.contains("ended by client's error: invalid arguments for wl_surface#4.attach"));
    // The ring keeps the newest 64 messages.
    assert!(log.contains("client-> wl_surface#4.damage(99, 0, 1, 1)"), "{log}");
    assert!(log.contains("client-> wl_surface#4.attach(wl_buffer#99, 0, 0)"), "{log}");
    assert!(!log.contains("wl_surface#4.damage(30, 0, 1, 1)"), "{log}");
    assert_eq!(log.matches("client-> ").count(), 64);
}

#[test]
fn sigusr1_writes_the_messages_of_all_sessions_to_a_file() {
    let rig = Rig::new();
    let (mut one, mut host_of_one) = rig.client();
    let (_two, _host_of_two) = rig.client();
    sync(&mut one, &mut host_of_one, 3);
    let path = rig.runtime.join(&format!("carafe-messages-{}.log", rig.carafe.pid()));
    for round in 1..=2 {
        rig.carafe.signal(Signal::USR1);
        let text = wait_for("both sessions' messages", || {
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            (text.matches("session ").count() >= 2 * round).then_some(text)
        });
        assert!(text.contains("client-> wl_display#1.sync(new id wl_callback#3)"), "{text}");
        assert!(text.contains("->client wl_callback#3.done(7)"), "{text}");
        assert!(text.contains("2 requests, 8 events, 0 frames, 0 fds"), "{text}");
    }
    sync(&mut one, &mut host_of_one, 3);
}

/// A client with a keyboard (4) and a text input (6) gets the keys "pass" and a password; then it
/// makes a mistake. Returns its last messages and the file of SIGUSR1.
fn typed(options: &[&str]) -> (String, String) {
    let rig = Rig::with(options);
    let (mut client, mut host) = rig.client();
    let manager = Message::new(REGISTRY, 0).uint(9).string("zwp_text_input_manager_v3").uint(1);
    host.send(&manager);
    client.next();
    client.send(&bind(SEAT, 3));
    client.send(&Message::new(3, 1).uint(4));
    client.send(&bind((9, "zwp_text_input_manager_v3", 1), 5));
    client.send(&Message::new(5, 1).uint(6).uint(3));
    for _ in 0..4 {
        host.next();
    }
    for key in [25, 30, 31, 31] {
        host.send(&Message::new(4, 3).uint(1).uint(2).uint(key).uint(1));
        client.next();
    }
    host.send(&Message::new(6, 3).string("hunter2"));
    client.next();
    client.send(&Message::new(6, 3).string("around hunter2").uint(3).uint(3));
    host.next();
    rig.carafe.signal(Signal::USR1);
    let path = rig.runtime.join(&format!("carafe-messages-{}.log", rig.carafe.pid()));
    let dump = wait_for("recent messages", || {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        text.contains("set_surrounding_text").then_some(text)
    });
    client.send(&Message::new(DISPLAY, 99));
    error(&mut client);
    let log = wait_for("the log", || Some(rig.log()).filter(|log| log.contains("its last")));
    (log, dump)
}

#[test]
fn keys_and_texts_are_shown_only_on_request() {
    for options in [&[][..], &["--log-messages=client,host"]] {
        let (log, dump) = typed(options);
        for text in [log, dump] {
            assert!(!text.contains("hunter2"), "{text}");
            assert!(text.contains("wl_keyboard#4.key(1, 2, ***, 1)"), "{text}");
            assert!(text.contains("zwp_text_input_v3#6.commit_string(***)"), "{text}");
            assert!(text.contains("zwp_text_input_v3#6.set_surrounding_text(***, 3, 3)"), "{text}");
        }
    }
    for options in [&["--log-messages=secrets"][..], &["--log-messages=client,secrets"]] {
        let (log, dump) = typed(options);
        for text in [log, dump] {
            assert!(text.contains("wl_keyboard#4.key(1, 2, 30, 1)"), "{text}");
            assert!(text.contains("commit_string(\"hunter2\")"), "{text}");
        }
    }
}

#[test]
fn a_flood_of_mistakes_leaves_room_in_the_log() {
    let rig = Rig::new();
    for _ in 0..1500 {
        let (mut client, _host) = rig.connect();
        client.send(&Message::new(77, 0).string(&"A".repeat(400)));
        error(&mut client);
    }
    let log = rig.log();
    assert!((10_000..200_000).contains(&log.len()), "{} bytes", log.len());
    assert!(log.lines().all(|line| line.starts_with(" WARN ") || line.starts_with("  ")), "{log}");
    rig.carafe.signal(Signal::TERM);
    let said = || Some(rig.log()).filter(|log| log.contains("lines were left out"));
    wait_for("what is missing", said);
}

/// Lines of the log with one of these arrows, without their times.
fn lines(rig: &Rig, arrows: &[&str]) -> Vec<String> {
    let log = rig.log();
    let lines = log.lines().filter(|line| arrows.iter().any(|arrow| line.contains(arrow)));
    lines.filter_map(|line| Some(line.split_once(": ")?.1.to_owned())).collect()
}

#[test]
fn carafes_own_messages_are_logged_in_order() {
    // With a scale, carafe finds outputs through its own registry.
    let rig = Rig::start(&["--log-messages=host", "--scale=2"]);
    let (mut client, mut host) = rig.connect();
    client.send(&Message::new(DISPLAY, 1).uint(2));
    let own = host.next();
    assert_eq!((own.object, own.opcode), (DISPLAY, 1));
    let theirs = host.next();
    assert_eq!((theirs.object, theirs.opcode), (DISPLAY, 1));
    let (own, theirs) = (own.word(0), theirs.word(0));
    host.send(&Message::new(own, 0).uint(1).string("wl_output").uint(2));
    host.send(&Message::new(theirs, 0).uint(1).string("wl_output").uint(2));
    client.next();
    let bound = host.next();
    assert_eq!((bound.object, bound.opcode), (own, 0));
    let output = bound.word(6);
    host.send(&Message::new(output, 2));
    host.send(&Message::new(theirs, 1).uint(1));
    client.next();
    let crossed = [
        format!("->host wl_display#1.get_registry(new id wl_registry#{own})"),
        format!("->host wl_display#1.get_registry(new id wl_registry#{theirs})"),
        format!("host-> wl_registry#{own}.global(1, \"wl_output\", 2)"),
        format!("->host wl_registry#{own}.bind(1, \"wl_output\", 2, new id wl_output#{output})"),
        format!("host-> wl_registry#{theirs}.global(1, \"wl_output\", 2)"),
        format!("host-> wl_output#{output}.done()"),
        format!("host-> wl_registry#{theirs}.global_remove(1)"),
    ];
    rig.log_with("global_remove");
    assert_eq!(lines(&rig, &["->host", "host->"]), crossed);
}

#[test]
fn the_last_word_to_a_client_is_shown() {
    let rig = Rig::with(&["--log-messages=client"]);
    let (mut client, _host) = rig.client();
    client.send(&Message::new(DISPLAY, 77));
    error(&mut client);
    rig.log_with("->client wl_display#1.error");
    let last = lines(&rig, &["->client"]).pop().expect("a line");
    assert_eq!(
        last,
        "->client wl_display#1.error(object#1, 1, \"invalid method 77, object wl_display#1\")"
    );
}
