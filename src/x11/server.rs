//! The X server as the window manager uses it. It is a trait, so that tests need no server.

mod requests;

use super::atoms::Atoms;
use super::geometry::Rect;
use super::property::Property;
use super::query::ShapeQuery;

/// Most bytes of a property or picture in one request: fewer than servers take without the
/// `BIG-REQUESTS` extension (256 KiB).
pub const MAX_PIECE: usize = 128 * 1024;

/// A client message that carafe sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientMessage {
    /// The window that it is about.
    pub window: u32,
    /// Its type.
    pub kind: u32,
    /// Its data.
    pub data: [u32; 5],
}

/// The server. Requests are queued; no method waits.
pub trait Server {
    /// The atoms.
    fn atoms(&self) -> &Atoms;

    /// Asks for a property; the answer goes to [`Wm::property`](super::Wm::property).
    fn ask_property(&mut self, window: u32, property: Property);

    /// Asks for the `_NET_STARTUP_ID` of a window's client leader; the answer goes to
    /// [`Wm::property`](super::Wm::property) for the window.
    fn ask_startup_id(&mut self, window: u32, leader: u32);

    /// Asks for a window's depth; the answer goes to [`Wm::depth`](super::Wm::depth). Returns whether
    /// there will be one.
    fn ask_depth(&mut self, window: u32) -> bool;

    /// Asks for `_NET_WM_STATE` before it is written; the answer goes to
    /// [`Wm::states_before`](super::Wm::states_before).
    fn ask_states(&mut self, window: u32);

    /// Replaces `_NET_WM_STATE`, if it exists. The answer, its value at that moment, goes to
    /// [`Wm::states_replaced`](super::Wm::states_replaced). Returns the request's number.
    fn replace_states(&mut self, window: u32, states: &[u32]) -> u64;

    /// Asks for a sign that the server has handled all earlier requests. The answer goes to
    /// [`Wm::settled`](super::Wm::settled) for that window.
    fn ask_settled(&mut self, window: u32);

    /// The name of a client's process, if it exists.
    fn program(&self, pid: u32) -> Option<String>;

    /// The number of the last request.
    fn sent(&self) -> u64;

    /// The number of the last request that the server had handled when it sent the current
    /// message.
    fn seen(&self) -> u64;

    /// Asks for a part of a window's shape; the answer goes to [`Wm::shape`](super::Wm::shape).
    /// Returns `false` if the server has no shapes.
    fn ask_shape(&mut self, window: u32, query: ShapeQuery) -> bool;

    /// Asks whether a client has grabbed the keyboard; the answer goes to
    /// [`Wm::keyboard_grab`](super::Wm::keyboard_grab). Returns `false` if that cannot be found
    /// out.
    fn ask_keyboard_grab(&mut self, window: u32) -> bool;

    /// Sets a property that is a list of numbers.
    fn set_numbers(&mut self, window: u32, property: u32, kind: u32, values: &[u32]);

    /// Sets a property that is text in UTF-8.
    fn set_text(&mut self, window: u32, property: u32, text: &str);

    /// Removes a property.
    fn remove_property(&mut self, window: u32, property: u32);

    /// Asks for events about a window's properties and its shape.
    fn watch(&mut self, window: u32);

    /// Maps a window.
    fn map(&mut self, window: u32);

    /// Unmaps a window.
    fn unmap(&mut self, window: u32);

    /// Moves and resizes a window.
    fn configure(&mut self, window: u32, rect: Rect);

    /// Lets a window have the border that it asks for.
    fn set_border(&mut self, window: u32, width: u32);

    /// Puts a window above all others, or above one of them.
    fn raise(&mut self, window: u32, above: Option<u32>);

    /// Puts a window below all others, or below one of them.
    fn lower(&mut self, window: u32, below: Option<u32>);

    /// Tells a client the place of its window. ICCCM 4.1.5 wants this where the server itself
    /// sends nothing.
    fn tell_place(&mut self, window: u32, rect: Rect, border: u32);

    /// Tells a client that its window was mapped or unmapped, although it was not.
    fn tell_mapped(&mut self, window: u32, mapped: bool);

    /// Sends a client message to a window.
    fn tell(&mut self, message: ClientMessage);

    /// Sends a client message to all clients that watch the root window.
    fn announce(&mut self, message: ClientMessage);

    /// Gives the keyboard to a window, or to none.
    fn focus(&mut self, window: Option<u32>, time: u32);

    /// Asks for the server's time, which comes with a property event of the root window.
    fn ask_time(&mut self);

    /// Presses and releases a key, as if the user did.
    fn type_key(&mut self, code: u8);

    /// A new id for one of the window manager's resources; 0 if there are no more.
    fn new_id(&mut self) -> u32;

    /// Sets a client's counter to 0, and makes an alarm with this id fire once when the counter
    /// reaches a value.
    fn await_counter(&mut self, alarm: u32, counter: u32, value: i64);

    /// Destroys an alarm; its id is free then.
    fn forget_alarm(&mut self, alarm: u32);

    /// Ends the client that owns a window.
    fn kill(&mut self, window: u32);
}
