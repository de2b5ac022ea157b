//! Passing messages of the X server to the parts that they concern.

use x11rb_protocol::protocol::Event;

use super::X11;
use crate::session::{Context, Fault};
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
                self.density.event(event, &mut self.connection);
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
