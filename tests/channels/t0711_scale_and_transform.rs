//! Damage in the coordinates of a surface whose buffer is larger or turned.

use wayland_client::protocol::wl_output::Transform;

use crate::canvas::Canvas;
use crate::stage::everywhere;

#[test]
fn buffers_may_have_a_scale() {
    everywhere(|stage| {
        let (surface, _toplevel) = stage.client.window("scale");
        let mut canvas = Canvas::new(200, 200);
        surface.set_buffer_scale(2);
        let buffer = stage.show(&surface, &canvas);
        stage.look("all of it");
        canvas.paint([20, 20, 64, 64]);
        surface.attach(Some(&buffer), 0, 0);
        surface.damage(10, 10, 32, 32);
        stage.commit(&surface, canvas.content(), &[[20, 20, 64, 64]]);
        stage.look("a part");
    });
}

#[test]
fn buffers_may_have_a_transform() {
    const CHANGED: [u32; 4] = [10, 20, 30, 16];
    everywhere(|stage| {
        let (surface, _toplevel) = stage.client.window("turned");
        let mut canvas = Canvas::new(120, 80);
        let buffer = canvas.buffer(&mut stage.client);
        // The place on the surface of the changed part of the buffer.
        for (transform, [x, y, width, height]) in [
            (Transform::Normal, [10, 20, 30, 16]),
            (Transform::_90, [44, 10, 16, 30]),
            (Transform::_180, [80, 44, 30, 16]),
            (Transform::_270, [20, 80, 16, 30]),
            (Transform::Flipped, [80, 20, 30, 16]),
            (Transform::Flipped90, [20, 10, 16, 30]),
            (Transform::Flipped180, [10, 44, 30, 16]),
            (Transform::Flipped270, [44, 80, 16, 30]),
        ] {
            surface.set_buffer_transform(transform);
            for (damage, changed) in
                [([0, 0, 999, 999], canvas.whole()), ([x, y, width, height], CHANGED)]
            {
                canvas.paint(changed);
                surface.attach(Some(&buffer), 0, 0);
                let [x, y, width, height] = damage;
                surface.damage(x, y, width, height);
                stage.commit(&surface, canvas.content(), &[changed]);
                stage.look("turned");
            }
        }
    });
}
