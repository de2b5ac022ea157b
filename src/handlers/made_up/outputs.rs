//! The outputs that a client has bound, and their names. If the host's `wl_output` does not tell a
//! name, `zxdg_output_v1` does.

use std::collections::HashMap;

use wayland_client::protocol::wl_output;
use wayland_protocols::xdg::xdg_output::zv1::client::{zxdg_output_manager_v1, zxdg_output_v1};

use super::Bind;
use crate::aura::SHELL;
use crate::handlers::{MAX_OUTPUTS, XDG_OUTPUT_MANAGER, XDG_OUTPUT_MANAGER_VERSION};
use crate::protocol::chromeos::{AURA_RELEASE_SINCE, AURA_SHELL};
use crate::session::{Context, IdFault, Incoming, Refusal};

/// `zaura_output.insets` exists from this version on.
const INSETS_SINCE: u32 = 33;
const GET_AURA_OUTPUT: u16 = 1;
/// `zaura_output.release`
const RELEASE_AURA_OUTPUT: u16 = 0;

/// `wl_output.mode.current`
const CURRENT: u32 = 1;

/// Whether carafe has to tell a client the name of an output.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum NameState {
    /// The host tells it, or the client has heard it.
    #[default]
    Done,
    /// The client is to hear it first of all. `is_over`: the host has said the end of the output's
    /// description.
    Due { is_over: bool },
}

/// An output that a client has bound.
#[derive(Default)]
pub struct BoundOutput {
    naming: NameState,
    name: String,
    description: String,
    /// The global's number, for a name if nobody knows one.
    number: u32,
    /// carafe's own `zxdg_output_v1` at the host; 0 if there is none.
    xdg: u32,
    /// carafe's own `zaura_output` at the host, and its version.
    aura: u32,
    aura_version: u32,
    /// The space at the sides that the host's shell needs: width and height.
    insets: (i32, i32),
    wants_insets: bool,
    logical: Option<(i32, i32)>,
    mode: (i32, i32),
    /// `wl_output.scale`
    pub scale: i32,
    /// `wl_output.transform`
    pub transform: u32,
}

impl BoundOutput {
    /// Width and height in host coordinates; `None` if not known yet.
    pub fn size(&self) -> Option<(i32, i32)> {
        let (width, height) = self.mode;
        let (width, height) =
            if self.transform & 1 == 1 { (height, width) } else { (width, height) };
        let scale = self.scale.max(1);
        let size = self.logical.unwrap_or((width / scale, height / scale));
        (size.0 > 0 && size.1 > 0).then_some(size)
    }

    /// The same, without the space that the host's shell needs.
    pub fn room(&self) -> Option<(i32, i32)> {
        let (width, height) = self.size()?;
        let room = (width.saturating_sub(self.insets.0), height.saturating_sub(self.insets.1));
        Some(if room.0 > 0 && room.1 > 0 { room } else { (width, height) })
    }
}

/// The outputs.
pub struct BoundOutputs {
    /// By the client's ids.
    all: HashMap<u32, BoundOutput>,
    /// In a scaled session, clients have coordinates of their own.
    is_scaled: bool,
}

impl BoundOutputs {
    /// For a client that has bound none.
    pub fn new(is_scaled: bool) -> Self {
        Self { all: HashMap::new(), is_scaled }
    }

    /// Notes that the client binds one. `wants_insets` tells that the space for the host's shell
    /// must be known.
    ///
    /// # Errors
    /// [`IdFault`] when there are too many objects.
    pub fn bound(
        &mut self,
        bind: &Bind,
        wants_insets: bool,
        context: &mut Context<'_>,
    ) -> Result<(), IdFault> {
        if self.all.len() >= MAX_OUTPUTS {
            return Ok(());
        }
        let lacks_name = bind.lacks("wl_output", wl_output::EVT_NAME_SINCE);
        let naming = if lacks_name { NameState::Due { is_over: false } } else { NameState::Done };
        let number = bind.name;
        let mut new =
            BoundOutput { naming, wants_insets, scale: 1, number, ..BoundOutput::default() };
        let at_host = context.objects.client(bind.id).map_or(0, |output| output.peer);
        if lacks_name && at_host != 0 {
            new.ask(at_host, context)?;
        }
        self.all.insert(bind.id, new);
        Ok(())
    }

    /// An output, by the client's id.
    pub fn get(&self, id: u32) -> Option<&BoundOutput> {
        self.all.get(&id)
    }

    /// All outputs.
    pub fn iter(&self) -> impl Iterator<Item = &BoundOutput> {
        self.all.values()
    }

    /// Handles that the client releases one: carafe's own object is destroyed first.
    pub fn released(&mut self, id: u32, context: &mut Context<'_>) {
        let Some(output) = self.all.remove(&id) else { return };
        if output.xdg != 0 {
            let opcode = zxdg_output_v1::REQ_DESTROY_OPCODE;
            context.to_host.make(output.xdg, opcode, |request| request);
        }
        if output.aura != 0 && output.aura_version >= AURA_RELEASE_SINCE {
            context.to_host.make(output.aura, RELEASE_AURA_OUTPUT, |request| request);
        }
    }

    /// `zaura_output.insets`
    ///
    /// # Errors
    /// [`Refusal`]: the arguments are wrong.
    pub fn insets(&mut self, incoming: &mut Incoming<'_>) -> Result<(), Refusal> {
        let aura = incoming.header.object;
        let found = self.all.values_mut().find(|output| output.aura == aura);
        let Some(output) = found.filter(|_| incoming.object.peer == 0) else { return Ok(()) };
        let mut args = incoming.args();
        let mut next = || args.uint().map(|side| side.cast_signed().max(0));
        let (top, left, bottom, right) = (next()?, next()?, next()?, next()?);
        output.insets = (left.saturating_add(right), top.saturating_add(bottom));
        Ok(())
    }

