//! The window manager's properties (ICCCM, EWMH) are true.

use carafe_fixture::process::wait_for;
use x11rb::protocol::xproto::{AtomEnum, ConfigureWindowAux, ConnectionExt, StackMode};

use crate::client::New;
use crate::stage::Stage;

#[test]
fn lists_of_windows_tell_what_is_mapped_and_in_what_order() {
    let mut stage = Stage::new();
    let client = stage.client();
    let root = client.root;
    let list = |name: &str| client.numbers(root, name);
    let windows = ["one", "two", "three"].map(|name| {
        let window = client.show(&New::named(name, 0xff_00_00));
        stage.host().wait_for_window(name);
        window
    });
    let [one, two, three] = windows;
    wait_for("all in the list", || (list("_NET_CLIENT_LIST") == windows).then_some(()));
    let stacked = |expected: &[u32]| {
        wait_for(&format!("{expected:?} in this order"), || {
            (list("_NET_CLIENT_LIST_STACKING") == expected).then_some(())
        });
    };
    stacked(&[one, two, three]);
    // Who gets the keyboard is raised, once more.
    wait_for("the active window", || (list("_NET_ACTIVE_WINDOW") == [three]).then_some(()));
    client.configure(one, &ConfigureWindowAux::new().stack_mode(StackMode::ABOVE));
    stacked(&[two, three, one]);
    client.configure(three, &ConfigureWindowAux::new().stack_mode(StackMode::BELOW));
    stacked(&[three, two, one]);
    // The window that the host activates is on top in X too.
    stage.host().ask("focus two").unwrap();
    stacked(&[three, one, two]);
    wait_for("the active window", || (list("_NET_ACTIVE_WINDOW") == [two]).then_some(()));
    assert_eq!(list("_NET_CLIENT_LIST"), windows, "in the order of mapping");
    // Popups are not managed.
    client.show(&New::popup(0x00_00_ff, (10, 10), (20, 20)));
    client.unmap(two);
    wait_for("two windows", || (list("_NET_CLIENT_LIST") == [one, three]).then_some(()));
    let mut stacked = list("_NET_CLIENT_LIST_STACKING");
    stacked.sort_unstable();
    assert_eq!(stacked, [one, three], "the host chooses which is on top");
    stage.end();
}

#[test]
fn a_windows_properties_are_written_from_map_to_withdrawal() {
    let mut stage = Stage::new();
    let client = stage.client();
    let window = client.show(&New::named("main", 0xff_00_00));
    stage.host().wait_for_window("main");
    wait_for("WM_STATE", || (client.numbers(window, "WM_STATE") == [1, 0]).then_some(()));
    assert_eq!(client.numbers(window, "_NET_FRAME_EXTENTS"), [0, 0, 0, 0]);
    assert_eq!(client.numbers(window, "_NET_WM_DESKTOP"), [0]);
    client.unmap(window);
    wait_for("the end", || stage.host().windows().ok()?.is_empty().then_some(()));
    wait_for("WM_STATE", || (client.numbers(window, "WM_STATE") == [0, 0]).then_some(()));
    // carafe first asks the X server what the client has made of its states.
    wait_for("no states", || client.numbers(window, "_NET_WM_STATE").is_empty().then_some(()));
    wait_for("no desktop", || client.numbers(window, "_NET_WM_DESKTOP").is_empty().then_some(()));
    // Before a window is mapped, programs ask how thick its frame will be.
    let next = client.create(&New::named("next", 0xff_00_00));
    client.ask(next, "_NET_REQUEST_FRAME_EXTENTS", [0; 5]);
    wait_for("its frame", || {
        (client.numbers(next, "_NET_FRAME_EXTENTS") == [0, 0, 0, 0]).then_some(())
    });
    stage.end();
}

