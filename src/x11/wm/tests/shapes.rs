//! Windows that are not rectangles.

use super::rig::{Rig, configure, made_toplevel};
use crate::x11::geometry::Rect;
use crate::x11::query::ShapeQuery;
use crate::x11::settings::Settings;
use x11rb_protocol::protocol::Event;
use x11rb_protocol::protocol::shape::{NotifyEvent, SK};
use x11rb_protocol::protocol::xproto::{ConfigWindow, ConfigureRequestEvent};

const WINDOW: u32 = 10;
const SURFACE: u32 = 2;

/// A `QueryExtents` reply, of a window from 10,20 to 40,60.
fn extents(shaped: bool) -> Vec<u8> {
    let mut reply = vec![0; 32];
    (reply[0], reply[8]) = (1, u8::from(shaped));
    for (n, number) in [10_u16, 20, 30, 40].into_iter().enumerate() {
        reply[12 + 2 * n..14 + 2 * n].copy_from_slice(&number.to_ne_bytes());
    }
    reply
}

/// A `GetRectangles` reply.
fn rectangles(rects: &[[u16; 4]]) -> Vec<u8> {
    let mut reply = vec![0; 32];
    reply[0] = 1;
    let count = u32::try_from(rects.len()).unwrap();
    reply[4..8].copy_from_slice(&(count * 2).to_ne_bytes());
    reply[8..12].copy_from_slice(&count.to_ne_bytes());
    reply.extend(rects.iter().flatten().flat_map(|number| number.to_ne_bytes()));
    reply
}

impl Rig {
    fn shape(&mut self, query: ShapeQuery, answer: Option<&[u8]>) {
        self.act(|wm, env| wm.shape(WINDOW, query, answer, env)).unwrap();
    }

    /// A window whose properties are known, but not its shape.
    fn with_shapes() -> Self {
        let mut rig = Self::new();
        rig.x.has_shapes = true;
        rig.create(WINDOW, Rect { x: 0, y: 0, width: 100, height: 100 }, false);
        rig.request_map(WINDOW);
        assert_eq!(rig.said(), ["watch 10", "shape 10 Extents"]);
        rig.answer(&[]);
        assert_eq!(rig.said(), [""; 0], "it is not shown before its shape is known");
        rig
    }

    /// The visible parts of a row.
    fn row(&mut self, y: i32) -> Option<Vec<(i32, i32)>> {
        self.book
            .surface(self.objects.key(SURFACE))
            .unwrap()
            .mask
            .as_ref()
            .map(|mask| mask.row(y).to_vec())
    }
}

#[test]
fn a_rectangular_shape_is_read_once_and_has_no_mask() {
    let mut rig = Rig::with_shapes();
    rig.shape(ShapeQuery::Extents, Some(&extents(false)));
    assert!(rig.said().contains(&"map 10".to_owned()));
    rig.mapped(WINDOW, SURFACE);
    assert_eq!(rig.row(0), None);
    assert!(!rig.host().iter().any(|line| line.contains("region")));
}

#[test]
fn a_shape_is_known_before_the_window_is_shown() {
    let mut rig = Rig::with_shapes();
    rig.shape(ShapeQuery::Extents, Some(&extents(true)));
    assert_eq!(rig.said(), ["shape 10 Bounding"]);
    rig.shape(ShapeQuery::Bounding, Some(&rectangles(&[[10, 20, 5, 1], [30, 20, 10, 1]])));
    assert_eq!(rig.said(), ["shape 10 Input"]);
    rig.shape(ShapeQuery::Input, Some(&rectangles(&[[0, 0, 35, 100]])));
    assert!(rig.said().contains(&"map 10".to_owned()));
    rig.mapped(WINDOW, SURFACE);
    assert_eq!(rig.row(20), Some(vec![(10, 15), (30, 40)]));
    assert_eq!(rig.row(21), Some(vec![]));
}

#[test]
fn a_malformed_answer_means_the_bounding_box() {
    for answer in [None, Some(rectangles(&[[0, 5, 9, 9], [0, 2, 9, 9]]))] {
        let mut rig = Rig::with_shapes();
        rig.shape(ShapeQuery::Extents, Some(&extents(true)));
        rig.shape(ShapeQuery::Bounding, answer.as_deref());
        rig.shape(ShapeQuery::Input, None);
        rig.mapped(WINDOW, SURFACE);
        assert_eq!(rig.row(20), Some(vec![(10, 40)]));
        assert_eq!(rig.row(60), Some(vec![]));
    }
}

#[test]
fn a_shape_that_changes_while_it_is_read_is_read_again() {
    let mut rig = Rig::with_shapes();
    let changed =
        NotifyEvent { affected_window: WINDOW, shape_kind: SK::BOUNDING, ..NotifyEvent::default() };
    for _ in 0..1000 {
        rig.event(&Event::ShapeNotify(changed));
    }
    assert_eq!(rig.said(), [""; 0]);
    rig.shape(ShapeQuery::Extents, Some(&extents(false)));
    let said = rig.said();
    assert!(said.contains(&"map 10".to_owned()), "it is shown all the same: {said:?}");
    assert_eq!(said.iter().filter(|line| line.starts_with("shape")).count(), 1);
    rig.mapped(WINDOW, SURFACE);
    rig.said();
    // As long as the window is a rectangle, Xwayland itself tells the host the input region.
    rig.shape(ShapeQuery::Extents, Some(&extents(false)));
    rig.event(&Event::ShapeNotify(NotifyEvent { shape_kind: SK::INPUT, ..changed }));
    assert_eq!(rig.said(), [""; 0]);
}

#[test]
fn a_window_with_a_shape_is_never_scaled() {
    let settings = Settings { viewport_resize: true, ..Settings::default() };
    for shaped in [false, true] {
        let mut rig = Rig::with(settings.clone());
        rig.x.has_shapes = true;
        rig.create(WINDOW, Rect { x: 0, y: 0, width: 100, height: 100 }, false);
        rig.request_map(WINDOW);
        rig.answer(&[]);
        rig.shape(ShapeQuery::Extents, Some(&extents(shaped)));
        if shaped {
            rig.shape(ShapeQuery::Bounding, Some(&rectangles(&[[0, 0, 50, 50]])));
            rig.shape(ShapeQuery::Input, Some(&rectangles(&[[0, 0, 50, 50]])));
        }
        rig.mapped(WINDOW, SURFACE);
        let host = rig.host();
        let objects = made_toplevel(&host);
        configure(&mut rig, objects, (1000, 800), &[1], 1);
        rig.act(|wm, env| wm.committing(SURFACE, (1000, 800), env)).unwrap();
        rig.said();
        // Its client still asks for another size.
        rig.event(&Event::ConfigureRequest(ConfigureRequestEvent {
            window: WINDOW,
            width: 600,
            height: 400,
            value_mask: ConfigWindow::WIDTH | ConfigWindow::HEIGHT,
            ..Default::default()
        }));
        let said = rig.said();
        let wanted = if shaped { "place 10 1000x800" } else { "configure 10 600x400+0+0" };
        assert_eq!(said, [wanted], "shaped: {shaped}");
    }
}