    /// Handles an event of the client's `wl_output`. Returns whether the client gets it.
    ///
    /// # Errors
    /// [`Refusal`]: the arguments are wrong.
    pub fn event(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<bool, Refusal> {
        let id = incoming.object.peer;
        let Some(output) = self.all.get_mut(&id) else { return Ok(true) };
        if std::mem::take(&mut output.wants_insets) {
            output.ask_insets(incoming.header.object, context)?;
        }
        let opcode = incoming.header.opcode;
        let mut args = incoming.args();
        match opcode {
            wl_output::EVT_GEOMETRY_OPCODE => {
                for _ in 0..5 {
                    args.uint()?;
                }
                args.string()?;
                args.string()?;
                output.transform = args.uint()?;
            }
            wl_output::EVT_MODE_OPCODE if args.uint()? & CURRENT != 0 => {
                output.mode = (args.uint()?.cast_signed(), args.uint()?.cast_signed());
            }
            wl_output::EVT_SCALE_OPCODE => output.scale = args.uint()?.cast_signed(),
            wl_output::EVT_DONE_OPCODE if output.naming != NameState::Done => {
                output.naming = NameState::Due { is_over: true };
                if output.xdg == 0 {
                    output.tell(id, context);
                }
                return Ok(false);
            }
            _ => {}
        }
        Ok(true)
    }

    /// Handles an event of carafe's own `zxdg_output_v1`.
    ///
    /// # Errors
    /// [`Refusal`]: the arguments are wrong.
    pub fn xdg_event(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let xdg = incoming.header.object;
        let found = self.all.iter_mut().find(|(_, output)| output.xdg == xdg);
        let Some((id, output)) = found.filter(|_| incoming.object.peer == 0) else { return Ok(()) };
        let opcode = incoming.header.opcode;
        let mut args = incoming.args();
        let mut text = || -> Result<String, Refusal> {
            Ok(String::from_utf8_lossy(args.string()?.unwrap_or_default()).into_owned())
        };
        match opcode {
            zxdg_output_v1::EVT_NAME_OPCODE => output.name = text()?,
            zxdg_output_v1::EVT_DESCRIPTION_OPCODE => output.description = text()?,
            zxdg_output_v1::EVT_LOGICAL_SIZE_OPCODE if !self.is_scaled => {
                output.logical = Some((args.uint()?.cast_signed(), args.uint()?.cast_signed()));
            }
            zxdg_output_v1::EVT_DONE_OPCODE => output.tell(*id, context),
            _ => {}
        }
        Ok(())
    }
}

impl BoundOutput {
    /// Asks the host for the name of an output, if it can tell it.
    fn ask(&mut self, at_host: u32, context: &mut Context<'_>) -> Result<(), IdFault> {
        let bound = context.bind(XDG_OUTPUT_MANAGER, XDG_OUTPUT_MANAGER_VERSION)?;
        if bound.is_none_or(|(_, version)| version < XDG_OUTPUT_MANAGER_VERSION) {
            return Ok(());
        }
        let made = context.make_at_host(
            XDG_OUTPUT_MANAGER,
            XDG_OUTPUT_MANAGER_VERSION,
            "zxdg_output_v1",
        )?;
        let Some((manager, xdg, _)) = made else { return Ok(()) };
        self.xdg = xdg;
        let opcode = zxdg_output_manager_v1::REQ_GET_XDG_OUTPUT_OPCODE;
        context.to_host.make(manager, opcode, |request| request.uint(xdg).uint(at_host));
        Ok(())
    }

    /// Asks the host how much space of an output its shell needs.
    fn ask_insets(&mut self, at_host: u32, context: &mut Context<'_>) -> Result<(), IdFault> {
        let found = context.globals.find(context.tables, SHELL);
        if found.is_none_or(|(_, version)| version < INSETS_SINCE) {
            return Ok(());
        }
        let made = context.make_at_host(SHELL, AURA_SHELL, "zaura_output")?;
        let Some((shell, aura, version)) = made else { return Ok(()) };
        (self.aura, self.aura_version) = (aura, version);
        context.to_host.make(shell, GET_AURA_OUTPUT, |request| request.uint(aura).uint(at_host));
        Ok(())
    }

    /// Tells the client the name, once, and the end of the description if the host has sent it.
    fn tell(&mut self, id: u32, context: &mut Context<'_>) {
        let NameState::Due { is_over } = std::mem::take(&mut self.naming) else { return };
        let out = &mut *context.to_client;
        // Some name, because clients take it for granted; the number is the host's.
        let made_up = || format!("WL-{}", self.number);
        let name = Some(&self.name).filter(|name| !name.is_empty()).cloned();
        let name = name.unwrap_or_else(made_up);
        out.make(id, wl_output::EVT_NAME_OPCODE, |event| event.string(&name));
        if !self.description.is_empty() {
            let text = &self.description;
            out.make(id, wl_output::EVT_DESCRIPTION_OPCODE, |event| event.string(text));
        }
        if is_over {
            out.make(id, wl_output::EVT_DONE_OPCODE, |event| event);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Tables;
    use crate::protocol::testing::request;

    #[test]
    fn opcodes_are_those_of_the_protocol() {
        let tables = Tables::get();
        assert_eq!(request(SHELL, GET_AURA_OUTPUT).0, "get_aura_output");
        assert_eq!(request("zaura_output", RELEASE_AURA_OUTPUT).0, "release");
        let output = tables.find("zaura_output").unwrap();
        let events = &tables.interface(output).events;
        let insets = events.iter().find(|event| event.name == "insets").unwrap();
        assert_eq!(insets.since, INSETS_SINCE);
    }
}
