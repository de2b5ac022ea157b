//! Events of the X server, and the client messages among them.

use x11rb_protocol::protocol::Event;
use x11rb_protocol::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConfigureNotifyEvent, CreateNotifyEvent, NotifyMode, Place,
    PropertyNotifyEvent,
};

use super::decisions::Decision;
use super::states::WmState;
use super::window::{Life, Window, client_of};
use super::{Env, MAX_OF_CLIENT, MAX_WINDOWS, Wm};
use crate::session::Fault;
use crate::x11::geometry::Rect;
use crate::x11::property::{Property, PropertyValue};

impl Wm {
    /// Handles an event.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn event(&mut self, event: &Event, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        match event {
            Event::CreateNotify(created) => self.created(created),
            Event::DestroyNotify(gone) => self.destroyed(gone.window, env)?,
            Event::MapRequest(request) => self.map_requested(request.window, env)?,
            Event::MapNotify(mapped) => self.mapped(mapped.window, env)?,
            Event::UnmapNotify(unmapped) if unmapped.response_type & 0x80 != 0 => {
                self.withdraw_requested(unmapped.window, env);
            }
            Event::UnmapNotify(unmapped) => self.unmapped(unmapped.window, env)?,
            Event::ReparentNotify(moved) => {
                let to_root = self.root.as_ref().is_some_and(|root| root.window == moved.parent);
                if to_root {
                    let rect = Rect { x: moved.x.into(), y: moved.y.into(), width: 1, height: 1 };
                    self.add(Window::new(moved.window, rect, moved.override_redirect));
                } else {
                    self.destroyed(moved.window, env)?;
                }
            }
            Event::ConfigureRequest(request) => {
                let decision = Decision::Place(Box::new(*request));
                self.decide_for_client(request.window, decision, env)?;
            }
            Event::ConfigureNotify(configured) => self.configured(configured, env)?,
            Event::CirculateNotify(moved) => {
                if moved.place == Place::ON_TOP {
                    self.stacking.push(moved.window);
                } else {
                    self.stacking.insert_after(moved.window, None);
                }
            }
            Event::PropertyNotify(changed) => self.property_changed(changed, env),
            Event::ClientMessage(message) => self.message(message, env)?,
            Event::ShapeNotify(changed) => {
                self.shape_changed(changed.affected_window, changed.shape_kind, env);
            }
            Event::FocusIn(focus) => self.focus_in(focus, env),
            Event::FocusOut(focus) if focus.mode == NotifyMode::UNGRAB => {
                self.keyboard_grabbed(None, env);
            }
            Event::SyncAlarmNotify(alarm) => self.counted(alarm, env)?,
            _ => {}
        }
        Ok(())
    }

    fn created(&mut self, created: &CreateNotifyEvent) {
        if self
            .root
            .is_none_or(|root| root.window != created.parent || root.check == created.window)
        {
            return;
        }
        let rect = Rect {
            x: created.x.into(),
            y: created.y.into(),
            width: created.width.into(),
            height: created.height.into(),
        };
        let mut window = Window::new(created.window, rect, created.override_redirect);
        window.border = created.border_width.into();
        self.add(window);
    }

    fn add(&mut self, window: Window) {
        let (id, client) = (window.id, client_of(window.id));
        let of_client = self.by_client.get(&client).copied().unwrap_or_default();
        if of_client >= MAX_OF_CLIENT || self.windows.len() >= MAX_WINDOWS {
            return;
        }
        if self.windows.insert(id, window).is_none() {
            self.by_client.insert(client, of_client + 1);
            self.stacking.push(id);
        }
    }

    fn destroyed(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        self.withdraw(id, env)?;
        self.drop_opacity(id, env);
        self.stacking.remove(id);
        let Some(window) = self.windows.remove(&id) else { return Ok(()) };
        self.pairing.forget_window(id);
        if let Some(surface) = window.surface {
            self.by_surface.remove(&surface);
        }
        let client = client_of(id);
        let left = self.by_client.get(&client).copied().unwrap_or_default().saturating_sub(1);
        match left {
            0 => self.by_client.remove(&client),
            left => self.by_client.insert(client, left),
        };
        Ok(())
    }

    fn configured(
        &mut self,
        event: &ConfigureNotifyEvent,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let (width, height) = (event.width.into(), event.height.into());
        if let Some(root) = self.root.as_mut().filter(|root| root.window == event.window) {
            root.size = (width, height);
            root.tell_size(env.x);
            return Ok(());
        }
        let Some(window) = self.windows.get_mut(&event.window) else { return Ok(()) };
        // carafe has set the place and size of a managed window; older events are out of date.
        let own = !(window.override_redirect || event.override_redirect);
        window.override_redirect = event.override_redirect;
        window.border = event.border_width.into();
        let rect = Rect { x: event.x.into(), y: event.y.into(), width, height };
        let place = (rect.x, rect.y);
        if std::mem::replace(&mut window.at_server, place) != place {
            self.moved_window = Some(event.window);
        }
        let changed = !own && window.rect() != rect;
        if changed {
            window.sizing.set_by_server(rect);
        }
        self.restacked(event.window, event.above_sibling);
        if changed {
            self.reconsider(event.window, env)?;
        }
        Ok(())
    }

    fn property_changed(&mut self, changed: &PropertyNotifyEvent, env: &mut Env<'_, '_>) {
        self.focus.time = changed.time;
        let Some(window) = self.windows.get_mut(&changed.window) else { return };
        let atoms = env.x.atoms();
        let (at, writers) = (env.x.seen(), &mut window.writers);
        // carafe's own writes are not changes.
        let is_news = if changed.atom == atoms._NET_WM_STATE {
            let is_news = writers.states.changed(at);
            // What its client wrote while it was mapped does not count for the next time.
            window.wants_states &= is_news || window.life != Life::Mapped;
            is_news
        } else if changed.atom == atoms.WM_STATE {
            writers.wm_state.changed(at)
        } else if changed.atom == atoms._NET_WM_DESKTOP {
            writers.desktop.changed(at)
        } else {
            true
        };
        let Some(property) = Property::of(changed.atom, atoms) else { return };
        // Unknown properties are read when the window is mapped. After that, it does not matter any
        // more whether the window wants the keyboard.
        let is_late = property == Property::NetWmUserTime && window.life == Life::Mapped;
        if window.watched && is_news && !is_late && window.inquiry.asks(property) {
            env.x.ask_property(window.id, property);
        }
    }

    /// Handles the answer with a property; `None` if the window does not exist any more.
    ///
    /// # Errors
    /// [`Fault::resources`] when there are too many objects at the host.
    pub fn property(
        &mut self,
        id: u32,
        property: Property,
        answer: Option<&[u8]>,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let Some(window) = self.windows.get_mut(&id) else { return Ok(()) };
        if window.inquiry.answered(property) {
            match window.properties.leader.filter(|_| property.is_of_leader()) {
                Some(leader) => env.x.ask_startup_id(id, leader),
                None => env.x.ask_property(id, property),
            }
        }
        let value = answer.and_then(PropertyValue::read);
        let changed = if property == Property::NetWmState {
            window.read_states(value.as_ref(), env.x.atoms());
            false
        } else {
            window.properties.set(property, value.as_ref(), env.x.atoms())
        };
        let leader = window.properties.leader.filter(|leader| *leader != id);
        if let Some(leader) = leader.filter(|_| changed && property == Property::WmClientLeader)
            && window.inquiry.also_asks(Property::LeaderStartupId)
        {
            env.x.ask_startup_id(id, leader);
        }
        if property == Property::NetWmPid {
            let pid = window.properties.pid;
            window.properties.program = pid.and_then(|pid| env.x.program(pid));
        }
        if window.role.is_none() {
            self.show_once_known(id, env)?;
        } else if changed {
            self.update(id, property, env)?;
        }
        self.make_ready_decisions(id, env)
    }

    /// More is known of a window, perhaps all that it waits for.
    pub(super) fn show_once_known(&mut self, id: u32, env: &mut Env<'_, '_>) -> Result<(), Fault> {
        match self.windows.get(&id) {
            Some(window) if window.life == Life::Awaited && window.is_known() => {
                self.map(id, env)?;
            }
            Some(window) if window.life == Life::Mapped && window.role.is_none() => {
                self.show(id, env)?;
            }
            _ => {}
        }
        Ok(())
    }
}

