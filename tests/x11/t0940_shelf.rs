//! On ChromeOS's compositor: which item of the shelf an X11 window has, whether it can get the
//! keyboard, and its frame.

use carafe_fixture::process::wait_for;
use serde_json::{Value, json};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    AtomEnum, ColormapAlloc, ConnectionExt, CreateWindowAux, WindowClass,
};

use crate::client::{Client, New};
use crate::stage::Stage;

/// The row of the shelf with this title.
fn row(stage: &mut Stage, title: &str) -> Value {
    wait_for(&format!("{title} on the shelf"), || {
        let shelf = stage.host().ask("shelf").ok()?;
        shelf.as_array()?.iter().find(|row| row["title"] == title).cloned()
    })
}

/// A window with a title and, if it is not empty, a class.
fn window(client: &Client, title: &'static str, class: &str) -> u32 {
    let window = client.create(&New::named(title, 0x40_40_a0));
    if class.is_empty() {
        client.x.delete_property(window, AtomEnum::WM_CLASS.into()).unwrap();
    } else {
        client.set_text(window, AtomEnum::WM_CLASS.into(), &format!("instance\0{class}\0"));
    }
    window
}

fn id(name: &str) -> Value {
    json!(format!("org.chromium.guest_os.termina.{name}"))
}

#[test]
fn each_window_has_the_item_of_its_program() {
    let mut stage = Stage::exo(&[]);
    stage.host().ask("app gimp wmclass=Gimp-2.10").unwrap();
    let client = stage.client();
    let one = window(&client, "one", "Gimp-2.10");
    client.map(one);
    let row_of_one = row(&mut stage, "one");
    assert_eq!(row_of_one["id"], id("wmclass.Gimp-2.10"));
    assert_eq!((&row_of_one["item"], &row_of_one["icon"]), (&json!("gimp"), &json!("gimp")));
    assert_eq!(row_of_one["late"], json!([]));
    client.map(window(&client, "two", "Xyz"));
    let row_of_two = row(&mut stage, "two");
    assert_eq!((&row_of_two["id"], &row_of_two["icon"]), (&id("wmclass.Xyz"), &json!("penguin")));
    // One without a class, with a leader and without.
    let three = window(&client, "three", "");
    client.set_numbers(three, "WM_CLIENT_LEADER", "WINDOW", &[one]);
    client.map(three);
    assert_eq!(row(&mut stage, "three")["id"], id(&format!("wmclientleader.{one}")));
    let four = window(&client, "four", "");
    client.map(four);
    assert_eq!(row(&mut stage, "four")["id"], id(&format!("xid.{four}")));
    // It learns its class late.
    client.set_text(four, AtomEnum::WM_CLASS.into(), "x\0Gimp-2.10\0");
    wait_for("its program", || (row(&mut stage, "four")["item"] == "gimp").then_some(()));
    stage.end();
}

#[test]
fn an_id_of_any_length_and_kind_hurts_nobody() {
    let mut stage = Stage::exo(&[]);
    let client = stage.client();
    let long = window(&client, "long", &format!("\u{1}\n{}", "x".repeat(100_000)));
    client.map(long);
    let id = row(&mut stage, "long")["id"].as_str().map(str::to_owned).unwrap();
    assert!(id.starts_with("org.chromium.guest_os.termina.w"), "{id:.99}");
    assert!(id.len() < 4096 && !id.chars().any(char::is_control), "{id:.99}");
    // Others have theirs.
    client.map(window(&client, "short", "Short"));
    assert_eq!(row(&mut stage, "short")["id"], self::id("wmclass.Short"));
    stage.end();
}

#[test]
fn the_users_options_decide() {
    let options = ["--vm-identifier=penguin", "--application-id-x11-property=GAME_NUMBER"];
    let mut stage = Stage::exo(&options);
    let client = stage.client();
    let game = window(&client, "game", "Game");
    client.set_numbers(game, "GAME_NUMBER", "CARDINAL", &[42]);
    client.map(game);
    assert_eq!(row(&mut stage, "game")["id"], "org.chromium.guest_os.penguin.xprop.42");
    client.map(window(&client, "other", "Other"));
    assert_eq!(row(&mut stage, "other")["id"], "org.chromium.guest_os.penguin.wmclass.Other");
    stage.end();
    let mut stage = Stage::exo(&["--application-id=one", "--fullscreen-mode=plain"]);
    let client = stage.client();
    client.map(window(&client, "game", "Game"));
    let row = row(&mut stage, "game");
    assert_eq!((&row["id"], &row["fullscreen_mode"]), (&json!("one"), &json!("plain")));
    stage.end();
}

#[test]
fn a_dialog_can_get_the_keyboard() {
    let mut stage = Stage::exo(&[]);
    let client = stage.client();
    let main = window(&client, "main", "App");
    client.map(main);
    row(&mut stage, "main");
    let dialog = window(&client, "dialog", "");
    client.set_numbers(dialog, "WM_TRANSIENT_FOR", "WINDOW", &[main]);
    client.map(dialog);
    let row = row(&mut stage, "dialog");
    assert_eq!((&row["kind"], &row["can_activate"]), (&json!("window"), &json!(true)), "{row}");
    assert_eq!(row["parent"], "main");
    let own = json!(dialog.to_string());
    wait_for("the keyboard", || (stage.host().ask("state").unwrap()["focus"] == own).then_some(()));
    stage.end();
}

