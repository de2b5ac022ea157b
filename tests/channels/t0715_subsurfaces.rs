//! Subsurfaces, synchronised with their parent and not.

use crate::canvas::Canvas;
use crate::stage::everywhere;

#[test]
fn subsurfaces_may_move_in_step() {
    everywhere(|stage| {
        let (parent, _toplevel) = stage.client.window("parent");
        stage.show(&parent, &Canvas::new(50, 50));
        let (surface, subsurface) = stage.client.subsurface(&parent);
        subsurface.set_position(80, 10);
        stage.look("the parent");
        let mut canvas = Canvas::new(100, 100);
        let buffer = stage.show(&surface, &canvas);
        stage.look_again("the child waits");
        parent.commit();
        stage.look("the child");
        stage.update(&surface, &mut canvas, &buffer, [10, 10, 10, 10]);
        stage.look_again("a part of it waits");
        parent.commit();
        stage.look("a part of it");
        assert_eq!(stage.released(), 3);
    });
}

#[test]
fn subsurfaces_may_move_at_once() {
    everywhere(|stage| {
        let (parent, _toplevel) = stage.client.window("parent");
        stage.show(&parent, &Canvas::new(50, 50));
        let (surface, subsurface) = stage.client.subsurface(&parent);
        subsurface.set_position(80, 10);
        subsurface.set_desync();
        parent.commit();
        let mut canvas = Canvas::new(100, 100);
        let buffer = stage.show(&surface, &canvas);
        stage.look("the child");
        stage.update(&surface, &mut canvas, &buffer, [10, 10, 10, 10]);
        stage.look("a part of it");
        surface.destroy();
        stage.look("no child");
    });
}
