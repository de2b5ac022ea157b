//! What the window manager asks of the X server: a trait, so that its decisions are
//! tested without one.

mod requests;

use super::atoms::Atoms;
use super::property::Property;
use super::query::ShapeQuery;
use super::rect::Rect;

/// A client message of the window manager's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientMessage {
    /// The window that it is about.
    pub window: u32,
    /// What it is.
    pub kind: u32,
    /// Its data.
    pub data: [u32; 5],
}

/// The server. All of it is queued; nothing is waited for.
pub trait Server {
    /// The numbers of names.
    fn atoms(&self) -> &Atoms;

    /// Asks for a property; the answer is [`Wm::property`](super::Wm::property)'s.
    fn ask_property(&mut self, window: u32, property: Property);

    /// Asks for `_NET_WM_STATE` as it is before it is written; the answer is
    /// [`Wm::states_before`](super::Wm::states_before)'s.
    fn ask_states(&mut self, window: u32);

    /// Replaces `_NET_WM_STATE`, if it is there. The answer, what it was at that moment, is
    /// [`Wm::states_replaced`](super::Wm::states_replaced)'s. Gives the request's number.
    fn replace_states(&mut self, window: u32, states: &[u32]) -> u64;

    /// Asks whether there is more to say. The answer, which is [`Wm::settled`](super::Wm::settled)'s
    /// for that window, comes behind all of it.
    fn ask_settled(&mut self, window: u32);

    /// What a client's process calls itself, if it is there.
    fn program(&self, pid: u32) -> Option<String>;

    /// The number of the last request that was made.
    fn sent(&self) -> u64;

    /// The number of the last request that the server had done when it said what is
    /// being handled.
    fn seen(&self) -> u64;

    /// Asks for a part of a window's shape; the answer is [`Wm::shape`](super::Wm::shape)'s.
    /// `false`: there is none, all windows are rectangles.
    fn ask_shape(&mut self, window: u32, query: ShapeQuery) -> bool;

    /// Asks whether a client has grabbed the keyboard; the answer is
    /// [`Wm::keyboard_grab`](super::Wm::keyboard_grab)'s. `false`: that is not to be known.
    fn ask_keyboard_grab(&mut self, window: u32) -> bool;

    /// Sets a property that is a list of numbers.
    fn set_numbers(&mut self, window: u32, property: u32, kind: u32, values: &[u32]);

    /// Sets a property that is text in UTF-8.
    fn set_text(&mut self, window: u32, property: u32, text: &str);

    /// Removes a property.
    fn remove_property(&mut self, window: u32, property: u32);

    /// Asks for word of a window's properties and of its shape.
    fn watch(&mut self, window: u32);

    /// Maps a window.
    fn map(&mut self, window: u32);

    /// Unmaps a window.
    fn unmap(&mut self, window: u32);

    /// Moves and resizes a window.
    fn configure(&mut self, window: u32, rect: Rect);

    /// Lets a window have the border that it asks for.
    fn set_border(&mut self, window: u32, width: u32);

    /// Puts a window above all others, or above that one.
    fn raise(&mut self, window: u32, above: Option<u32>);

    /// Puts a window below all others, or below that one.
    fn lower(&mut self, window: u32, below: Option<u32>);

    /// Tells a client where its window is, as the conventions want it where the
    /// server itself says nothing.
    fn tell_place(&mut self, window: u32, rect: Rect, border: u32);

    /// Tells a client that its window was mapped or unmapped, though it was not.
    fn tell_mapped(&mut self, window: u32, mapped: bool);

    /// Sends a client message to a window.
    fn tell(&mut self, message: ClientMessage);

    /// Sends a client message to those who watch the root window.
    fn announce(&mut self, message: ClientMessage);

    /// Gives the keyboard to a window; `None`: to nobody.
    fn focus(&mut self, window: Option<u32>, time: u32);

    /// Asks for the server's time: it comes with an event of the root window's property.
    fn ask_time(&mut self);

    /// Presses and releases a key, as if the user did.
    fn type_key(&mut self, code: u8);

    /// A new id for something of the window manager's own; 0: there are no more.
    fn new_id(&mut self) -> u32;

    /// Sets a counter of a client's to 0, and has an alarm of that id tell once when it
    /// has come to a value.
    fn await_counter(&mut self, alarm: u32, counter: u32, value: i64);

    /// Destroys an alarm; its id is free then.
    fn forget_alarm(&mut self, alarm: u32);

    /// Ends the client whose window that is.
    fn kill(&mut self, window: u32);
}
