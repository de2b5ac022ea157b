//! The application ids of the client's windows, and their parents. The host decides what a window is
//! when it gets the window's first buffer; by then it must have an id, or else it has no item on the
//! shelf and, if it has a parent, can never get the keyboard.

use std::collections::HashMap;
use std::sync::Arc;

use wayland_client::protocol::wl_shell_surface;
use wayland_protocols::xdg::shell::client::xdg_toplevel;

use crate::aura::AppIds;
use crate::policy::{Policy, shown};
use crate::session::{ArgFault, Context, Incoming, Refusal, Verdict};

/// Bound on the windows that are followed. Others have the ids that the client gives them, but no
/// made-up ones.
const MAX_NAMED_WINDOWS: usize = 4096;

/// Bound on the length of a chain of parents.
const MAX_PARENTS: usize = 64;

/// An `xdg_toplevel` or a `wl_shell_surface`.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each may be so without the others")]
struct ClientWindow {
    surface: u32,
    /// The id that the client has given it, as the policy shows it.
    app_id: Option<String>,
    /// The client's id of its parent; 0 if it has none.
    parent: u32,
    /// The host has ignored the parent, because that did not show anything yet.
    has_early_parent: bool,
    /// The client has acknowledged a configuration: a buffer may follow.
    is_acknowledged: bool,
    /// A buffer is attached.
    has_buffer: bool,
    /// The host has got a buffer.
    is_shown: bool,
}

/// See the module.
pub struct WindowIds {
    ids: AppIds,
    policy: Arc<Policy>,
    /// The name of the client's program.
    program: Option<String>,
    /// By the client's ids.
    windows: HashMap<u32, ClientWindow>,
    /// The surface and the toplevel of each `xdg_surface`, by the client's ids.
    xdg_surfaces: HashMap<u32, (u32, u32)>,
    /// The window of each surface, by the client's ids.
    by_surface: HashMap<u32, u32>,
    /// How many windows the host has not got a buffer for yet.
    unshown: usize,
}

impl WindowIds {
    /// For a client with a program of this name.
    pub fn new(ids: AppIds, policy: Arc<Policy>, program: Option<String>) -> Self {
        Self {
            ids,
            policy,
            program,
            windows: HashMap::new(),
            xdg_surfaces: HashMap::new(),
            by_surface: HashMap::new(),
            unshown: 0,
        }
    }

    /// Whether buffers of surfaces matter.
    pub fn await_buffers(&self) -> bool {
        self.unshown > 0
    }

    /// Whether buffers of this surface matter.
    pub fn awaits_buffer_of(&self, surface: u32) -> bool {
        self.window_of(surface).is_some_and(|window| !window.is_shown)
    }

    /// The id for the host of a window whose program calls itself so.
    pub fn id(&self, app_id: &str) -> String {
        let prefix = &self.policy.app_id_prefix;
        self.ids.wayland(&shown(prefix, app_id), prefix)
    }

    fn window_of(&self, surface: u32) -> Option<&ClientWindow> {
        self.windows.get(self.by_surface.get(&surface)?)
    }

    fn follow(&mut self, id: u32, surface: u32) {
        // The host refuses a second role.
        let is_free = !self.windows.contains_key(&id) && !self.by_surface.contains_key(&surface);
        if is_free && self.windows.len() < MAX_NAMED_WINDOWS {
            self.windows.insert(id, ClientWindow { surface, ..ClientWindow::default() });
            self.by_surface.insert(surface, id);
            self.unshown = self.unshown.saturating_add(1);
        }
    }

    fn forget(&mut self, id: u32) {
        if let Some(window) = self.windows.remove(&id) {
            self.by_surface.remove(&window.surface);
            self.unshown = self.unshown.saturating_sub(usize::from(!window.is_shown));
        }
    }

    /// `xdg_wm_base.get_xdg_surface`
    ///
    /// # Errors
    /// [`Refusal`]: the arguments are wrong.
    pub fn xdg_surface_made(&mut self, incoming: &mut Incoming<'_>) -> Result<(), Refusal> {
        let mut args = incoming.args();
        let (id, surface) = (args.uint()?, args.uint()?);
        if self.xdg_surfaces.len() < MAX_NAMED_WINDOWS {
            self.xdg_surfaces.insert(id, (surface, 0));
        }
        Ok(())
    }

    /// `xdg_surface.get_toplevel`. Returns the window's surface; 0 if it is not known.
    ///
    /// # Errors
    /// [`Refusal`]: the arguments are wrong.
    pub fn toplevel_made(&mut self, incoming: &mut Incoming<'_>) -> Result<u32, Refusal> {
        let id = incoming.args().uint()?;
        let found = self.xdg_surfaces.get_mut(&incoming.header.object);
        let Some((surface, toplevel)) = found else { return Ok(0) };
        *toplevel = id;
        let surface = *surface;
        self.follow(id, surface);
        Ok(surface)
    }

    /// `wl_shell.get_shell_surface`. Returns the window's surface.
    ///
    /// # Errors
    /// [`Refusal`]: the arguments are wrong.
    pub fn shell_surface_made(&mut self, incoming: &mut Incoming<'_>) -> Result<u32, Refusal> {
        let mut args = incoming.args();
        let (id, surface) = (args.uint()?, args.uint()?);
        self.follow(id, surface);
        Ok(surface)
    }