#[test]
fn everything_in_net_supported_is_supported() {
    let mut stage = Stage::new();
    let client = stage.client();
    let check = client.numbers(client.root, "_NET_SUPPORTING_WM_CHECK");
    assert_eq!(client.numbers(check[0], "_NET_SUPPORTING_WM_CHECK"), check);
    // Toolkits use windows with alpha if the second one has an owner.
    for selection in ["WM_S0", "_NET_WM_CM_S0"] {
        let owner = client.x.get_selection_owner(client.atom(selection)).unwrap().reply().unwrap();
        assert_eq!(owner.owner, check[0], "the owner of {selection}");
    }
    for (property, wanted) in [
        ("_NET_NUMBER_OF_DESKTOPS", &[1][..]),
        ("_NET_CURRENT_DESKTOP", &[0]),
        ("_NET_DESKTOP_VIEWPORT", &[0, 0]),
        ("_NET_DESKTOP_GEOMETRY", &[1024, 768]),
        ("_NET_WORKAREA", &[0, 0, 1024, 768]),
        ("_NET_CLIENT_LIST", &[]),
        ("_NET_CLIENT_LIST_STACKING", &[]),
        ("_NET_ACTIVE_WINDOW", &[0]),
    ] {
        assert_eq!(client.numbers(client.root, property), wanted, "{property}");
    }
    let supported = client.numbers(client.root, "_NET_SUPPORTED");
    for name in
        ["_NET_CLIENT_LIST", "_NET_WM_STATE_FULLSCREEN", "_NET_WM_MOVERESIZE", "_NET_WORKAREA"]
    {
        assert!(supported.contains(&client.atom(name)), "{name}");
    }
    // If _NET_WM_FRAME_DRAWN were supported, GTK would wait for it before each frame.
    for name in ["_NET_WM_FRAME_DRAWN", "_NET_WM_FULLSCREEN_MONITORS", "_NET_SHOWING_DESKTOP"] {
        assert!(!supported.contains(&client.atom(name)), "{name}");
    }
    // Each supported state can be set and removed, by the client or by the host.
    let window = client.show(&New::named("main", 0xff_00_00));
    stage.host().wait_for_window("main");
    for state in ["above", "below", "skip_taskbar", "skip_pager", "modal", "fullscreen"] {
        let name = format!("_NET_WM_STATE_{}", state.to_uppercase());
        let atom = client.atom(&name);
        assert!(supported.contains(&atom), "{name}");
        let has = || client.states(window).iter().any(|held| held == state);
        for (action, held) in [(1, true), (0, false), (2, true), (2, false)] {
            client.ask(window, "_NET_WM_STATE", [action, atom, 0, 1, 0]);
            wait_for(&format!("{name} {held}"), || (has() == held).then_some(()));
        }
    }
    stage.end();
}

#[test]
fn each_model_of_focus_gets_the_keyboard_its_way() {
    // `WM_HINTS.input` and WM_TAKE_FOCUS; the X server's focus, and the message (ICCCM 4.1.7).
    let models = [
        ("passive", true, false, true, false),
        ("local", true, true, true, true),
        ("global", false, true, false, true),
        ("none", false, false, false, false),
    ];
    let mut stage = Stage::new();
    let mut client = stage.client();
    for (name, input, take, gets_focus, gets_message) in models {
        let window = client.create(&New::named(name, 0xff_00_00));
        let hints = [1, u32::from(input), 1, 0, 0, 0, 0, 0, 0];
        client.set_numbers(window, "WM_HINTS", "WM_HINTS", &hints);
        if take {
            let take = client.atom("WM_TAKE_FOCUS");
            client.set_numbers(window, "WM_PROTOCOLS", "ATOM", &[take]);
        }
        client.map(window);
        stage.host().wait_for_window(name);
        let active = || client.numbers(client.root, "_NET_ACTIVE_WINDOW");
        wait_for(&format!("{name} to be active"), || (active() == [window]).then_some(()));
        let focus = client.x.get_input_focus().unwrap().reply().unwrap().focus;
        assert_eq!(focus == window, gets_focus, "{name}");
        if gets_message {
            let data = client.wait_for_message(window, "WM_TAKE_FOCUS");
            assert_ne!(data[1], 0, "{name}: a time, not CurrentTime");
        }
    }
    stage.end();
}

#[test]
fn titles_of_all_kinds_reach_the_host() {
    let mut stage = Stage::new();
    let client = stage.client();
    let window = client.show(&New::named("main", 0xff_00_00));
    stage.host().wait_for_window("main");
    let mut title = |expected: &str| {
        wait_for(expected, || {
            let window = stage.host().wait_for_window("main");
            (window.all["title"] == expected).then_some(())
        });
    };
    // Latin-1, as `STRING` is.
    client.set_bytes(window, AtomEnum::WM_NAME.into(), AtomEnum::STRING.into(), b"caf\xe9");
    title("café");
    let utf8 = client.atom("UTF8_STRING");
    let name = client.atom("_NET_WM_NAME");
    client.set_bytes(window, name, utf8, "日本 café".as_bytes());
    title("日本 café");
    client.set_bytes(window, name, utf8, b"bad \xff bytes");
    title("bad \u{fffd} bytes");
    stage.end();
}
