//! Which targets of its clipboard a program asks to keep (`SAVE_TARGETS`).

use carafe_fixture::process::wait_for;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::ConnectionExt;

use crate::client::{Client, New};
use crate::owner::{Form, Owner};
use crate::stage::Stage;

/// Asks to keep some targets of the clipboard; all if none is named.
fn save(client: &mut Client, forms: &[&str]) {
    let window = client.create(&New::named("saves", 0));
    let [manager, target, property] =
        ["CLIPBOARD_MANAGER", "SAVE_TARGETS", "SAVED"].map(|name| client.atom(name));
    let atoms: Vec<u32> = forms.iter().map(|name| client.atom(name)).collect();
    client.set_numbers(window, "SAVED", "ATOM", &atoms);
    client.x.convert_selection(window, manager, target, property, 0u32).unwrap();
    client.x.flush().unwrap();
    let given = client.wait("an answer", |event| match event {
        Event::SelectionNotify(event) if event.target == target => Some(event.property),
        _ => None,
    });
    assert_eq!(given, property);
}

/// The types of the host's clipboard.
fn types(stage: &mut Stage) -> Vec<String> {
    let state = stage.host().ask("state").unwrap();
    let types = state["selection"].as_array().unwrap().iter();
    let types = types.map(|name| name.as_str().unwrap().to_owned());
    types.filter(|name| !name.contains("carafe")).collect()
}

fn kept(forms: Vec<Form>, wanted: &[&str]) -> Vec<String> {
    let mut stage = Stage::new();
    let owner = Owner::new(&stage.carafe, forms.clone());
    wait_for("the owner's", || (types(&mut stage).len() >= forms.len()).then_some(()));
    let all = types(&mut stage);
    let mut client = stage.client();
    save(&mut client, wanted);
    drop(owner);
    // The kept selection is another source, with other types or in another order.
    let kept = wait_for("what is kept", || {
        Some(types(&mut stage)).filter(|now| !now.is_empty() && *now != all)
    });
    stage.host().ask("selection set text/plain end").unwrap();
    stage.end();
    kept
}

#[test]
fn the_named_types_are_kept() {
    let forms = vec![
        ("image/png", "image/png", b"png".as_slice()),
        ("text/html", "text/html", b"html"),
        ("UTF8_STRING", "UTF8_STRING", b"text"),
        ("x-special/gnome-copied-files", "x-special/gnome-copied-files", b"copy\n"),
    ];
    let kept = kept(forms, &["UTF8_STRING", "image/png"]);
    assert_eq!(kept, ["text/plain;charset=utf-8", "text/plain", "image/png"]);
}

#[test]
fn text_is_kept_though_there_is_much_else() {
    let names = (0..40).map(|n| &*Box::leak(format!("application/x-{n}").into_boxed_str()));
    let mut forms: Vec<Form> = names.map(|name| (name, name, b"other".as_slice())).collect();
    forms.push(("UTF8_STRING", "UTF8_STRING", b"text"));
    let kept = kept(forms, &[]);
    assert_eq!(kept[..2], ["text/plain;charset=utf-8", "text/plain"]);
    assert!(kept.len() > 8 && kept.len() < 40, "{kept:?}");
}
