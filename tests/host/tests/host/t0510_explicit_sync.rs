//! Explicit synchronization: commits wait for their fences, and releases are reported.

use std::fs::File;
use std::io::Write;
use std::os::fd::AsFd;

use wayland_client::protocol::wl_buffer::WlBuffer;
use wayland_client::protocol::wl_shm::Format;
use wayland_protocols::wp::linux_explicit_synchronization::zv1::client::zwp_linux_explicit_synchronization_v1::ZwpLinuxExplicitSynchronizationV1 as Manager;

use crate::client::{Client, Place, memory};
use crate::rig::Rig;

fn colour(client: &mut Client, pixel: [u8; 4]) -> WlBuffer {
    let place = Place { offset: 0, width: 10, height: 10, stride: 40 };
    client.shm(&memory(400, &pixel), place, Format::Xrgb8888)
}

#[test]
fn fences() {
    for (arguments, event) in
        [(&["--hold-shm"][..], "immediate release"), (&["--hold-shm", "--fenced-release"], "fence")]
    {
        let mut rig = Rig::new(arguments);
        let mut client = rig.client();
        let handle = client.handle();
        let (surface, _toplevel) = client.window("fences");
        let (red, green) =
            (colour(&mut client, [0, 0, 255, 0]), colour(&mut client, [0, 255, 0, 0]));
        client.show(&surface, &red);
        let sync = client.bind::<Manager>(2).get_synchronization(&surface, &handle, ());
        let (fence, signal) = rustix::pipe::pipe().unwrap();
        sync.set_acquire_fence(fence.as_fd());
        sync.get_release(&handle, ());
        client.show(&surface, &green);
        rig.ask("sync");
        assert_eq!(rig.control().pixels(20, 20, 10, 10).unwrap().first, "ff0000");
        File::from(signal).write_all(b"!").unwrap();
        rig.control().wait_for_colour([20, 20, 10, 10], "00ff00");
        client.sync();
        assert!(!client.seen.events.contains(&event.to_owned()));
        client.show(&surface, &red);
        client.wait_for(event);
    }
}

#[test]
fn without_a_buffer() {
    let rig = Rig::new(&[]);
    let mut client = rig.client();
    let handle = client.handle();
    let (surface, _toplevel) = client.window("fences");
    let sync = client.bind::<Manager>(2).get_synchronization(&surface, &handle, ());
    sync.get_release(&handle, ());
    surface.commit();
    assert!(client.try_sync().is_err());
    let error = client.connection.protocol_error().expect("an error");
    assert_eq!(
        (error.code, error.object_interface.as_str()),
        (5, "zwp_linux_surface_synchronization_v1")
    );
}
