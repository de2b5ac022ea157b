//! As Exo, the host makes windows with their first buffer, and shows them on a shelf.

use serde_json::{Value, json};
use wayland_client::protocol::wl_seat::WlSeat;
use wayland_client::protocol::wl_shm::Format;
use wayland_client::protocol::wl_surface::WlSurface;

use crate::chromeos::{ZauraShell, ZauraSurface};
use crate::client::{Client, Place, memory};
use crate::rig::Rig;

fn fill(client: &mut Client, surface: &WlSurface) {
    let place = Place { offset: 0, width: 50, height: 50, stride: 200 };
    let file = memory(50 * 200, &[255]);
    let buffer = client.shm(&file, place, Format::Xrgb8888);
    client.show(surface, &buffer);
}

fn aura(client: &Client, surface: &WlSurface) -> ZauraSurface {
    client.bind::<ZauraShell>(65).get_aura_surface(surface, &client.handle(), ())
}

/// The item with a title.
fn item(rig: &mut Rig, title: &str) -> Value {
    let shelf = rig.ask("shelf");
    let mut items = shelf.as_array().expect("items").iter();
    items.find(|item| item["title"] == title).cloned().unwrap_or_else(|| panic!("{shelf}"))
}

#[test]
fn an_item_of_the_shelf() {
    let mut rig = Rig::new(&["--as=exo"]);
    rig.ask("app gimp wmclass=Gimp-2.10 startup");
    let mut client = rig.client();
    let cases = [
        ("org.chromium.guest_os.termina.wmclass.Gimp-2.10", "gimp", "gimp"),
        ("org.chromium.guest_os.termina.wayland.GIMP", "gimp", "gimp"),
        ("org.chromium.guest_os.termina.xid.7", "", "penguin"),
        ("gimp", "", "penguin"),
    ];
    for (id, item_id, icon) in cases {
        let (surface, toplevel) = client.window("plain");
        toplevel.set_title(id.to_owned());
        let aura = aura(&client, &surface);
        aura.set_application_id(Some(id.to_owned()));
        aura.set_frame(1);
        aura.set_frame_colors(0x11_22_33, 0x44_55_66);
        fill(&mut client, &surface);
        let item = item(&mut rig, id);
        assert_eq!(item["id"], id);
        let expected =
            if item_id.is_empty() { format!("crostini:{id}") } else { item_id.to_owned() };
        assert_eq!((&item["item"], &item["icon"]), (&json!(expected), &json!(icon)));
        assert_eq!(item["frame"], "normal");
        assert_eq!(item["colours"], json!(["ff112233", "ff445566"]));
        // Too late.
        aura.set_frame(0);
        client.sync();
        assert_eq!(rig.ask("shelf").as_array().expect("items").len(), 1);
        toplevel.destroy();
    }
}

#[test]
fn a_startup_id_comes_first() {
    let mut rig = Rig::new(&["--as=exo"]);
    rig.ask("app code startup");
    let mut client = rig.client();
    let (surface, toplevel) = client.window("plain");
    toplevel.set_title("editor".to_owned());
    aura(&client, &surface).set_startup_id(Some("code".to_owned()));
    fill(&mut client, &surface);
    assert_eq!(item(&mut rig, "editor")["item"], "code");
}

#[test]
fn a_child_without_an_id_is_a_menu() {
    let mut rig = Rig::new(&["--as=exo"]);
    let mut client = rig.client();
    client.bind::<WlSeat>(6).get_keyboard(&client.handle(), ());
    let (first, parent) = client.window("parent");
    parent.set_title("parent".to_owned());
    let (child_surface, child) = client.window("child");
    child.set_title("child".to_owned());
    // The parent shows nothing yet: this does not count.
    child.set_parent(Some(&parent));
    fill(&mut client, &child_surface);
    assert_eq!(item(&mut rig, "child")["parent"], Value::Null);
    fill(&mut client, &first);
    let (menu_surface, menu) = client.window("menu");
    menu.set_title("menu".to_owned());
    menu.set_parent(Some(&parent));
    aura(&client, &menu_surface).set_application_id(None);
    client.seen.events.clear();
    fill(&mut client, &menu_surface);
    let item = item(&mut rig, "menu");
    assert_eq!((&item["kind"], &item["can_activate"]), (&json!("menu"), &json!(false)));
    assert_eq!((&item["parent"], &item["item"]), (&json!("parent"), &Value::Null));
    assert_eq!(rig.ask("state")["focus"], "parent");
}

#[test]
fn a_popup_needs_a_parent_that_is_shown() {
    let rig = Rig::new(&["--as=exo"]);
    let mut client = rig.client();
    let (surface, _) = client.window("shown");
    fill(&mut client, &surface);
    client.popup((1, 1), (10, 10), false);
    client.sync();
    let (_surface, _) = client.window("configured");
    let refused = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        client.popup((1, 1), (10, 10), false);
    }));
    refused.expect_err("the parent shows nothing");
    let error = client.connection.protocol_error().expect("an error");
    assert_eq!((error.object_interface.as_str(), error.code), ("xdg_surface", 1));
}

#[test]
fn activation_needs_a_permission() {
    let mut rig = Rig::new(&["--as=exo"]);
    let mut client = rig.client();
    client.bind::<WlSeat>(6).get_keyboard(&client.handle(), ());
    let (first, _) = client.window("first");
    fill(&mut client, &first);
    let aura = aura(&client, &first);
    let (second, _) = client.window("second");
    fill(&mut client, &second);
    aura.activate();
    client.sync();
    assert_eq!(rig.ask("state")["focus"], "second");
    rig.ask("permit first");
    aura.activate();
    client.sync();
    assert_eq!(rig.ask("state")["focus"], "first");
}
