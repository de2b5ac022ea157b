//! Pictures other than a window's content, which hosts take only in shared memory.

use wayland_client::delegate_noop;
use wayland_client::protocol::wl_shm::Format;
use wayland_protocols::xdg::toplevel_icon::v1::client::xdg_toplevel_icon_manager_v1::XdgToplevelIconManagerV1;
use wayland_protocols::xdg::toplevel_icon::v1::client::xdg_toplevel_icon_v1::XdgToplevelIconV1;
use wayland_protocols_plasma::shadow::client::org_kde_kwin_shadow::OrgKdeKwinShadow;
use wayland_protocols_plasma::shadow::client::org_kde_kwin_shadow_manager::OrgKdeKwinShadowManager;

use crate::client::{Place, Seen, memory};
use crate::rig::Rig;
use crate::ways;

/// Every way to the host, and none.
fn everywhere(play: impl Fn(&mut Rig)) {
    play(&mut Rig::direct(&[]));
    for way in ways::all() {
        let mut rig = Rig::new(way);
        play(&mut rig);
        rig.stop();
    }
}

fn square(side: u32) -> Place {
    Place { offset: 0, width: side, height: side, stride: side * 4 }
}

#[test]
fn an_icon_is_shown() {
    everywhere(|rig| {
        let mut client = rig.client();
        let (_surface, toplevel) = client.window("icon");
        let handle = client.handle();
        let icons: XdgToplevelIconManagerV1 = client.bind(1);
        let icon = icons.create_icon(&handle, ());
        let files = [(16, 0x11u8), (32, 0x22)].map(|(side, byte)| {
            let file = memory((side * side * 4) as usize, &[byte, 0x40, 0x50, 0xff]);
            let buffer = client.shm(&file, square(side), Format::Argb8888);
            icon.add_buffer(&buffer, 1);
            (file, buffer)
        });
        icons.set_icon(&toplevel, Some(&icon));
        client.sync();
        let pictures = serde_json::json!(["16x16 ff504011", "32x32 ff504022"]);
        assert_eq!(rig.ask("state")["icon"], pictures);
        // Another icon with the same buffers, which outlive both icons.
        let again = icons.create_icon(&handle, ());
        again.add_buffer(&files[1].1, 2);
        icons.set_icon(&toplevel, Some(&again));
        client.sync();
        assert_eq!(rig.ask("state")["icon"], serde_json::json!(["32x32 ff504022"]));
        icon.destroy();
        again.destroy();
        client.sync();
    });
}

#[test]
fn a_shadow_of_eight_parts_may_change() {
    everywhere(|rig| {
        let mut client = rig.client();
        let (surface, _toplevel) = client.window("shadow");
        let handle = client.handle();
        let shadows: OrgKdeKwinShadowManager = client.bind(2);
        let shadow = shadows.create(&surface, &handle, ());
        let parts = (1..=8u8).map(|n| {
            let side = u32::from(n);
            let file = memory((side * side * 4) as usize, &[n, 0, 0, 0x80]);
            (client.shm(&file, square(side), Format::Argb8888), file)
        });
        let parts: Vec<_> = parts.collect();
        let attach = [
            OrgKdeKwinShadow::attach_left,
            OrgKdeKwinShadow::attach_top_left,
            OrgKdeKwinShadow::attach_top,
            OrgKdeKwinShadow::attach_top_right,
            OrgKdeKwinShadow::attach_right,
            OrgKdeKwinShadow::attach_bottom_right,
            OrgKdeKwinShadow::attach_bottom,
            OrgKdeKwinShadow::attach_bottom_left,
        ];
        for round in [0u8, 0x10] {
            for (attach, (buffer, file)) in attach.iter().zip(&parts) {
                if round > 0 {
                    let len = file.metadata().expect("a file").len();
                    let bytes: Vec<u8> = [round, 0, 0, 0x80].repeat(len as usize / 4);
                    std::os::unix::fs::FileExt::write_all_at(file, &bytes, 0).expect("written");
                }
                attach(&shadow, buffer);
            }
            client.seen.events.clear();
            shadow.commit();
            surface.commit();
            client.sync();
            let expected = (1..=8).map(|n| {
                let byte = if round > 0 { round.into() } else { n };
                format!("{n}x{n} 800000{byte:02x}")
            });
            assert_eq!(rig.ask("state")["shadow"], expected.collect::<serde_json::Value>());
            // Each buffer is released once.
            assert_eq!(client.seen.events.iter().filter(|event| *event == "release").count(), 8);
        }
        shadow.destroy();
        parts.iter().for_each(|(buffer, _)| buffer.destroy());
        client.sync();
    });
}

delegate_noop!(Seen: ignore XdgToplevelIconManagerV1);
delegate_noop!(Seen: XdgToplevelIconV1);
delegate_noop!(Seen: OrgKdeKwinShadowManager);
delegate_noop!(Seen: OrgKdeKwinShadow);
