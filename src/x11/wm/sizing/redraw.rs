//! A resize for which a client draws in step (`_NET_WM_SYNC_REQUEST`, EWMH): half-drawn content is
//! not shown, and the next size waits until the last one is shown.

use super::{Effect, Scene, Sizing, WindowSize};
use crate::x11::geometry::Rect;

/// The state of the redraw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RedrawStage {
    /// The client is drawing.
    Drawing,
    /// What it has drawn is about to be shown.
    Showing,
    /// It has not answered in time. It is not asked again before it answers.
    GivenUp,
}

/// A resize for which a client draws in step.
#[derive(Clone, Copy, Debug)]
pub struct Redraw {
    stage: RedrawStage,
    size: WindowSize,
    /// The size has already been shown.
    is_shown: bool,
    /// The window's next rectangle, which waits.
    next: Option<Rect>,
}

impl Redraw {
    /// A client was asked to draw this size.
    fn new(size: WindowSize) -> Self {
        Self { stage: RedrawStage::Drawing, size, is_shown: false, next: None }
    }

    /// Whether the window is between two sizes.
    pub fn is_under_way(&self) -> bool {
        self.stage != RedrawStage::GivenUp
    }

    /// The rectangle that waits for the client.
    pub fn next(&self) -> Option<Rect> {
        self.next.filter(|_| self.is_under_way())
    }

    /// The host gets content of this size. Returns whether the redraw is complete.
    pub fn shows(&mut self, size: WindowSize) -> bool {
        self.is_shown |= self.size == size;
        self.is_shown && self.stage == RedrawStage::Showing
    }
}

impl Sizing {
    /// Moves and resizes the window: at once, or when its client has completed the last resize.
    pub(super) fn resize(&mut self, rect: Rect, scene: &Scene, effects: &mut Vec<Effect>) {
        if let Some(redraw) = self.redraw.as_mut().filter(|redraw| redraw.is_under_way()) {
            // Only the latest size matters; those in between are skipped.
            redraw.next = (rect != self.rect).then_some(rect);
            return;
        }
        if rect.size() != self.rect.size() && self.redraw.is_none() && scene.can_sync {
            self.redraw = Some(Redraw::new(rect.size()));
            effects.push(Effect::AskToDraw);
        }
        self.move_at_once(rect, scene, effects);
    }

    /// The client could not be asked to draw.
    pub fn was_not_asked(&mut self) {
        self.redraw = None;
    }

    /// The client has drawn.
    pub fn drawn(&mut self, scene: &Scene, effects: &mut Vec<Effect>) {
        let Some(redraw) = &mut self.redraw else { return };
        match redraw.stage {
            RedrawStage::Showing => {}
            RedrawStage::GivenUp => {
                // It has answered after all, so the next resize may wait for it again.
                self.redraw = None;
                effects.push(Effect::StopWaiting);
            }
            RedrawStage::Drawing => {
                redraw.stage = RedrawStage::Showing;
                effects.push(Effect::AllowCommits);
                // Its content has come before its answer.
                if redraw.is_shown {
                    self.redraw_next(scene, effects);
                } else {
                    effects.push(Effect::AwaitContent);
                }
            }
        }
    }

    /// What was awaited has not come in time.
    pub fn time_is_up(&mut self, scene: &Scene, effects: &mut Vec<Effect>) {
        let Some(redraw) = &mut self.redraw else { return };
        match redraw.stage {
            RedrawStage::Showing => self.redraw_next(scene, effects),
            RedrawStage::GivenUp => {}
            RedrawStage::Drawing => {
                redraw.stage = RedrawStage::GivenUp;
                // A client that never answers must not stay invisible.
                effects.push(Effect::AllowCommits);
                if let Some(next) = redraw.next.take() {
                    self.resize(next, scene, effects);
                }
            }
        }
    }

    /// The client's content is shown; continue with the rectangle that waits.
    pub(super) fn redraw_next(&mut self, scene: &Scene, effects: &mut Vec<Effect>) {
        let next = self.redraw.take().and_then(|redraw| redraw.next());
        effects.push(Effect::StopWaiting);
        if let Some(next) = next {
            self.resize(next, scene, effects);
        }
    }
}
