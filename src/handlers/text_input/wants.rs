//! The messages about text input.

use crate::session::Want;

/// The meaning of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    Bind,
    GetKeyboard,
    Keyboard(KeyboardMessage),
    SurfaceDestroyed,
    Client(InputRequest),
    Host(InputEvent),
}

/// A message of a client's `wl_keyboard`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyboardMessage {
    Keymap,
    Enter,
    Leave,
    Modifiers,
    Key,
    Release,
}

/// A request to the stand-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputRequest {
    DestroyManager,
    GetTextInput,
    Destroy,
    Enable,
    Disable,
    SetSurroundingText,
    SetTextChangeCause,
    SetContentType,
    SetCursorRectangle,
    Commit,
}

/// An event of the host's text input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputEvent {
    Enter,
    Leave,
    ModifiersMap,
    Preedit,
    PreeditStyling,
    PreeditCursor,
    Commit,
    Delete,
    Keysym,
    PreeditRegion,
    ConfirmPreedit,
}

/// How much of it is needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Awake {
    /// The client was not shown the stand-in.
    #[default]
    No,
    /// It has a keyboard, and may bind the stand-in later.
    Focus,
    /// It has bound the stand-in.
    All,
}

impl Awake {
    /// The number of values.
    pub const SORTS: usize = 3;
}

const fn keyboard(name: &'static str, message: KeyboardMessage) -> Want<Token> {
    Want::event("wl_keyboard", name, Token::Keyboard(message))
}

const fn client(name: &'static str, request: InputRequest) -> Want<Token> {
    Want::request("zwp_text_input_v3", name, Token::Client(request))
}

const fn manager(name: &'static str, request: InputRequest) -> Want<Token> {
    Want::request("zwp_text_input_manager_v3", name, Token::Client(request))
}

const fn host(name: &'static str, event: InputEvent) -> Want<Token> {
    Want::event("zwp_text_input_v1", name, Token::Host(event)).of_own()
}

const fn extended(name: &'static str, event: InputEvent) -> Want<Token> {
    Want::event("zcr_extended_text_input_v1", name, Token::Host(event)).of_own()
}

const FOCUS: [Want<Token>; 5] = [
    keyboard("keymap", KeyboardMessage::Keymap),
    keyboard("enter", KeyboardMessage::Enter),
    keyboard("leave", KeyboardMessage::Leave),
    keyboard("modifiers", KeyboardMessage::Modifiers),
    Want::request("wl_keyboard", "release", Token::Keyboard(KeyboardMessage::Release)),
];

const ALL: [Want<Token>; 23] = [
    keyboard("key", KeyboardMessage::Key),
    Want::request("wl_surface", "destroy", Token::SurfaceDestroyed),
    manager("destroy", InputRequest::DestroyManager),
    manager("get_text_input", InputRequest::GetTextInput),
    client("destroy", InputRequest::Destroy),
    client("enable", InputRequest::Enable),
    client("disable", InputRequest::Disable),
    client("set_surrounding_text", InputRequest::SetSurroundingText),
    client("set_text_change_cause", InputRequest::SetTextChangeCause),
    client("set_content_type", InputRequest::SetContentType),
    client("set_cursor_rectangle", InputRequest::SetCursorRectangle),
    client("commit", InputRequest::Commit),
    host("enter", InputEvent::Enter),
    host("leave", InputEvent::Leave),
    host("modifiers_map", InputEvent::ModifiersMap),
    host("preedit_string", InputEvent::Preedit),
    host("preedit_styling", InputEvent::PreeditStyling),
    host("preedit_cursor", InputEvent::PreeditCursor),
    host("commit_string", InputEvent::Commit),
    host("delete_surrounding_text", InputEvent::Delete),
    host("keysym", InputEvent::Keysym),
    extended("set_preedit_region", InputEvent::PreeditRegion),
    extended("confirm_preedit", InputEvent::ConfirmPreedit),
];

/// The messages that are needed now.
pub fn wants(awake: Awake) -> Vec<Want<Token>> {
    let mut wants = vec![
        Want::request("wl_registry", "bind", Token::Bind),
        Want::request("wl_seat", "get_keyboard", Token::GetKeyboard),
    ];
    if awake >= Awake::Focus {
        wants.extend(FOCUS);
    }
    if awake >= Awake::All {
        wants.extend(ALL);
    }
    wants
}
