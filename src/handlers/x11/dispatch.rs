//! Passing messages to the parts that they concern: those of the X server, the host's events for
//! the objects that make surfaces windows, and Xwayland's requests to its surfaces.

use wayland_protocols::xdg::shell::client::xdg_wm_base;
use x11rb_protocol::protocol::Event;

use super::X11;
use super::wants::RoleEvent;
use crate::session::{Context, Fault, Incoming, Refusal, Verdict};
use crate::x11::become_wm::become_wm;
use crate::x11::connection::ServerMessage;
use crate::x11::host::Host;
use crate::x11::query::Query;

impl X11 {
    /// Handles an event or an answer.
    pub(super) fn message(
        &mut self,
        message: &ServerMessage,
        context: &mut Context<'_>,
    ) -> Result<(), Fault> {
        match message {
            ServerMessage::Started => {
                let root = become_wm(&mut self.connection);
                self.manage(context, |wm, env| wm.started(root, env));
                self.select(context, |all, env| all.started(root.check, env))?;
                self.door.prepare(root.check, &mut Host { context }, &mut self.connection);
                Ok(())
            }
            ServerMessage::Event(event) => self.server_event(event, context),
            ServerMessage::Answer(Query::Selection(query), answer) => {
                let answer = answer.as_deref();
                self.select(context, |all, env| all.answer(*query, answer, env))
            }
            ServerMessage::Answer(Query::Property(window, property), answer) => {
                let answer = answer.as_deref();
                self.manage(context, |wm, env| wm.property(*window, *property, answer, env))
            }
            ServerMessage::Answer(Query::Shape(window, part), answer) => {
                let answer = answer.as_deref();
                self.manage(context, |wm, env| wm.shape(*window, *part, answer, env))
            }
            ServerMessage::Answer(Query::Depth(window), answer) => {
                let answer = answer.as_deref();
                self.manage(context, |wm, env| wm.depth(*window, answer, env))
            }
            ServerMessage::Answer(Query::Monitors, answer) => {
                self.primary.answer(answer.as_deref(), &mut self.connection);
                Ok(())
            }
            ServerMessage::Answer(Query::Ready, _) => {
                self.door.server_settled(&mut self.connection);
                Ok(())
            }
            ServerMessage::Answer(Query::Formats, answer) => {
                self.cursor.formats(answer.as_deref());
                Ok(())
            }
            ServerMessage::Answer(Query::Resources, answer) => {
                self.density.resources_read(answer.as_deref(), &mut self.connection);
                Ok(())
            }
            ServerMessage::Answer(Query::Replaced, answer) => {
                self.density.resources_replaced(answer.as_deref(), &mut self.connection);
                Ok(())
            }
            ServerMessage::Answer(Query::StatesBefore(window), answer) => {
                let answer = answer.as_deref();
                self.manage(context, |wm, env| wm.states_before(*window, answer, env));
                Ok(())
            }
            ServerMessage::Answer(Query::StatesReplaced(window), answer) => {
                let answer = answer.as_deref();
                self.manage(context, |wm, env| wm.states_replaced(*window, answer, env));
                Ok(())
            }
            ServerMessage::Answer(Query::Settled(window), _) => {
                self.manage(context, |wm, env| wm.settled(*window, env))
            }
            ServerMessage::Answer(Query::KeyboardGrab(window), answer) => {
                let answer = answer.as_deref();
                self.manage(context, |wm, env| wm.keyboard_grab(*window, answer, env))
            }
            ServerMessage::Answer(..) => Ok(()),
        }
    }

    fn server_event(&mut self, event: &Event, context: &mut Context<'_>) -> Result<(), Fault> {
        match event {
            Event::RandrScreenChangeNotify(_) => {
                self.primary.event(event, &mut self.connection);
                Ok(())
            }
            Event::XfixesSelectionNotify(_) => {
                self.density.event(event, &mut self.connection);
                self.select(context, |all, env| all.event(event, env))
            }
            Event::SelectionNotify(_) | Event::SelectionRequest(_) => {
                self.select(context, |all, env| all.event(event, env))
            }
            // The windows of transfers change and vanish too, and get messages.
            Event::PropertyNotify(_) | Event::ClientMessage(_) | Event::DestroyNotify(_) => {
                // The resources are a property of the root window.
                let root = self.connection.root().0;
                if matches!(event, Event::PropertyNotify(property) if property.window == root) {
                    self.density.event(event, &mut self.connection);
                }
                self.select(context, |all, env| all.event(event, env))?;
                self.window_event(event, context)
            }
            _ => self.window_event(event, context),
        }
    }

