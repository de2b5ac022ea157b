//! Passing the host's events about selections and drags to the parts that they concern.

use super::device::{News, SelectionEvent};
use super::{SelectionEnv, Selections};
use crate::session::{Incoming, Refusal, Verdict};

impl Selections {
    /// Handles an event of the host for one of carafe's objects.
    ///
    /// # Errors
    /// When its arguments are wrong.
    pub fn host_event(
        &mut self,
        event: SelectionEvent,
        incoming: &mut Incoming<'_>,
        env: &mut SelectionEnv<'_, '_>,
    ) -> Result<Verdict, Refusal> {
        let Some(news) = self.exchange.devices.event(event, incoming, env.host.context)? else {
            return Ok(Verdict::Drop);
        };
        if let News::Send { source, mime, to } = news {
            if let Some(to) = self.exchange.relay(to) {
                self.news(News::Send { source, mime, to }, env);
            }
            return Ok(Verdict::Drop);
        }
        self.news(news, env);
        Ok(Verdict::Drop)
    }

    pub(super) fn news(&mut self, news: News, env: &mut SelectionEnv<'_, '_>) {
        let Self { clips, exchange, keeper, drag_out, .. } = self;
        match news {
            News::Selection(kind, offer) => {
                if let Some(clip) = clips.iter_mut().find(|clip| clip.kind == kind) {
                    clip.host_changed(offer, exchange, env);
                }
            }
            News::Send { source, mime, to } if drag_out.has_source(source) => {
                drag_out.send(mime, to, exchange, env);
            }
            News::Send { source, mime, to } if keeper.has_source(source) => {
                keeper.send(&mime, to, exchange);
            }
            News::Send { source, mime, to } => {
                if let Some(clip) = clips.iter().find(|clip| clip.has_source(source)) {
                    clip.send(&mime, to, exchange, env);
                }
            }
            News::Cancelled(source) => {
                drag_out.finished(source, false, exchange, env);
                keeper.cancelled(source, exchange, env);
                for clip in clips {
                    clip.cancelled(source, exchange, env);
                }
            }
            News::Target(source, takes) => drag_out.target(source, takes, exchange, env),
            News::Action(source, action) => drag_out.action(source, action, exchange, env),
            News::Dropped(source) => drag_out.dropped(source, env),
            News::Finished(source) => drag_out.finished(source, true, exchange, env),
            news => self.drag_news(&news, env),
        }
    }

    /// Handles events of a drag over Xwayland's surfaces: the host's drag, or an X program's.
    fn drag_news(&mut self, news: &News, env: &mut SelectionEnv<'_, '_>) {
        let Self { exchange, drag_in, drag_out, .. } = self;
        let is_own = drag_out.is_over_own();
        match *news {
            News::Enter { serial, surface, at, offer: Some(offer) } => {
                self.drag_surface = surface;
                let Some(over) = place(surface, at, env) else {
                    return self.exchange.devices.end_offer(offer, &mut env.host);
                };
                let Self { exchange, drag_in, drag_out, .. } = self;
                if exchange.is_own(offer) {
                    drag_out.enter((serial, offer), over, exchange, env);
                } else {
                    drag_in.enter((serial, offer), over, exchange, env);
                }
            }
            News::Motion(at) => {
                let Some((_, at)) = place(self.drag_surface, at, env) else { return };
                if is_own {
                    self.drag_out.motion(at, env);
                } else {
                    self.drag_in.motion(at, &self.exchange, env);
                }
            }
            News::Leave if is_own => drag_out.leave(exchange, env),
            News::Leave => drag_in.leave(exchange, env),
            News::Drop if is_own => drag_out.dropped_on_own(exchange, env),
            News::Drop => drag_in.dropped(exchange, env),
            News::Chosen(offer) => drag_in.chosen(offer, exchange, env),
            _ => {}
        }
    }
}

/// The window of one of Xwayland's surfaces, by the host's id, and a position on the surface as
/// a position relative to the root window.
fn place(surface: u32, at: (i32, i32), env: &SelectionEnv<'_, '_>) -> Option<(u32, (i32, i32))> {
    let surface = env.host.context.objects.host(surface)?.peer;
    let window = env.wm.window_of(surface)?;
    let host = &env.host;
    let of_content = |(x, y): (i32, i32)| {
        let at = (x.saturating_mul(256), y.saturating_mul(256));
        let fit = host.context.surface(surface).and_then(|surface| surface.fit);
        let (x, y) = fit.map_or(at, |fit| fit.place(at, host.scale().ratio()));
        (x / 256, y / 256)
    };
    let (origin, (x, y)) = (env.wm.place_of(window)?, host.place_in_pixels(of_content(at)));
    Some((window, (origin.x.saturating_add(x), origin.y.saturating_add(y))))
}
