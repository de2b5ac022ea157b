//! Ways in which clients use buffers: in turns, repeatedly, not at all, with other sizes.

use crate::canvas::Canvas;
use crate::stage::everywhere;

#[test]
fn two_buffers_take_turns() {
    everywhere(|stage| {
        let (surface, _toplevel) = stage.client.window("turns");
        let mut canvases = [Canvas::new(100, 100), Canvas::new(100, 100)];
        let buffers = [0, 1].map(|n| canvases[n].buffer(&mut stage.client));
        for n in 0..6 {
            // Draw into both, so that each buffer has all damage that was reported.
            let at = [n as u32 * 10, 20, 30, 30];
            canvases.iter_mut().for_each(|canvas| canvas.paint(at));
            surface.attach(Some(&buffers[n % 2]), 0, 0);
            surface.damage_buffer(n as i32 * 10, 20, 30, 30);
            stage.commit(&surface, canvases[0].content(), &[at]);
            stage.look("a turn");
        }
        assert_eq!(stage.released(), 6);
    });
}

#[test]
fn a_surface_is_hidden_and_shown_again() {
    everywhere(|stage| {
        let (parent, _toplevel) = stage.client.window("parent");
        stage.show(&parent, &Canvas::new(50, 50));
        stage.look("the parent");
        let (surface, subsurface) = stage.client.subsurface(&parent);
        subsurface.set_position(80, 10);
        subsurface.set_desync();
        parent.commit();
        let mut canvas = Canvas::new(100, 100);
        let buffer = stage.show(&surface, &canvas);
        stage.look("a child");
        surface.attach(None, 0, 0);
        surface.commit();
        stage.all_are_free(&surface);
        stage.look("no child");
        surface.attach(Some(&buffer), 0, 0);
        stage.commit(&surface, canvas.content(), &[]);
        stage.look("the child again");
        stage.update(&surface, &mut canvas, &buffer, [10, 10, 10, 10]);
        stage.look("a part of it");
        assert_eq!(stage.released(), 4);
    });
}

#[test]
fn buffers_may_change_their_size() {
    everywhere(|stage| {
        let (surface, _toplevel) = stage.client.window("sizes");
        for (width, height) in [(200, 200), (300, 150), (31, 7), (200, 200), (1, 1)] {
            stage.show(&surface, &Canvas::new(width, height));
            stage.look("a size");
        }
    });
}

#[test]
fn a_buffer_may_be_larger_than_16_mib() {
    everywhere(|stage| {
        let (surface, _toplevel) = stage.client.window("large");
        let mut canvas = Canvas::new(2200, 2000);
        assert!(canvas.place.width * canvas.place.height * 4 > 16 << 20);
        let buffer = stage.show(&surface, &canvas);
        stage.look("all of it");
        stage.update(&surface, &mut canvas, &buffer, [300, 300, 64, 64]);
        stage.look("a part");
    });
}

#[test]
fn one_buffer_may_be_on_two_surfaces() {
    everywhere(|stage| {
        let mut canvas = Canvas::new(100, 100);
        let buffer = canvas.buffer(&mut stage.client);
        let windows = ["one", "two"].map(|name| stage.client.window(name));
        stage.rig.ask("place two 300 20");
        for at in [canvas.whole(), [10, 10, 20, 20], [50, 50, 20, 20]] {
            canvas.paint(at);
            for (surface, _) in &windows {
                surface.attach(Some(&buffer), 0, 0);
                surface.damage_buffer(at[0] as i32, at[1] as i32, at[2] as i32, at[3] as i32);
                stage.commit(surface, canvas.content(), &[at]);
                stage.look("another one");
            }
        }
        assert_eq!(stage.released(), 6);
    });
}

#[test]
fn a_buffer_may_be_destroyed_before_its_commit() {
    everywhere(|stage| {
        let (surface, _toplevel) = stage.client.window("destroyed");
        let canvas = Canvas::new(100, 100);
        stage.show(&surface, &canvas);
        stage.look("a buffer");
        // The result is undefined, but nothing may break.
        let buffer = canvas.buffer(&mut stage.client);
        surface.attach(Some(&buffer), 0, 0);
        buffer.destroy();
        stage.commit(&surface, canvas.content(), &[]);
        // Use another size, so that the result does not depend on earlier frames.
        stage.show(&surface, &Canvas::new(101, 100));
        stage.look("another buffer");
    });
}

/// Committing a surface that never had a buffer shows nothing and breaks nothing.
#[test]
fn a_commit_needs_no_buffer() {
    everywhere(|stage| {
        let empty = stage.client.surface();
        empty.commit();
        empty.damage_buffer(0, 0, 10, 10);
        empty.commit();
        let (surface, _toplevel) = stage.client.window("beside");
        stage.show(&surface, &Canvas::new(50, 50));
        stage.look("another window");
    });
}
