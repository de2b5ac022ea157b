//! The programs of a machine share 2,047 objects of virtio-wl. The user gets a warning before they
//! are used up. After that, only a client that needs another one is refused, with an error message.

use carafe_fixture::process::wait_for;
use wayland_client::protocol::wl_compositor::WlCompositor;

use crate::canvas::Canvas;
use crate::rig::Rig;
use crate::ways::VIRTWL;

#[test]
fn one_object_too_many() {
    let mut rig = Rig::new(VIRTWL);
    let mut bystander = rig.client();
    bystander.sync();
    let before = rig.report().live("allocs");

    let mut client = rig.client();
    let compositor: WlCompositor = client.bind(4);
    let buffer = Canvas::new(8, 8).buffer(&mut client);
    let mut surfaces = Vec::new();
    let mut warned_at = None;
    let refused = loop {
        for _ in 0..32 {
            // A buffer at the host for each: an object.
            let surface = compositor.create_surface(&client.handle(), ());
            surface.attach(Some(&buffer), 0, 0);
            surface.damage_buffer(0, 0, 8, 8);
            surface.commit();
            surfaces.push(surface);
        }
        if client.try_sync().is_err() {
            break surfaces.len();
        }
        let log = rig.carafe.as_ref().unwrap().log();
        if warned_at.is_none() && log.contains("virtio-wl objects are in use") {
            warned_at = Some(surfaces.len());
        }
        assert!(surfaces.len() < 3000, "the device refuses nothing");
    };
    let warned_at = warned_at.expect("the user is warned before it is too late");
    assert!((1500..1600).contains(&warned_at), "warned at {warned_at}");
    assert!((2000..2100).contains(&refused), "refused at {refused}");
    let error = client.connection.protocol_error().expect("it is told why");
    assert!(error.message.contains("has its 2047 virtio-wl objects"), "{}", error.message);
    assert!(error.message.contains("close some windows"), "{}", error.message);

    bystander.sync();
    drop(client);
    wait_for("the objects' end", || (rig.report().live("allocs") == before).then_some(()));
    let mut next = rig.client();
    let (surface, _toplevel) = next.window("next");
    let buffer = Canvas::new(100, 100).buffer(&mut next);
    next.show(&surface, &buffer);
    let log = rig.carafe.take().unwrap().stop_complaining();
    assert_eq!(log.matches("virtio-wl objects are in use").count(), 1, "{log}");
}