    /// `xdg_toplevel.set_app_id` and `wl_shell_surface.set_class`
    ///
    /// # Errors
    /// [`Refusal`]: the argument is wrong.
    pub fn named(
        &mut self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let mut args = incoming.args();
        let text = args.string()?.ok_or(ArgFault::Null)?;
        let text = str::from_utf8(text).map_err(|_| ArgFault::NotUtf8)?.to_owned();
        args.finish()?;
        let named = !text.is_empty();
        let name = if named { &text } else { AppIds::of_program(self.program.as_deref()) };
        let id = self.id(name);
        let (peer, opcode) = (incoming.object.peer, incoming.header.opcode);
        context.to_host.make(peer, opcode, |request| request.string(&id));
        if let Some(window) = self.windows.get_mut(&incoming.header.object) {
            window.app_id = named.then_some(text);
        }
        Ok(Verdict::Withhold)
    }

    /// `xdg_toplevel.set_parent`
    ///
    /// # Errors
    /// [`Refusal`]: the argument is wrong.
    pub fn parent_set(&mut self, incoming: &mut Incoming<'_>) -> Result<(), Refusal> {
        let parent = incoming.args().uint()?;
        let is_early = self.windows.get(&parent).is_some_and(|parent| !parent.is_shown);
        if let Some(window) = self.windows.get_mut(&incoming.header.object) {
            (window.parent, window.has_early_parent) = (parent, is_early);
        }
        Ok(())
    }

    /// `xdg_surface.ack_configure`: the client is about to show the window.
    pub fn acknowledged(&mut self, incoming: &Incoming<'_>, context: &mut Context<'_>) {
        let Some((_, id)) = self.xdg_surfaces.get(&incoming.header.object).copied() else { return };
        let Some(window) = self.windows.get_mut(&id) else { return };
        if !std::mem::replace(&mut window.is_acknowledged, true) {
            self.name_by_others(id, xdg_toplevel::REQ_SET_APP_ID_OPCODE, context);
        }
    }

    /// A `wl_shell_surface` becomes a window.
    pub fn shell_role_given(&mut self, incoming: &Incoming<'_>, context: &mut Context<'_>) {
        let id = incoming.header.object;
        let Some(window) = self.windows.get_mut(&id) else { return };
        if !std::mem::replace(&mut window.is_acknowledged, true) {
            self.name_by_others(id, wl_shell_surface::REQ_SET_CLASS_OPCODE, context);
        }
    }

    /// Gives a window without an id that of its parent, or of the program.
    fn name_by_others(&self, id: u32, opcode: u16, context: &mut Context<'_>) {
        let window = |id: &u32| self.windows.get(id);
        if window(&id).is_none_or(|window| window.app_id.is_some()) {
            return;
        }
        let chain = std::iter::successors(window(&id), |child| window(&child.parent));
        let name = chain.take(MAX_PARENTS).find_map(|window| window.app_id.as_deref());
        let name = name.unwrap_or_else(|| AppIds::of_program(self.program.as_deref()));
        let at_host = context.objects.client(id).map_or(0, |object| object.peer);
        if at_host != 0 {
            let id = self.id(name);
            context.to_host.make(at_host, opcode, |request| request.string(&id));
        }
    }

    /// `wl_surface.attach`
    ///
    /// # Errors
    /// [`Refusal`]: the arguments are wrong.
    pub fn attached(&mut self, incoming: &mut Incoming<'_>) -> Result<(), Refusal> {
        let buffer = incoming.args().uint()?;
        let id = self.by_surface.get(&incoming.header.object);
        if let Some(window) = id.and_then(|id| self.windows.get_mut(id)) {
            window.has_buffer = buffer != 0;
        }
        Ok(())
    }

    /// `wl_surface.commit`: repeats, behind it, the parents that the host has ignored until it got
    /// this window's first buffer.
    pub fn committed(&mut self, surface: u32, context: &mut Context<'_>) {
        let Some(id) = self.by_surface.get(&surface).copied() else { return };
        let Some(window) = self.windows.get_mut(&id) else { return };
        if window.is_shown || !window.has_buffer || !window.is_acknowledged {
            return;
        }
        window.is_shown = true;
        self.unshown = self.unshown.saturating_sub(1);
        let is_child = |child: &ClientWindow| child.parent == id && child.has_early_parent;
        for (child, _) in self.windows.iter().filter(|(_, child)| is_child(child)) {
            // A host may not look at the same parent twice.
            for parent in [0, id] {
                let opcode = xdg_toplevel::REQ_SET_PARENT_OPCODE;
                context.as_client.make(*child, opcode, |request| request.uint(parent));
            }
        }
    }

    /// The client destroys an `xdg_toplevel`.
    pub fn toplevel_gone(&mut self, id: u32) {
        self.forget(id);
        // Its id may be another window's soon.
        for child in self.windows.values_mut().filter(|child| child.parent == id) {
            (child.parent, child.has_early_parent) = (0, false);
        }
    }

    /// The client destroys an `xdg_surface`.
    pub fn xdg_surface_gone(&mut self, id: u32) {
        self.xdg_surfaces.remove(&id);
    }

    /// The client destroys a surface; a `wl_shell_surface` goes with it.
    pub fn surface_gone(&mut self, surface: u32) {
        if let Some(id) = self.by_surface.get(&surface).copied() {
            self.forget(id);
        }
    }
}
