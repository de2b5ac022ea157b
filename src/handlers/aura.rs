//! Tells `ChromeOS`'s shell about the client's windows: which program they belong to, how that was
//! started, and which window it wants in front. On other hosts this sees only that the client binds
//! globals.

mod activation;
mod gtk;
mod surfaces;
mod wants;
mod windows;

use std::sync::Arc;

use self::activation::Activation;
use self::gtk::Gtk;
use self::surfaces::AuraSurfaces;
use self::wants::{Awake, Token, wants};
use self::windows::WindowIds;
use super::made_up::{ACTIVATION, Bind, GTK_SHELL};
use crate::aura::{SHELL, ShellSettings, is_chromeos};
use crate::policy::Policy;
use crate::session::{Context, Handler, Incoming, Refusal, Verdict, Want, WantLists};
use crate::surfaces::Surface;

/// The handler.
pub struct AuraShell {
    awake: Awake,
    /// The host is to be told of each window that it must not bring up the title bar in fullscreen.
    plain_fullscreen: bool,
    surfaces: AuraSurfaces,
    windows: WindowIds,
    activation: Activation,
    gtk: Gtk,
}

impl AuraShell {
    /// For a client with this policy, and a program of this name.
    pub fn new(settings: &ShellSettings, policy: Arc<Policy>, program: Option<String>) -> Self {
        Self {
            awake: Awake::default(),
            plain_fullscreen: settings.plain_fullscreen,
            surfaces: AuraSurfaces::default(),
            windows: WindowIds::new(settings.ids.clone(), policy, program),
            activation: Activation::default(),
            gtk: Gtk::default(),
        }
    }

    fn wake(&mut self, part: Awake, is_on: bool, context: &mut Context<'_>) {
        let awake = self.awake.with(part, is_on);
        *context.wants_others |= awake != self.awake;
        self.awake = awake;
    }

    fn bound(&mut self, bind: &Bind, context: &mut Context<'_>) {
        match bind.interface {
            "xdg_wm_base" | "wl_shell" if is_chromeos(context) => {
                self.wake(Awake::WINDOWS, true, context);
            }
            _ if bind.name == ACTIVATION.name => self.wake(Awake::STAND_INS, true, context),
            _ if bind.name == GTK_SHELL.name => {
                self.wake(Awake::STAND_INS, true, context);
                gtk::bound(bind.id, context);
            }
            _ => {}
        }
    }

    /// Sees buffers while a window has none yet.
    fn await_buffers(&mut self, context: &mut Context<'_>) {
        self.wake(Awake::BUFFERS, self.windows.await_buffers(), context);
    }

    /// A surface becomes a window.
    fn window_made(&mut self, surface: u32, context: &mut Context<'_>) -> Result<(), Refusal> {
        self.await_buffers(context);
        // A client that sees the host's shell may make this object itself, and there may be only one.
        if self.plain_fullscreen
            && context.globals.rule().hides(SHELL)
            && let Some(aura) = self.surfaces.of(surface, context)?
        {
            aura.set_plain_fullscreen(context);
        }
        Ok(())
    }

    /// Requests to stand-ins.
    fn stand_in(
        &mut self,
        token: Token,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let id = incoming.header.object;
        match token {
            Token::ActivationDestroyed => {
                self.activation.destroyed(id);
                context.delete_client_only(id);
            }
            Token::MakeActivation => activation::make_token(incoming, context)?,
            Token::ActivationSays => self.activation.says(id)?,
            Token::ActivationCommit => self.activation.commit(id, context)?,
            Token::Activate => activation::activate(incoming, &mut self.surfaces, context)?,
            Token::Gtk(request) => {
                let (surfaces, windows) = (&mut self.surfaces, &self.windows);
                self.gtk.handle(request, incoming, surfaces, windows, context)?;
            }
            _ => context.delete_client_only(id),
        }
        Ok(())
    }
}

impl Handler for AuraShell {
    type Token = Token;

    fn wants(&self) -> &'static [Want<Token>] {
        static LISTS: WantLists<Token, { Awake::SORTS }> = WantLists::empty();
        LISTS.get(self.awake.index(), || wants(self.awake))
    }

    fn handle(
        &mut self,
        token: Token,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let id = incoming.header.object;
        match token {
            Token::Bind => {
                if let Some(bind) = Bind::read(incoming, context)? {
                    self.bound(&bind, context);
                }
            }
            Token::SurfaceDestroyed => {
                self.windows.surface_gone(id);
                self.surfaces.gone(id, context);
                self.await_buffers(context);
            }
            Token::XdgSurface => self.windows.xdg_surface_made(incoming)?,
            Token::XdgSurfaceDestroyed => self.windows.xdg_surface_gone(id),
            Token::Toplevel => {
                let surface = self.windows.toplevel_made(incoming)?;
                self.window_made(surface, context)?;
            }
            Token::ToplevelDestroyed => {
                self.windows.toplevel_gone(id);
                self.await_buffers(context);
            }
            Token::ShellSurface => {
                let surface = self.windows.shell_surface_made(incoming)?;
                self.window_made(surface, context)?;
            }
            Token::ShellRole => self.windows.shell_role_given(incoming, context),
            Token::Named => return self.windows.named(incoming, context),
            Token::Parent => self.windows.parent_set(incoming)?,
            Token::Acknowledged => self.windows.acknowledged(incoming, context),
            Token::Attach => self.windows.attached(incoming)?,
            Token::Commit => {
                self.windows.committed(id, context);
                self.await_buffers(context);
            }
            // It is one of the host's.
            _ if incoming.object.peer != 0 => {}
            _ => {
                self.stand_in(token, incoming, context)?;
                return Ok(Verdict::Withhold);
            }
        }
        Ok(Verdict::Forward)
    }

    fn is_steady(&self, surface: &Surface) -> bool {
        !self.windows.awaits_buffer_of(surface.id)
    }
}
