//! Finding the window that gets a drag: the one under the pointer that knows XDND, or the one
//! that it names instead (`XdndProxy`).

use x11rb_protocol::protocol::xproto::TranslateCoordinatesReply;
use x11rb_protocol::x11_utils::TryParse;

use super::{OLDEST, numbers};
use crate::x11::query::{DragQuery, SelectionQuery};
use crate::x11::selection::server::SelectionServer;

/// Bound on the depth of nested windows that are searched.
const MAX_WINDOW_DEPTH: u32 = 16;

/// A window that knows XDND.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DropTarget {
    /// The window.
    pub window: u32,
    /// The window that gets its messages.
    pub to: u32,
    /// The version of XDND that it knows.
    pub version: u32,
}

/// A search for the target.
#[derive(Debug)]
pub struct Search {
    /// The window that is examined now.
    window: u32,
    /// The window that has named it as its proxy.
    named_by: Option<u32>,
    at: (i32, i32),
    depth: u32,
    proxy: u32,
    version: u32,
    found: Option<DropTarget>,
}

/// A property's only number.
fn number(answer: Option<&[u8]>) -> u32 {
    numbers(answer, 1).and_then(|numbers| numbers.first().copied()).unwrap_or(0)
}

impl Search {
    /// Starts with a window, at a position relative to the root window.
    pub fn new(window: u32, at: (i32, i32), x: &mut dyn SelectionServer) -> Self {
        let search =
            Self { window, named_by: None, at, depth: 0, proxy: 0, version: 0, found: None };
        search.ask(x);
        search
    }

    /// The target, once it is found.
    pub fn found(&self) -> Option<DropTarget> {
        self.found
    }

    fn ask(&self, x: &mut dyn SelectionServer) {
        let atoms = *x.atoms();
        let window = self.window;
        let query = SelectionQuery::Drag;
        x.look(query(DragQuery::Proxy(window)), window, atoms.XdndProxy, 0);
        x.look(query(DragQuery::Aware(window)), window, atoms.XdndAware, 0);
        x.ask_child(query(DragQuery::Child(window)), window, self.at);
    }

    /// Takes an answer of the server.
    pub fn answer(&mut self, query: DragQuery, answer: Option<&[u8]>, x: &mut dyn SelectionServer) {
        match query {
            DragQuery::Proxy(window) if window == self.window => self.proxy = number(answer),
            DragQuery::Aware(window) if window == self.window => self.version = number(answer),
            DragQuery::Child(window) if window == self.window => {
                let reply =
                    answer.and_then(|bytes| TranslateCoordinatesReply::try_parse(bytes).ok());
                self.decide(reply.map_or(0, |(reply, _)| reply.child), x);
            }
            _ => {}
        }
    }

    /// Goes on, now that all answers about the window have come.
    fn decide(&mut self, child: u32, x: &mut dyn SelectionServer) {
        let (window, proxy, version) = (self.window, self.proxy, self.version);
        (self.proxy, self.version) = (0, 0);
        let takes = version >= OLDEST;
        match self.named_by {
            // A valid proxy names itself. This excludes a stale `XdndProxy` of a program that
            // died, whose number another window may have now.
            Some(named_by) if takes && proxy == window => {
                self.found = Some(DropTarget { window: named_by, to: window, version });
            }
            None if proxy != 0 => {
                (self.named_by, self.window) = (Some(window), proxy);
                self.ask(x);
            }
            None if takes => self.found = Some(DropTarget { window, to: window, version }),
            None if child != 0 && self.depth < MAX_WINDOW_DEPTH => {
                (self.window, self.depth) = (child, self.depth + 1);
                self.ask(x);
            }
            _ => {}
        }
    }
}
