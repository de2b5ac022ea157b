//! `wp_presentation` if the host's clock is not the client's, as behind a virtual device.
//!
//! The client is told to use its own `CLOCK_MONOTONIC`. Each feedback measures how far that is
//! ahead of the host's clock: the content was not shown before the client's request, nor after the
//! answer came. The shortest time between the two gives the best measurement. It becomes less
//! certain with time, because clocks drift. It is dropped when an answer contradicts it, because
//! then one of the two machines was suspended.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use crate::observe::clock;
use crate::session::{Context, Handler, Incoming, Refusal, Verdict, Want};

/// `CLOCK_MONOTONIC`.
const MONOTONIC: u32 = 1;

/// `wp_presentation_feedback.kind.hw_clock`: the flag says that software has not sampled the clock,
/// but carafe does.
const HW_CLOCK: u32 = 2;

/// How fast clocks may drift apart: one nanosecond in this many (200 ppm).
const DRIFT: i128 = 5000;

const NANOSECONDS: i128 = 1_000_000_000;

/// How carafe treats a message with a time of the host's clock. (Times of input events have an
/// unknown start, so only their differences matter.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// It is translated here.
    Translated,
    /// The global that leads to it is not offered: nothing can be measured before its first use, or
    /// the only purpose of the time is to show something at that moment.
    NotOffered(&'static str),
}

/// All messages with such times.
const TIMES: [(&str, Time); 8] = [
    ("wp_presentation.clock_id", Time::Translated),
    ("wp_presentation_feedback.presented", Time::Translated),
    ("wp_commit_timer_v1.set_timestamp", Time::NotOffered("wp_commit_timing_manager_v1")),
    ("zwp_input_timestamps_v1.timestamp", Time::NotOffered("zwp_input_timestamps_manager_v1")),
    ("zcr_vsync_timing_v1.update", Time::NotOffered("zcr_vsync_feedback_v1")),
    ("zwlr_screencopy_frame_v1.ready", Time::NotOffered("zwlr_screencopy_manager_v1")),
    (
        "ext_image_copy_capture_frame_v1.presentation_time",
        Time::NotOffered("ext_image_copy_capture_manager_v1"),
    ),
    ("zwlr_export_dmabuf_frame_v1.ready", Time::NotOffered("zwlr_export_dmabuf_manager_v1")),
];

/// Why a global cannot be offered if the host's clock is not the client's; `None` if it can.
pub fn objection(global: &str) -> Option<&'static str> {
    let named = |(_, time): &(_, Time)| matches!(time, Time::NotOffered(name) if *name == global);
    TIMES.iter().any(named).then_some("its times are of the host's clock, not the client's")
}

/// How far the client's clock is ahead of the host's, in nanoseconds.
#[derive(Default)]
struct ClockOffset {
    /// The best measurement, which may be too large but not too small, and its time.
    best: Option<(i128, i128)>,
}

impl ClockOffset {
    /// Converts `shown`, a time of the host's clock, to the client's clock. The client asked at
    /// `asked`, and is told `now`.
    fn translate(&mut self, asked: i128, shown: i128, now: i128) -> i128 {
        let (least, most) = (asked - shown, now - shown);
        let holds = |best: i128, at: i128| best >= least && best + (now - at) / DRIFT < most;
        let offset = match self.best {
            Some((best, at)) if holds(best, at) => best,
            _ => {
                self.best = Some((most, now));
                most
            }
        };
        (shown + offset).clamp(asked.min(now), now)
    }
}

/// The handler.
#[derive(Default)]
pub struct Presentation {
    offset: ClockOffset,
    /// The times of the client's requests for feedback, by the client's ids.
    asked: HashMap<u32, i128>,
}

/// The current time of the client's clock.
fn now() -> i128 {
    clock::now().into()
}

#[derive(Clone, Copy)]
pub enum Token {
    Feedback,
    ClockId,
    Discarded,
    Presented,
}

static WANTS: &[Want<Token>] = &[
    Want::request("wp_presentation", "feedback", Token::Feedback),
    Want::event("wp_presentation", "clock_id", Token::ClockId),
    Want::event("wp_presentation_feedback", "discarded", Token::Discarded),
    Want::event("wp_presentation_feedback", "presented", Token::Presented),
];

impl Handler for Presentation {
    type Token = Token;

    fn wants(&self) -> &'static [Want<Token>] {
        WANTS
    }

    fn handle(
        &mut self,
        token: Token,
        incoming: &mut Incoming<'_>,
        _: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let feedback = incoming.object.peer;
        match token {
            Token::Feedback => {
                let mut args = incoming.args();
                let (_surface, feedback) = (args.uint()?, args.uint()?);
                self.asked.insert(feedback, now());
            }
            Token::ClockId => *incoming.args().word()? = MONOTONIC.to_ne_bytes(),
            Token::Discarded => drop(self.asked.remove(&feedback)),
            Token::Presented => {
                let now = now();
                let asked = self.asked.remove(&feedback).unwrap_or(now);
                self.presented(asked, now, incoming)?;
            }
        }
        Ok(Verdict::Forward)
    }
}

impl Presentation {
    fn presented(
        &mut self,
        asked: i128,
        now: i128,
        incoming: &mut Incoming<'_>,
    ) -> Result<(), Refusal> {
        let mut args = incoming.args();
        let seconds = u64::from(args.uint()?) << 32 | u64::from(args.uint()?);
        let shown = i128::from(seconds) * NANOSECONDS + i128::from(args.uint()?);
        let shown = self.offset.translate(asked, shown, now);
        let seconds = u64::try_from(shown / NANOSECONDS).unwrap_or_default();
        let nanoseconds = u32::try_from(shown % NANOSECONDS).unwrap_or_default();
        let mut args = incoming.args();
        #[expect(clippy::cast_possible_truncation, reason = "the two halves")]
        for half in [(seconds >> 32) as u32, seconds as u32, nanoseconds] {
            *args.word()? = half.to_ne_bytes();
        }
        let (_refresh, _high, _low) = (args.uint()?, args.uint()?, args.uint()?);
        let flags = args.word()?;
        *flags = (u32::from_ne_bytes(*flags) & !HW_CLOCK).to_ne_bytes();
        Ok(())
    }
}
