//! `zwp_text_input_manager_v3`, not smithay's, which needs an input method: here the control
//! interface is the input method.

use std::collections::HashMap;

use smithay::reexports::wayland_protocols::wp::text_input::zv3::server::{
    zwp_text_input_manager_v3::{self, ZwpTextInputManagerV3},
    zwp_text_input_v3::{self, ZwpTextInputV3},
};
use smithay::reexports::wayland_server::backend::{ClientId, ObjectId};
use smithay::reexports::wayland_server::protocol::wl_surface::WlSurface;
use smithay::reexports::wayland_server::{
    Client, DataInit, Dispatch, DisplayHandle, GlobalDispatch, New, Resource,
};

use crate::host::Host;

/// All text inputs.
#[derive(Debug, Default)]
pub struct TextInputs {
    inputs: HashMap<ObjectId, TextInput>,
    focus: Option<WlSurface>,
}

#[derive(Debug)]
struct TextInput {
    input: ZwpTextInputV3,
    enabled: bool,
    pending: Option<bool>,
    commits: u32,
    surrounding: String,
    entered: Option<WlSurface>,
}

impl TextInputs {
    /// Handles a change of the keyboard focus.
    pub fn focus(&mut self, surface: Option<WlSurface>) {
        self.focus = surface;
        for input in self.inputs.values_mut() {
            input.follow(self.focus.as_ref());
        }
    }

    /// Sends an input method's text: the one being composed, or the final one. Returns false if no
    /// text input is active.
    pub fn compose(&self, preedit: Option<&str>, commit: Option<&str>) -> bool {
        let Some(input) = self.active() else { return false };
        if let Some(text) = preedit {
            let end = text.len() as i32;
            input.input.preedit_string(Some(text.to_owned()), end, end);
        }
        if let Some(text) = commit {
            input.input.commit_string(Some(text.to_owned()));
        }
        input.input.done(input.commits);
        true
    }

    /// The text around the cursor, from the active text input.
    pub fn surrounding(&self) -> Option<String> {
        self.active().map(|input| input.surrounding.clone())
    }

    fn active(&self) -> Option<&TextInput> {
        self.inputs.values().find(|input| input.enabled && input.entered.is_some())
    }
}

impl TextInput {
    fn follow(&mut self, focus: Option<&WlSurface>) {
        let focus = focus.filter(|surface| surface.id().same_client_as(&self.input.id()));
        if self.entered.as_ref() == focus {
            return;
        }
        if let Some(old) = self.entered.take() {
            self.input.leave(&old);
            self.enabled = false;
        }
        if let Some(new) = focus {
            self.input.enter(new);
            self.entered = Some(new.clone());
        }
    }

    fn request(&mut self, request: zwp_text_input_v3::Request) {
        use zwp_text_input_v3::Request;
        match request {
            Request::Enable => self.pending = Some(true),
            Request::Disable => self.pending = Some(false),
            Request::SetSurroundingText { text, .. } => self.surrounding = text,
            Request::Commit => {
                self.commits = self.commits.wrapping_add(1);
                if let Some(enabled) = self.pending.take() {
                    self.enabled = enabled;
                }
            }
            _ => {}
        }
    }
}

impl GlobalDispatch<ZwpTextInputManagerV3, ()> for Host {
    fn bind(
        _: &mut Self,
        _: &DisplayHandle,
        _: &Client,
        manager: New<ZwpTextInputManagerV3>,
        (): &(),
        init: &mut DataInit<'_, Self>,
    ) {
        init.init(manager, ());
    }
}

impl Dispatch<ZwpTextInputManagerV3, ()> for Host {
    fn request(
        host: &mut Self,
        _: &Client,
        _: &ZwpTextInputManagerV3,
        request: zwp_text_input_manager_v3::Request,
        (): &(),
        _: &DisplayHandle,
        init: &mut DataInit<'_, Self>,
    ) {
        if let zwp_text_input_manager_v3::Request::GetTextInput { id, .. } = request {
            let input = init.init(id, ());
            let id = input.id();
            let mut input = TextInput {
                input,
                enabled: false,
                pending: None,
                commits: 0,
                surrounding: String::new(),
                entered: None,
            };
            input.follow(host.text_inputs.focus.as_ref());
            host.text_inputs.inputs.insert(id, input);
        }
    }
}

impl Dispatch<ZwpTextInputV3, ()> for Host {
    fn request(
        host: &mut Self,
        _: &Client,
        input: &ZwpTextInputV3,
        request: zwp_text_input_v3::Request,
        (): &(),
        _: &DisplayHandle,
        _: &mut DataInit<'_, Self>,
    ) {
        if let Some(input) = host.text_inputs.inputs.get_mut(&input.id()) {
            input.request(request);
        }
    }

    fn destroyed(host: &mut Self, _: ClientId, input: &ZwpTextInputV3, (): &()) {
        host.text_inputs.inputs.remove(&input.id());
    }
}
