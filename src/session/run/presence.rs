//! Whether a host that may vanish without a sign is still there: when to ask it, and when to ask
//! the channel.
//!
//! A host behind a virtual device can die without a hang-up. So a host that owes an answer is sent
//! a request that it must answer; if even its end would be silent, it is also asked when nothing is
//! owed. A host that does not answer need not be gone: it may be stopped. Then the channel must
//! find out.

use std::time::{Duration, Instant};

use crate::channel::Doubt;

/// Longest time between two questions. A host that hangs must not find thousands of them when it
/// continues.
const MOST: Duration = Duration::from_secs(10);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// It has not sent anything yet.
    First,
    /// It has answered everything.
    Answered,
    /// Something was sent to it since its last message.
    Owing,
    /// It was asked, and has this long to answer.
    Asked(Duration),
}

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PresenceStep {
    /// Wait this long; `None` for ever.
    Wait(Option<Duration>),
    /// Ask the host whether it is there.
    Ask,
    /// It was asked and has not answered. Check whether it is gone; if not, ask again later.
    Look,
    /// It has not sent its first message in time.
    NoAnswer,
}

/// What is known about a host.
pub struct Presence {
    doubt: Doubt,
    phase: Phase,
    /// When to do something next, if that is known.
    due: Option<Instant>,
}

impl Presence {
    /// For a host that was not asked anything yet.
    pub fn new(doubt: Doubt) -> Self {
        Self { doubt, phase: Phase::First, due: None }
    }

    /// Notes that something is sent to it.
    pub fn sent(&mut self, now: impl FnOnce() -> Instant) {
        match self.phase {
            Phase::First if self.due.is_none() => self.due = Some(now() + self.doubt.first_message),
            Phase::Answered => {
                self.phase = Phase::Owing;
                self.due = Some(now() + self.doubt.after_request);
            }
            // The time of the first unanswered message counts.
            _ => {}
        }
    }

    /// Notes that it was asked whether it is there.
    pub fn asked(&mut self, now: Instant) {
        let time = match self.phase {
            Phase::Asked(before) => before.saturating_mul(2).min(MOST),
            _ => self.doubt.after_request,
        };
        (self.phase, self.due) = (Phase::Asked(time), Some(now + time));
    }

    /// Notes that it has sent something.
    pub fn heard(&mut self) {
        (self.phase, self.due) = (Phase::Answered, None);
    }

    /// What to do now.
    pub fn next(&mut self, now: Instant) -> PresenceStep {
        let is_answered = self.phase == Phase::Answered;
        let idle = self.doubt.when_idle.filter(|_| is_answered);
        let due = self.due.or_else(|| idle.map(|idle| now + idle));
        self.due = due;
        let Some(due) = due else { return PresenceStep::Wait(None) };
        let left = due.saturating_duration_since(now);
        match self.phase {
            _ if !left.is_zero() => PresenceStep::Wait(Some(left)),
            Phase::First => PresenceStep::NoAnswer,
            Phase::Answered | Phase::Owing => PresenceStep::Ask,
            Phase::Asked(_) => PresenceStep::Look,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOUBT: Doubt = Doubt {
        first_message: Duration::from_secs(5),
        after_request: Duration::from_millis(800),
        when_idle: None,
    };

    const fn ms(time: u64) -> Duration {
        Duration::from_millis(time)
    }

    #[test]
    fn the_first_word_has_a_limit() {
        let now = Instant::now();
        let mut host = Presence::new(DOUBT);
        assert_eq!(host.next(now), PresenceStep::Wait(None));
        host.sent(|| now);
        host.sent(|| now + ms(3000));
        assert_eq!(host.next(now + ms(4000)), PresenceStep::Wait(Some(ms(1000))));
        assert_eq!(host.next(now + ms(5000)), PresenceStep::NoAnswer);
        host.heard();
        assert_eq!(host.next(now + ms(9000)), PresenceStep::Wait(None));
    }

    #[test]
    fn a_steady_stream_of_requests_does_not_put_the_question_off() {
        let now = Instant::now();
        let mut host = Presence::new(DOUBT);
        host.heard();
        for time in (0..800).step_by(16) {
            host.sent(|| now + ms(time));
            assert_eq!(host.next(now + ms(time)), PresenceStep::Wait(Some(ms(800 - time))));
        }
        assert_eq!(host.next(now + ms(800)), PresenceStep::Ask);
    }

    #[test]
    fn a_host_that_hangs_is_asked_less_and_less() {
        let start = Instant::now();
        let mut host = Presence::new(DOUBT);
        host.heard();
        host.sent(|| start);
        let (mut now, mut questions) = (start + ms(800), 0);
        while now < start + Duration::from_mins(10) {
            let next = host.next(now);
            assert_eq!(next, if questions == 0 { PresenceStep::Ask } else { PresenceStep::Look });
            host.sent(|| now);
            host.asked(now);
            questions += 1;
            let PresenceStep::Wait(Some(time)) = host.next(now) else { panic!("it waits") };
            assert!(time <= MOST);
            now += time;
        }
        assert!(questions < 70, "{questions}");
        host.heard();
        assert_eq!(host.next(now), PresenceStep::Wait(None));
        // The next unanswered message is treated like the first one.
        host.sent(|| now);
        assert_eq!(host.next(now), PresenceStep::Wait(Some(ms(800))));
    }

    #[test]
    fn an_idle_host_is_asked_where_its_end_would_be_silent() {
        let now = Instant::now();
        let mut host = Presence::new(Doubt { when_idle: Some(ms(5000)), ..DOUBT });
        host.heard();
        assert_eq!(host.next(now), PresenceStep::Wait(Some(ms(5000))));
        assert_eq!(host.next(now + ms(4000)), PresenceStep::Wait(Some(ms(1000))));
        host.heard();
        assert_eq!(host.next(now + ms(4000)), PresenceStep::Wait(Some(ms(5000))));
        assert_eq!(host.next(now + ms(9000)), PresenceStep::Ask);
        host.sent(|| now + ms(9000));
        host.asked(now + ms(9000));
        assert_eq!(host.next(now + ms(9000)), PresenceStep::Wait(Some(ms(800))));
        assert_eq!(host.next(now + ms(9800)), PresenceStep::Look);
    }
}
