//! `wl_fixes`: registries that clients destroy.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use carafe_fixture::process::wait_for;
use wayland_client::protocol::wl_fixes::WlFixes;
use wayland_client::protocol::wl_registry::{self, WlRegistry};
use wayland_client::{Connection, Dispatch, QueueHandle, delegate_noop};

use crate::client::Seen;
use crate::proxy::Carafe;
use crate::rig::Rig;
use crate::ways;

/// Directly, at a socket, and over each device.
fn everywhere(play: impl Fn(&mut Rig)) {
    play(&mut Rig::direct(&[]));
    let mut socket = Rig::direct(&[]);
    let mut command = carafe_fixture::process::command(crate::proxy::program(), &socket.runtime);
    command.arg(format!("--display={}", carafe_host::StandIn::DISPLAY)).arg("--log-level=info");
    socket.carafe = Some(Carafe::start(&mut command, &socket.runtime));
    play(&mut socket);
    socket.stop();
    for way in ways::devices() {
        let mut rig = Rig::new(way);
        play(&mut rig);
        rig.stop();
    }
}

#[test]
fn a_registry_that_is_destroyed_says_no_more() {
    everywhere(|rig| {
        let mut client = rig.client();
        let fixes: WlFixes = client.bind(2);
        let handle = client.handle();
        let heard = Arc::new(AtomicUsize::new(0));
        // Many in turns, so that ids are used again.
        for round in 1..=10 {
            let registry = client.connection.display().get_registry(&handle, Arc::clone(&heard));
            client.sync();
            let all = heard.swap(0, Ordering::Relaxed);
            assert!(all > 20, "only {all} globals");
            fixes.destroy_registry(&registry);
            client.sync();
            assert_eq!(rig.ask("counters")["registries_destroyed"], round);
        }
        // The first registry gets the removal, and the client may acknowledge it.
        let name = client.name_of("wp_viewporter");
        rig.ask("remove wp_viewporter");
        client.wait_for("removed wp_viewporter");
        fixes.ack_global_remove(&client.registry, name);
        client.sync();
        assert_eq!(rig.ask("counters")["removals_acknowledged"], 1);
        assert_eq!(heard.load(Ordering::Relaxed), 0, "a registry that is gone hears of globals");
        // Without any registry, everything else goes on.
        fixes.destroy_registry(&client.registry);
        client.sync();
        rig.ask("add wp_viewporter");
        fixes.destroy();
        client.sync();
        let again = client.connection.display().get_registry(&handle, Arc::clone(&heard));
        client.sync();
        assert!(heard.load(Ordering::Relaxed) > 20);
        drop(again);
        wait_for("another client", || rig.client().offers("wp_viewporter"));
    });
}

impl Dispatch<WlRegistry, Arc<AtomicUsize>> for Seen {
    fn event(
        _: &mut Self,
        _: &WlRegistry,
        _: wl_registry::Event,
        heard: &Arc<AtomicUsize>,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        heard.fetch_add(1, Ordering::Relaxed);
    }
}

delegate_noop!(Seen: WlFixes);
