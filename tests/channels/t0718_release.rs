//! carafe releases a client's buffer right after the commit, and does not read it later.

use crate::canvas::Canvas;
use crate::stage::on;
use crate::ways;

/// One round trip after a commit is enough, and later drawing is not seen, even on a host that
/// keeps its buffers.
#[test]
fn a_buffer_is_the_clients_again_after_the_commit() {
    let rounds = |host: &[&str]| {
        on(host, &ways::all(), |stage| {
            let (surface, _toplevel) = stage.client.window("release");
            let mut canvas = Canvas::new(100, 100);
            for _ in 0..4 {
                canvas.paint(canvas.whole());
                stage.show(&surface, &canvas);
                stage.look("a picture");
                if stage.rig.carafe.is_some() {
                    assert_eq!(stage.released(), 1);
                    canvas.erase();
                }
                stage.look_again("the picture stays");
            }
        });
    };
    rounds(&[]);
    rounds(&["--hold-shm"]);
}