    fn window_event(&mut self, event: &Event, context: &mut Context<'_>) -> Result<(), Fault> {
        self.manage(context, |wm, env| wm.event(event, env))?;
        if let Some(moved) = self.wm.take_moved() {
            self.point_again(moved, context);
        }
        Ok(())
    }
}

impl X11 {
    /// Handles an event of an object of the window manager's own.
    pub(super) fn role_event(
        &mut self,
        role: RoleEvent,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let object = incoming.header.object;
        let mut args = incoming.args();
        match role {
            RoleEvent::Ping => {
                let serial = args.uint()?;
                context.to_host.make(object, xdg_wm_base::REQ_PONG_OPCODE, |r| r.uint(serial));
            }
            RoleEvent::SurfaceConfigure => {
                let serial = args.uint()?;
                self.manage(context, |wm, env| wm.surface_configure(object, serial, env))?;
            }
            RoleEvent::ToplevelConfigure => {
                let mut length =
                    || args.uint().map(|n| u32::try_from(n.cast_signed()).unwrap_or(0));
                let size = (length()?, length()?);
                self.wm.toplevel_configure(object, size, args.array()?);
            }
            RoleEvent::Close => {
                self.manage(context, |wm, env| wm.close_requested(object, env))?;
            }
            RoleEvent::Capabilities => {
                let capabilities = args.array()?;
                self.manage(context, |wm, env| wm.host_can(capabilities, env));
            }
            RoleEvent::Decoration => {
                let by_host = args.uint()? != 1;
                self.wm.decorated(object, by_host);
            }
            RoleEvent::CallbackDone => {
                self.door.host_settled(object, &mut self.connection);
                self.manage(context, |wm, env| wm.callback_done(object, env))?;
            }
            RoleEvent::PopupConfigure => {
                let place = (args.uint()?.cast_signed(), args.uint()?.cast_signed());
                self.wm.popup_configure(object, place);
            }
            RoleEvent::ActivationToken => {
                let token =
                    String::from_utf8_lossy(args.string()?.unwrap_or_default()).into_owned();
                self.manage(context, |wm, env| wm.token_given(object, &token, env))?;
            }
            RoleEvent::PopupDone => {
                self.manage(context, |wm, env| wm.popup_done(object, env))?;
            }
            RoleEvent::LayerConfigure => {
                let serial = args.uint()?;
                self.manage(context, |wm, env| wm.layer_configured(object, serial, env))?;
            }
            RoleEvent::LayerClosed => {
                self.manage(context, |wm, env| wm.layer_closed(object, env));
            }
        }
        Ok(())
    }
}

impl X11 {
    /// Handles a request to a surface.
    pub(super) fn surface_request(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let id = incoming.header.object;
        if self.seat.cursors.contains(&id) {
            self.surfaces.open(id, context);
        }
        let seen = self.surfaces.request(incoming, context)?;
        if let Some(size) = seen.commit {
            self.tend(context, |wm, env| wm.committing(id, size, env))?;
        }
        Ok(seen.verdict)
    }

    /// Handles that a surface is gone.
    pub(super) fn surface_destroyed(&mut self, id: u32, context: &mut Context<'_>) {
        self.select(context, |all, env| all.surface_destroyed(id, env));
        self.manage(context, |wm, env| wm.surface_destroyed(id, env));
        self.surfaces.destroyed(id, context);
        self.seat.surface_destroyed(id);
        self.new_surfaces.retain(|new| *new != id);
    }

    /// Handles `xwayland_shell_v1.get_xwayland_surface`.
    pub(super) fn get_shell_surface(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let mut args = incoming.args();
        let (id, surface) = (args.uint()?, args.uint()?);
        args.finish()?;
        context.make_client_only(id, "xwayland_surface_v1", 1)?;
        self.shell_surfaces.insert(id, surface);
        Ok(())
    }

    /// Handles `xwayland_surface_v1.set_serial`.
    pub(super) fn serial_set(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let mut args = incoming.args();
        let (low, high) = (args.uint()?, args.uint()?);
        args.finish()?;
        let serial = u64::from(low) | u64::from(high) << 32;
        if let Some(surface) = self.shell_surfaces.get(&incoming.header.object).copied() {
            self.meet_new_surfaces(context)?;
            self.manage(context, |wm, env| wm.serial_set(surface, serial, env))?;
        }
        Ok(())
    }

    /// Tells the window manager about surfaces that the host knows by now.
    pub(super) fn meet_new_surfaces(&mut self, context: &mut Context<'_>) -> Result<(), Fault> {
        for surface in std::mem::take(&mut self.new_surfaces) {
            self.manage(context, |wm, env| wm.surface_created(surface, env))?;
        }
        Ok(())
    }
}
