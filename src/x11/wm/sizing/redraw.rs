//! A change of size for which a client draws anew (`_NET_WM_SYNC_REQUEST`, EWMH): what is half
//! drawn is not shown, and the next size waits until the last one is seen.

use super::{Effect, Scene, Size, Sizing};
use crate::x11::rect::Rect;

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RedrawStage {
    /// The client draws.
    Drawing,
    /// What it has drawn is to be shown.
    Showing,
    /// It has not answered. It is not asked again before it does.
    GivenUp,
}

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct Redraw {
    stage: RedrawStage,
    size: Size,
    /// The size was shown already.
    is_shown: bool,
    /// What the window is to have next.
    next: Option<Rect>,
}

impl Redraw {
    /// A client was asked to draw that size.
    fn new(size: Size) -> Self {
        Self { stage: RedrawStage::Drawing, size, is_shown: false, next: None }
    }

    /// Whether the window is between two sizes.
    pub fn is_under_way(&self) -> bool {
        self.stage != RedrawStage::GivenUp
    }

    /// What the window is to have that waits for its client.
    pub fn next(&self) -> Option<Rect> {
        self.next.filter(|_| self.is_under_way())
    }

    /// The host gets content of that size. Gives whether all is done.
    pub fn shows(&mut self, size: Size) -> bool {
        self.is_shown |= self.size == size;
        self.is_shown && self.stage == RedrawStage::Showing
    }
}

impl Sizing {
    /// Moves and resizes it: at once, or when its client has followed the last resize.
    pub(super) fn resize(&mut self, rect: Rect, scene: &Scene, effects: &mut Vec<Effect>) {
        if let Some(redraw) = self.redraw.as_mut().filter(|redraw| redraw.is_under_way()) {
            redraw.next = (rect != self.rect).then_some(rect);
            return;
        }
        if rect.size() != self.rect.size() && self.redraw.is_none() && scene.can_sync {
            self.redraw = Some(Redraw::new(rect.size()));
            effects.push(Effect::AskToDraw);
        }
        self.move_at_once(rect, scene, effects);
    }

    /// Its client could not be asked to draw.
    pub fn was_not_asked(&mut self) {
        self.redraw = None;
    }

    /// Its client has drawn.
    pub fn drawn(&mut self, scene: &Scene, effects: &mut Vec<Effect>) {
        let Some(redraw) = &mut self.redraw else { return };
        match redraw.stage {
            RedrawStage::Showing => {}
            RedrawStage::GivenUp => {
                self.redraw = None;
                effects.push(Effect::StopWaiting);
            }
            RedrawStage::Drawing => {
                redraw.stage = RedrawStage::Showing;
                effects.push(Effect::AllowCommits);
                if redraw.is_shown {
                    self.redraw_next(scene, effects);
                } else {
                    effects.push(Effect::AwaitContent);
                }
            }
        }
    }

    /// What was waited for has not come in time.
    pub fn time_is_up(&mut self, scene: &Scene, effects: &mut Vec<Effect>) {
        let Some(redraw) = &mut self.redraw else { return };
        match redraw.stage {
            RedrawStage::Showing => self.redraw_next(scene, effects),
            RedrawStage::GivenUp => {}
            RedrawStage::Drawing => {
                redraw.stage = RedrawStage::GivenUp;
                effects.push(Effect::AllowCommits);
                if let Some(next) = redraw.next.take() {
                    self.resize(next, scene, effects);
                }
            }
        }
    }

    /// It has drawn, and that is shown: on to what waits.
    pub(super) fn redraw_next(&mut self, scene: &Scene, effects: &mut Vec<Effect>) {
        let next = self.redraw.take().and_then(|redraw| redraw.next());
        effects.push(Effect::StopWaiting);
        if let Some(next) = next {
            self.resize(next, scene, effects);
        }
    }
}
