//! `zaura_surface`: what the shell is told about a window's surface. The names, numbers and versions
//! of its requests are those of `protocols/aura-shell.xml`.

use crate::protocol::chromeos::{AURA_RELEASE_SINCE, AURA_SHELL};
use crate::session::{Context, IdFault};
use crate::wire::MessageBuilder;

/// The host's global.
pub const SHELL: &str = "zaura_shell";

/// The first version of it that carafe uses. From this one on, surfaces can be released, and all the
/// requests here exist.
pub const SINCE: u32 = AURA_RELEASE_SINCE;

const GET_AURA_SURFACE: u16 = 0;

const SET_FRAME: u16 = 0;
const SET_PARENT: u16 = 1;
const SET_FRAME_COLORS: u16 = 2;
const SET_STARTUP_ID: u16 = 3;
const SET_APPLICATION_ID: u16 = 4;
const ACTIVATE: u16 = 8;
const DRAW_ATTENTION: u16 = 9;
const SET_FULLSCREEN_MODE: u16 = 10;
const SET_ASPECT_RATIO: u16 = 22;
const RELEASE_SURFACE: u16 = 27;

/// `zaura_surface.fullscreen_mode`
const FULLSCREEN_PLAIN: u32 = 1;

/// `zaura_surface.frame_type`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShellFrame {
    /// Neither a title bar nor a shadow.
    None = 0,
    /// A title bar and a shadow.
    Normal = 1,
    /// Only a shadow.
    Shadow = 2,
}

/// See the module. The host allows only one for each surface.
#[derive(Debug)]
pub struct AuraSurface(u32);

impl AuraSurface {
    /// Makes it for a surface, by the host's id; `None` if the host has no such shell, or carafe may
    /// not use it.
    ///
    /// # Errors
    /// [`IdFault`] when there are too many objects.
    pub fn make(surface: u32, context: &mut Context<'_>) -> Result<Option<Self>, IdFault> {
        let is_new = context.globals.find(context.tables, SHELL);
        if is_new.is_none_or(|(_, version)| version < SINCE) {
            return Ok(None);
        }
        let made = context.make_at_host(SHELL, AURA_SHELL, "zaura_surface")?;
        let Some((shell, object, _)) = made else { return Ok(None) };
        context.to_host.make(shell, GET_AURA_SURFACE, |request| request.uint(object).uint(surface));
        Ok(Some(Self(object)))
    }

    /// The host's id of it.
    pub fn id(&self) -> u32 {
        self.0
    }

    fn request(
        &self,
        opcode: u16,
        context: &mut Context<'_>,
        fill: impl for<'b> FnOnce(MessageBuilder<'b>) -> MessageBuilder<'b>,
    ) {
        context.to_host.make(self.0, opcode, fill);
    }

    /// Sets the frame. If this is not said before the surface's first buffer, the host never draws a
    /// title bar.
    pub fn set_frame(&self, frame: ShellFrame, context: &mut Context<'_>) {
        self.request(SET_FRAME, context, |request| request.uint(frame as u32));
    }

    /// Sets the frame's colour, as red, green and blue bytes.
    pub fn set_frame_colour(&self, colour: u32, context: &mut Context<'_>) {
        let colour = colour | 0xff00_0000;
        self.request(SET_FRAME_COLORS, context, |request| request.uint(colour).uint(colour));
    }

    /// Puts the window at a place on another one, given that one's [`id`](Self::id).
    pub fn set_parent(&self, parent: u32, (x, y): (i32, i32), context: &mut Context<'_>) {
        self.request(SET_PARENT, context, |request| {
            request.uint(parent).uint(x.cast_unsigned()).uint(y.cast_unsigned())
        });
    }

    /// Sets the startup id of the program.
    pub fn set_startup_id(&self, id: &str, context: &mut Context<'_>) {
        self.request(SET_STARTUP_ID, context, |request| request.string(id));
    }

    /// Sets the id of the program, as `xdg_toplevel.set_app_id` does.
    pub fn set_application_id(&self, id: &str, context: &mut Context<'_>) {
        self.request(SET_APPLICATION_ID, context, |request| request.string(id));
    }

    /// Brings the window to the front, if the host allows it.
    pub fn activate(&self, context: &mut Context<'_>) {
        self.request(ACTIVATE, context, |request| request);
    }

    /// Asks for the user's attention.
    pub fn draw_attention(&self, context: &mut Context<'_>) {
        self.request(DRAW_ATTENTION, context, |request| request);
    }

    /// In fullscreen, the pointer at the screen's edge does not bring up the title bar.
    pub fn set_plain_fullscreen(&self, context: &mut Context<'_>) {
        self.request(SET_FULLSCREEN_MODE, context, |request| request.uint(FULLSCREEN_PLAIN));
    }

    /// Sets the ratio of width to height that the user cannot change; zeros for none.
    pub fn set_aspect_ratio(&self, (width, height): (u32, u32), context: &mut Context<'_>) {
        self.request(SET_ASPECT_RATIO, context, |request| request.uint(width).uint(height));
    }

    /// Destroys it, before the surface.
    pub fn release(self, context: &mut Context<'_>) {
        self.request(RELEASE_SURFACE, context, |request| request);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::testing::request;

    #[test]
    fn requests_are_those_of_the_protocol() {
        assert_eq!(request(SHELL, GET_AURA_SURFACE).0, "get_aura_surface");
        for (opcode, name) in [
            (SET_FRAME, "set_frame"),
            (SET_PARENT, "set_parent"),
            (SET_FRAME_COLORS, "set_frame_colors"),
            (SET_STARTUP_ID, "set_startup_id"),
            (SET_APPLICATION_ID, "set_application_id"),
            (ACTIVATE, "activate"),
            (DRAW_ATTENTION, "draw_attention"),
            (SET_FULLSCREEN_MODE, "set_fullscreen_mode"),
            (SET_ASPECT_RATIO, "set_aspect_ratio"),
            (RELEASE_SURFACE, "release"),
        ] {
            let (found, since) = request("zaura_surface", opcode);
            assert_eq!(found, name);
            assert!(since <= SINCE);
        }
    }
}