impl Wm {
    /// Handles a client message to the root window or to a managed window.
    pub(super) fn message(
        &mut self,
        message: &ClientMessageEvent,
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        if message.format != 32 {
            return Ok(());
        }
        let atoms = *env.x.atoms();
        let (id, data) = (message.window, message.data.as_data32());
        let kind = message.type_;
        // Only the server itself may tell which surface belongs to which window. Messages that
        // clients send have this bit.
        let is_sent = message.response_type & 0x80 != 0;
        if kind == atoms.WL_SURFACE_ID && !is_sent {
            self.surface_id(id, data[0], env)?;
        } else if kind == atoms.WL_SURFACE_SERIAL && !is_sent {
            let serial = u64::from(data[0]) | u64::from(data[1]) << 32;
            self.surface_serial(id, serial, env)?;
        } else if [atoms._NET_WM_STATE, atoms._NET_MOVERESIZE_WINDOW, atoms.WM_CHANGE_STATE]
            .contains(&kind)
        {
            // The window may get states before it is shown, so start to read its properties.
            self.watch(id, env);
            self.decide_for_client(id, Decision::Message { kind, data }, env)?;
        } else if kind == atoms._NET_ACTIVE_WINDOW {
            self.activation_asked(id, data, env)?;
        } else if kind == atoms._NET_CLOSE_WINDOW {
            self.decide_for_host(id, Decision::Close, env)?;
        } else if kind == atoms._NET_WM_MOVERESIZE {
            self.drag(id, data[2], env);
        } else if kind == atoms._GTK_SHOW_WINDOW_MENU {
            self.show_menu(id, (data[1].cast_signed(), data[2].cast_signed()), env);
        } else if kind == atoms._NET_RESTACK_WINDOW {
            self.restack_requested(id, data, env);
        } else if kind == atoms._NET_REQUEST_FRAME_EXTENTS {
            let cardinal = AtomEnum::CARDINAL.into();
            env.x.set_numbers(id, atoms._NET_FRAME_EXTENTS, cardinal, &[0, 0, 0, 0]);
        } else if kind == atoms.WM_PROTOCOLS && data[0] == atoms._NET_WM_PING {
            self.ponged(data[2]);
        }
        Ok(())
    }

    /// The window's properties are known as its client had set them before it sent a message.
    pub(super) fn message_decided(
        &mut self,
        id: u32,
        kind: u32,
        data: [u32; 5],
        env: &mut Env<'_, '_>,
    ) -> Result<(), Fault> {
        let atoms = *env.x.atoms();
        if kind == atoms._NET_WM_STATE {
            self.change_states(id, data, env)?;
        } else if kind == atoms._NET_MOVERESIZE_WINDOW {
            self.move_resize_requested(id, data, env)?;
        } else if data[0] == WmState::Iconic as u32 {
            self.minimize(id, env);
        } else if data[0] == WmState::Normal as u32 {
            self.activate(id, env)?;
        }
        Ok(())
    }
}
