//! X resources and XSETTINGS that other programs also set.

use carafe_fixture::process::wait_for;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    AtomEnum, ConnectionExt, CreateWindowAux, EventMask, PropMode, WindowClass,
};
use x11rb::wrapper::ConnectionExt as _;

use crate::client::Client;
use crate::stage::Stage;

const RESOURCES: AtomEnum = AtomEnum::RESOURCE_MANAGER;

fn resources(client: &Client) -> String {
    let reply = client.x.get_property(false, client.root, RESOURCES, AtomEnum::STRING, 0, 1 << 22);
    String::from_utf8(reply.unwrap().reply().unwrap().value).unwrap()
}

fn load(client: &Client, text: &str) {
    let kind = AtomEnum::STRING;
    let mode = PropMode::REPLACE;
    client.x.change_property8(mode, client.root, RESOURCES, kind, text.as_bytes()).unwrap();
    client.x.sync().unwrap();
}

fn wait_for_resources(client: &Client, wanted: &str) {
    let end = wanted.len().saturating_sub(60);
    wait_for(&wanted[end..], || (resources(client) == wanted).then_some(()));
}

#[test]
fn the_users_resources_survive_changes_of_scale() {
    let mut stage = Stage::new();
    let client = stage.client();
    wait_for_resources(&client, "Xcursor.size:\t24\nXft.dpi:\t96\n");
    load(&client, "Xcursor.size:\t24\nXft.dpi:\t96\nXTerm*background:\tnavy\n");
    stage.host().ask("scale 2").unwrap();
    wait_for_resources(&client, "Xcursor.size:\t48\nXft.dpi:\t192\nXTerm*background:\tnavy\n");
    // If a user removes carafe's resources, carafe sets them again, but does not replace the
    // user's own.
    load(&client, "a:\tb\n");
    wait_for_resources(&client, "a:\tb\nXcursor.size:\t48\nXft.dpi:\t192\n");
    load(&client, "Xft*dpi:\t120\n");
    wait_for_resources(&client, "Xft*dpi:\t120\nXcursor.size:\t48\n");
    stage.host().ask("scale 1").unwrap();
    wait_for_resources(&client, "Xft*dpi:\t120\nXcursor.size:\t24\n");
    let large = "x*y:\tz0123456789\n".repeat(100_000);
    load(&client, &large);
    wait_for_resources(&client, &format!("{large}Xcursor.size:\t24\nXft.dpi:\t96\n"));
    stage.host().ask("scale 2").unwrap();
    wait_for_resources(&client, &format!("{large}Xcursor.size:\t48\nXft.dpi:\t192\n"));
    stage.end();
}

#[test]
fn resources_that_are_set_while_the_scale_changes_are_not_lost() {
    let mut stage = Stage::new();
    let client = stage.client();
    wait_for_resources(&client, "Xcursor.size:\t24\nXft.dpi:\t96\n");
    for n in 0..40 {
        let (scale, dpi) = [(2, 192), (1, 96)][n % 2];
        stage.host().ask(&format!("scale {scale}")).unwrap();
        for k in 0..20 {
            load(&client, &format!("round:\t{n}.{k}\n"));
        }
        let size = 24 * scale;
        let text = format!("round:\t{n}.19\nXcursor.size:\t{size}\nXft.dpi:\t{dpi}\n");
        wait_for_resources(&client, &text);
    }
    stage.end();
}

fn helper(client: &Client) -> u32 {
    let id = client.x.generate_id().unwrap();
    let values = CreateWindowAux::new().event_mask(EventMask::PROPERTY_CHANGE);
    let class = WindowClass::INPUT_ONLY;
    client.x.create_window(0, id, client.root, 0, 0, 1, 1, 0, class, 0, &values).unwrap();
    id
}

/// The value of an integer setting, from its owner.
fn setting(client: &Client, name: &str) -> Option<u32> {
    let owner = owner(client);
    let property = client.atom("_XSETTINGS_SETTINGS");
    let reply = client.x.get_property(false, owner, property, AtomEnum::ANY, 0, 1 << 16).unwrap();
    let bytes = reply.reply().ok()?.value;
    let at = bytes.windows(name.len()).position(|part| part == name.as_bytes())?;
    let at = at - 4 + (4 + name.len()).next_multiple_of(4) + 4;
    Some(u32::from_ne_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn owner(client: &Client) -> u32 {
    let selection = client.atom("_XSETTINGS_S0");
    client.x.get_selection_owner(selection).unwrap().reply().unwrap().owner
}

#[test]
fn settings_are_carafes_again_when_another_owner_ends() {
    let mut stage = Stage::new();
    let mut client = stage.client();
    let selection = client.atom("_XSETTINGS_S0");
    let carafes = wait_for("an owner", || Some(owner(&client)).filter(|owner| *owner != 0));
    assert_eq!(setting(&client, "Xft/DPI"), Some(96 * 1024));
    let mut dpi = 96;
    for n in 0..20 {
        let other = stage.client();
        let window = helper(&other);
        other.x.set_selection_owner(window, selection, 0_u32).unwrap();
        other.x.sync().unwrap();
        assert_eq!(owner(&client), window);
        // carafe leaves it alone while it lives.
        dpi = if dpi == 96 { 192 } else { 96 };
        stage.host().ask(&format!("scale {}", dpi / 96)).unwrap();
        wait_for("the density", || {
            resources(&client).contains(&format!("Xft.dpi:\t{dpi}\n")).then_some(())
        });
        assert_eq!(owner(&client), window);
        let attributes = EventMask::STRUCTURE_NOTIFY;
        let values = x11rb::protocol::xproto::ChangeWindowAttributesAux::new();
        client.x.change_window_attributes(client.root, &values.event_mask(attributes)).unwrap();
        client.x.sync().unwrap();
        client.events.clear();
        match n % 3 {
            0 => other.destroy(window),
            1 => drop(other),
            _ => {
                other.x.set_selection_owner(0_u32, selection, 0_u32).unwrap();
                other.x.flush().unwrap();
            }
        }
        wait_for("carafe's settings", || (owner(&client) == carafes).then_some(()));
        assert_eq!(setting(&client, "Xft/DPI"), Some(dpi * 1024));
        let manager = client.atom("MANAGER");
        client.wait("word of the new owner", |event| match event {
            x11rb::protocol::Event::ClientMessage(message) if message.type_ == manager => {
                let [_, what, window, ..] = message.data.as_data32();
                ((what, window) == (selection, carafes)).then_some(())
            }
            _ => None,
        });
    }
    // A program that takes the selection over keeps it.
    let (one, two) = (stage.client(), stage.client());
    let (first, second) = (helper(&one), helper(&two));
    one.x.set_selection_owner(first, selection, 0_u32).unwrap();
    one.x.sync().unwrap();
    // The server's clock counts milliseconds: within one, there is no order.
    std::thread::sleep(std::time::Duration::from_millis(5));
    two.x.kill_client(first).unwrap();
    two.x.set_selection_owner(second, selection, 0_u32).unwrap();
    two.x.sync().unwrap();
    client.x.sync().unwrap();
    wait_for("the resources once more", || {
        load(&client, "a:\tb\n");
        resources(&client).contains("Xft.dpi").then_some(())
    });
    assert_eq!(owner(&client), second);
    stage.end();
}
