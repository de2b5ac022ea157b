//! Damage on a surface that shows a scaled part of its buffer. Because the host filters pixels,
//! carafe copies one more pixel around.

use wayland_protocols::wp::viewporter::client::wp_viewporter::WpViewporter;

use crate::canvas::Canvas;
use crate::stage::everywhere;

#[test]
fn source_and_destination_hold() {
    everywhere(|stage| {
        let handle = stage.client.handle();
        let (surface, _toplevel) = stage.client.window("viewport");
        let viewporter: WpViewporter = stage.client.bind(1);
        let viewport = viewporter.get_viewport(&surface, &handle, ());
        let mut canvas = Canvas::new(200, 200);
        let buffer = stage.show(&surface, &canvas);
        stage.look("all of it");
        let mut update = |stage: &mut crate::stage::Stage, damage: [i32; 4], drawn, changed| {
            canvas.paint(drawn);
            surface.attach(Some(&buffer), 0, 0);
            let [x, y, width, height] = damage;
            surface.damage(x, y, width, height);
            stage.commit(&surface, canvas.content(), &[changed]);
        };
        viewport.set_source(50.0, 50.0, 100.0, 100.0);
        viewport.set_destination(200, 200);
        update(stage, [20, 20, 64, 64], [60, 60, 32, 32], [59, 59, 34, 34]);
        stage.look("a part, twice as large");
        viewport.set_source(-1.0, -1.0, -1.0, -1.0);
        viewport.set_destination(400, 400);
        update(stage, [40, 40, 64, 64], [20, 20, 32, 32], [19, 19, 34, 34]);
        stage.look("all, twice as large");
        viewport.set_destination(-1, -1);
        viewport.set_source(10.0, 20.0, 100.0, 100.0);
        update(stage, [0, 0, 8, 8], [10, 20, 8, 8], [9, 19, 10, 10]);
        stage.look("a part as it is");
        viewport.destroy();
        update(stage, [0, 0, 8, 8], [0, 0, 8, 8], [0, 0, 8, 8]);
        stage.look("all as it is");
    });
}
