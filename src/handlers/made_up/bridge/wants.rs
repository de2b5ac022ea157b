//! The messages that each part of the bridge wants to see.

use crate::session::Want;

/// The meaning of a message for the bridge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    Bind,
    Output,
    OutputReleased,
    XdgOutput,
    /// The space that the host's shell needs on an output.
    Insets,
    /// A surface enters or leaves an output.
    Entered {
        is_there: bool,
    },
    SurfaceDestroyed,
    DamageBuffer,
    Commit,
    Offset,
    Attach,
    AxisDiscrete,
    Configure,
    ToplevelDestroyed,
    GetDecoration,
    DecorationWants,
    DecorationTold,
    DecorationDestroyed,
}

/// The active parts of the bridge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Awake(u8);

impl Awake {
    /// Names, sizes and scales of outputs.
    pub const OUTPUTS: Self = Self(1);
    /// The preferred scales of surfaces.
    pub const SURFACES: Self = Self(2);
    /// Offsets of surfaces.
    pub const OFFSET: Self = Self(4);
    /// A surface has an offset, which takes effect with its next buffer.
    pub const ATTACH: Self = Self(8);
    /// Damage in buffer coordinates.
    pub const DAMAGE: Self = Self(16);
    /// Wheels.
    pub const POINTERS: Self = Self(32);
    /// Bounds and capabilities of windows.
    pub const WINDOWS: Self = Self(64);
    /// Decorations of windows.
    pub const DECORATIONS: Self = Self(128);
    /// The number of combinations.
    pub const SORTS: usize = 256;

    /// These parts and another one.
    pub fn with(self, part: Self) -> Self {
        Self(self.0 | part.0)
    }

    fn has(self, part: Self) -> bool {
        self.0 & part.0 != 0
    }

    /// An index below [`SORTS`](Self::SORTS).
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

const fn entered(name: &'static str, is_there: bool) -> Want<Token> {
    Want::event("wl_surface", name, Token::Entered { is_there })
}

const fn xdg(name: &'static str) -> Want<Token> {
    Want::event("zxdg_output_v1", name, Token::XdgOutput).of_own()
}

/// The messages that a bridge with these active parts wants to see.
pub fn wants(awake: Awake) -> Vec<Want<Token>> {
    let mut wants = vec![Want::request("wl_registry", "bind", Token::Bind)];
    if awake.has(Awake::OUTPUTS) {
        wants.extend([
            Want::event("wl_output", "geometry", Token::Output),
            Want::event("wl_output", "mode", Token::Output),
            Want::event("wl_output", "scale", Token::Output),
            Want::event("wl_output", "done", Token::Output),
            Want::request("wl_output", "release", Token::OutputReleased),
            xdg("name"),
            xdg("description"),
            xdg("logical_size"),
            xdg("done"),
            Want::event("zaura_output", "insets", Token::Insets).of_own(),
        ]);
    }
    if awake.has(Awake::SURFACES) {
        wants.extend([entered("enter", true), entered("leave", false)]);
    }
    if awake.has(Awake::SURFACES.with(Awake::OFFSET)) {
        wants.push(Want::request("wl_surface", "destroy", Token::SurfaceDestroyed));
    }
    if awake.has(Awake::OFFSET) {
        wants.push(Want::request("wl_surface", "offset", Token::Offset));
    }
    if awake.has(Awake::ATTACH) {
        wants.push(Want::request("wl_surface", "attach", Token::Attach));
    }
    if awake.has(Awake::DAMAGE) {
        wants.extend([
            Want::request("wl_surface", "damage_buffer", Token::DamageBuffer),
            Want::request("wl_surface", "commit", Token::Commit),
        ]);
    }
    if awake.has(Awake::POINTERS) {
        wants.push(Want::event("wl_pointer", "axis_discrete", Token::AxisDiscrete));
    }
    if awake.has(Awake::WINDOWS.with(Awake::DECORATIONS)) {
        wants.push(Want::event("xdg_toplevel", "configure", Token::Configure));
    }
    if awake.has(Awake::WINDOWS) {
        wants.push(Want::request("xdg_toplevel", "destroy", Token::ToplevelDestroyed));
    }
    if awake.has(Awake::DECORATIONS) {
        let (manager, decoration) = ("zxdg_decoration_manager_v1", "zxdg_toplevel_decoration_v1");
        wants.extend([
            Want::request(manager, "get_toplevel_decoration", Token::GetDecoration),
            Want::request(decoration, "set_mode", Token::DecorationWants),
            Want::request(decoration, "unset_mode", Token::DecorationWants),
            Want::request(decoration, "destroy", Token::DecorationDestroyed),
            Want::event(decoration, "configure", Token::DecorationTold),
        ]);
    }
    wants
}
