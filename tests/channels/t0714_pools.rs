//! Pools that grow, and pools that are destroyed while their buffers live.

use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;

use wayland_client::protocol::wl_shm::{Format, WlShm};

use crate::canvas::Canvas;
use crate::stage::everywhere;

#[test]
fn pools_are_grown_and_destroyed() {
    everywhere(|stage| {
        let handle = stage.client.handle();
        let (surface, _toplevel) = stage.client.window("pool");
        let mut canvas = Canvas::new(100, 100);
        let size = canvas.file.metadata().unwrap().len();
        let stride = canvas.place.stride as i32;
        let shm: WlShm = stage.client.bind(1);
        let pool = shm.create_pool(canvas.file.as_fd(), size as i32, &handle, ());
        let before = pool.create_buffer(4096, 100, 100, stride, Format::Xrgb8888, &handle, ());
        canvas.file.set_len(3 * size).unwrap();
        pool.resize(3 * size as i32);
        let end = 2 * size as i32;
        let behind = pool.create_buffer(end, 100, 100, stride, Format::Xrgb8888, &handle, ());
        pool.destroy();
        let mut copy = vec![0; size as usize];
        for at in [canvas.whole(), [10, 10, 20, 20]] {
            canvas.paint(at);
            canvas.file.read_exact_at(&mut copy, 4096).unwrap_or_default();
            // Draw into both buffers, so that each has all damage that was reported.
            canvas.file.write_all_at(&copy[..(stride * 100) as usize], end as u64).unwrap();
            for buffer in [&before, &behind] {
                surface.attach(Some(buffer), 0, 0);
                surface.damage_buffer(at[0] as i32, at[1] as i32, at[2] as i32, at[3] as i32);
                stage.commit(&surface, canvas.content(), &[at]);
                stage.look_again("a buffer");
            }
        }
        before.destroy();
        behind.destroy();
        stage.look_again("no buffer any more");
        assert_eq!(stage.released(), 4);
    });
}