#[test]
fn a_notification_is_no_window() {
    let mut stage = Stage::exo(&[]);
    let client = stage.client();
    let in_x = window(&client, "main", "main");
    client.map(in_x);
    let main = stage.host().wait_for_window("main");
    wait_for("the keyboard", || {
        (stage.host().ask("state").unwrap()["focus"] == "main").then_some(())
    });
    let other = stage.client();
    let notice = other.create(&New {
        place: (20, 10),
        override_redirect: true,
        ..New::named("notice", 0xff)
    });
    let kind = other.atom("_NET_WM_WINDOW_TYPE_NOTIFICATION");
    other.set_numbers(notice, "_NET_WM_WINDOW_TYPE", "ATOM", &[kind]);
    other.map(notice);
    let row = row(&mut stage, "notice");
    assert_eq!((&row["id"], &row["item"]), (&Value::Null, &Value::Null));
    assert_eq!((&row["kind"], &row["can_activate"]), (&json!("menu"), &json!(false)), "{row}");
    assert_eq!((&row["parent"], &row["frame"]), (&json!("main"), &json!("shadow")));
    assert_eq!(stage.host().ask("state").unwrap()["focus"], "main");
    // Where its program put it, as X sees both.
    let windows = stage.host().windows().unwrap();
    let notice = windows.iter().find(|window| window.title == "notice").unwrap();
    let [x, y, ..] = notice.geometry;
    let in_x = client.geometry(in_x);
    let expected =
        [main.geometry[0] + i64::from(20 - in_x[0]), main.geometry[1] + i64::from(10 - in_x[1])];
    assert_eq!([x, y], expected);
    stage.end();
}

#[test]
fn a_program_is_known_by_its_startup_id() {
    let mut stage = Stage::exo(&[]);
    stage.host().ask("app code startup").unwrap();
    let client = stage.client();
    let leader = client.create(&New::named("leader", 0));
    client.set_text(leader, client.atom("_NET_STARTUP_ID"), "code");
    let editor = window(&client, "editor", "Electron");
    client.set_numbers(editor, "WM_CLIENT_LEADER", "WINDOW", &[leader]);
    client.map(editor);
    let row = row(&mut stage, "editor");
    assert_eq!((&row["startup_id"], &row["item"]), (&json!("code"), &json!("code")));
    stage.end();
}

#[test]
fn frames_are_as_the_window_wants() {
    let mut stage = Stage::exo(&["--frame-color=#102030"]);
    let client = stage.client();
    client.map(window(&client, "framed", "App"));
    let colours = |light: &str| json!([light, light]);
    let framed = row(&mut stage, "framed");
    assert_eq!((&framed["frame"], &framed["colours"]), (&json!("normal"), &colours("ff102030")));
    let bare = window(&client, "bare", "App");
    client.set_numbers(bare, "_MOTIF_WM_HINTS", "_MOTIF_WM_HINTS", &[2, 0, 0, 0, 0]);
    client.set_text(bare, client.atom("_GTK_THEME_VARIANT"), "dark");
    client.map(bare);
    let bare = row(&mut stage, "bare");
    assert_eq!((&bare["frame"], &bare["colours"]), (&json!("shadow"), &colours("ff323639")));
    let glass = with_alpha(&client, "glass");
    client.set_numbers(glass, "_MOTIF_WM_HINTS", "_MOTIF_WM_HINTS", &[2, 0, 0, 0, 0]);
    client.map(glass);
    assert_eq!(row(&mut stage, "glass")["frame"], "none");
    let above = window(&client, "above", "App");
    client.set_numbers(above, "_NET_WM_STATE", "ATOM", &[client.atom("_NET_WM_STATE_ABOVE")]);
    client.map(above);
    assert_eq!(row(&mut stage, "above")["more"], json!({"z order": "1"}));
    stage.end();
}

/// A window with an alpha channel.
fn with_alpha(client: &Client, name: &str) -> u32 {
    let depths = &client.x.setup().roots[0].allowed_depths;
    let depth = depths.iter().find(|depth| depth.depth == 32).expect("a depth with alpha");
    let visual = depth.visuals[0].visual_id;
    let (id, map) = (client.x.generate_id().unwrap(), client.x.generate_id().unwrap());
    client.x.create_colormap(ColormapAlloc::NONE, map, client.root, visual).unwrap();
    let values =
        CreateWindowAux::new().background_pixel(0x80_00_00_80).border_pixel(0).colormap(map);
    let class = WindowClass::INPUT_OUTPUT;
    client.x.create_window(32, id, client.root, 0, 0, 100, 80, 0, class, visual, &values).unwrap();
    client.set_text(id, AtomEnum::WM_NAME.into(), name);
    id
}
