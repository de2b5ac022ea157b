//! carafe copies exactly the damage that a client reports.

use crate::canvas::Canvas;
use crate::stage::everywhere;

#[test]
fn damage_is_all_or_parts_or_nothing() {
    everywhere(|stage| {
        let (surface, _toplevel) = stage.client.window("damage");
        let mut canvas = Canvas::new(200, 200);
        let buffer = stage.show(&surface, &canvas);
        stage.look("all of it");
        for at in [[0, 0, 64, 64], [100, 50, 64, 64], [199, 199, 1, 1]] {
            stage.update(&surface, &mut canvas, &buffer, at);
            stage.look("a part");
        }
        surface.attach(Some(&buffer), 0, 0);
        stage.commit(&surface, canvas.content(), &[]);
        stage.look_again("the same buffer again, without damage");
        assert_eq!(stage.released(), 5);
    });
}

#[test]
fn rectangles_may_be_odd() {
    everywhere(|stage| {
        let (surface, _toplevel) = stage.client.window("damage");
        let mut canvas = Canvas::new(200, 200);
        let buffer = stage.show(&surface, &canvas);
        stage.look("all of it");
        // They overlap, and some are partly or completely outside; no pixel is copied twice.
        let changed = [[0, 0, 20, 20], [10, 10, 20, 20], [190, 150, 10, 50]];
        changed.iter().for_each(|at| canvas.paint(*at));
        surface.attach(Some(&buffer), 0, 0);
        surface.damage_buffer(-100, -100, 120, 120);
        surface.damage_buffer(10, 10, 20, 20);
        surface.damage_buffer(10, 10, 20, 20);
        surface.damage(190, 150, i32::MAX, i32::MAX);
        surface.damage(500, 500, 10, 10);
        surface.damage(0, 0, 0, 0);
        stage.commit(&surface, canvas.content(), &changed);
        stage.look("corners");
        // So many that carafe replaces them by their bounding box.
        surface.attach(Some(&buffer), 0, 0);
        for n in 0..65 {
            surface.damage_buffer(n, n, 1, 1);
        }
        (0..65).for_each(|n| canvas.paint([n, n, 1, 1]));
        stage.commit(&surface, canvas.content(), &[[0, 0, 65, 65]]);
        stage.look("a diagonal");
    });
}
