//! Which messages handlers want to see, and so which messages are plain. This is computed once for
//! all sessions with the same handlers.

#[cfg(test)]
mod tests;

use std::sync::{Mutex, OnceLock, PoisonError};

use crate::observe::{Side, Watch};
use crate::protocol::{Interface, InterfaceId, Message, Plan, Tables};
use crate::wire::Header;

/// A message that a handler wants to see, with the handler's own name for it.
#[derive(Clone, Copy, Debug)]
pub struct Want<T> {
    /// The message.
    pub message: MessagePattern,
    /// The handler's name for it.
    pub token: T,
}

/// A message that a handler wants to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessagePattern {
    /// The sender.
    pub from: Side,
    /// The interface of its object.
    pub interface: &'static str,
    /// Its name in the protocol; `None` for every message of that side that has no entry of its
    /// own.
    pub name: Option<&'static str>,
    /// See [`Want::may_wait`].
    pub may_wait: bool,
    /// See [`Want::of_own`].
    pub is_of_own: bool,
}

/// The lists of a handler that wants other messages at other times. Each is made when a session
/// first needs it, and serves all sessions of the process.
pub struct WantLists<T, const COUNT: usize>([OnceLock<Vec<Want<T>>>; COUNT]);

impl<T, const COUNT: usize> WantLists<T, COUNT> {
    /// Without a list.
    pub const fn empty() -> Self {
        Self([const { OnceLock::new() }; COUNT])
    }

    /// The list of this number, which `make` makes. There is none from `COUNT` on.
    pub fn get(&self, number: usize, make: impl FnOnce() -> Vec<Want<T>>) -> &[Want<T>] {
        self.0.get(number).map_or(&[], |list| list.get_or_init(make))
    }
}

impl<T> Want<T> {
    const fn new(
        from: Side,
        interface: &'static str,
        name: Option<&'static str>,
        token: T,
    ) -> Self {
        let message = MessagePattern { from, interface, name, may_wait: false, is_of_own: false };
        Self { message, token }
    }

    /// Whether this is that message.
    #[cfg(test)]
    pub fn is(&self, from: Side, interface: &str, name: &str) -> bool {
        let MessagePattern { from: side, interface: of, name: which, .. } = self.message;
        (side, of, which) == (from, interface, Some(name))
    }

    /// A request of the client.
    pub const fn request(interface: &'static str, name: &'static str, token: T) -> Self {
        Self::new(Side::Client, interface, Some(name), token)
    }

    /// An event of the host.
    pub const fn event(interface: &'static str, name: &'static str, token: T) -> Self {
        Self::new(Side::Host, interface, Some(name), token)
    }

    /// All requests of an interface that have no entry of their own.
    pub const fn other_requests(interface: &'static str, token: T) -> Self {
        Self::new(Side::Client, interface, None, token)
    }

    /// All events of an interface that have no entry of their own.
    pub const fn other_events(interface: &'static str, token: T) -> Self {
        Self::new(Side::Host, interface, None, token)
    }

    /// Lets [`Handler::must_wait`](super::Handler::must_wait) be asked about this request.
    #[must_use]
    pub const fn may_wait(mut self) -> Self {
        self.message.may_wait = true;
        self
    }

    /// The handler wants to see it only for carafe's own objects. For the client's objects it may
    /// be forwarded in the tight loop.
    #[must_use]
    pub const fn of_own(mut self) -> Self {
        self.message.is_of_own = true;
        self
    }
}

/// All messages that a handler wants to see.
pub struct WantList {
    /// The handler's name.
    pub handler: &'static str,
    /// Where the handler's own list is, and how long.
    pub place: (usize, usize),
    /// The messages, in that order.
    pub wanted: Vec<MessagePattern>,
}

/// Most handlers of a session.
pub const MAX_HANDLERS: usize = 64;

/// Why a session cannot have these handlers: carafe itself has an error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RouteError {
    /// There are more than [`MAX_HANDLERS`].
    #[error("{0} handlers, where a session may have {MAX_HANDLERS}")]
    TooManyHandlers(usize),
    /// A handler wants too many messages.
    #[error("{0} wants too many messages")]
    TooManyMessages(&'static str),
    /// There is no such message.
    #[error("{0} wants {1}.{2}, which no protocol has")]
    NoSuchMessage(&'static str, &'static str, &'static str),
    /// A handler names a message twice.
    #[error("{0} has two words for {1}.{2}")]
    TwoWords(&'static str, &'static str, &'static str),
}

/// One handler that sees a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The handler's index in the session.
    pub handler: u8,
    /// See [`Want::may_wait`].
    pub may_wait: bool,
    /// See [`Want::of_own`].
    is_of_own: bool,
    /// The message's index in the handler's list.
    pub row: u16,
}

/// The handlers of each message of one side of an interface, by opcode; empty if no handler wants
/// any of them.
type Turns = Vec<Vec<Turn>>;

/// The routes of sessions with the same handlers.
pub struct Routes {
    tables: &'static Tables,
    requests: Box<[Turns]>,
    events: Box<[Turns]>,
    plans: Plans,
    watched: OnceLock<Plans>,
}

/// For each interface, which messages are plain: requests, events.
pub struct Plans(Box<[(&'static [Plan], &'static [Plan])]>);

/// By the interface's index.
impl FromIterator<(&'static [Plan], &'static [Plan])> for Plans {
    fn from_iter<I: IntoIterator<Item = (&'static [Plan], &'static [Plan])>>(all: I) -> Self {
        Self(all.into_iter().collect())
    }
}

impl Plans {
    /// The plans of an interface's requests and events. A message that a handler wants to see is
    /// not plain.
    #[inline]
    pub fn of(&self, interface: InterfaceId) -> (&'static [Plan], &'static [Plan]) {
        self.0.get(interface.index()).copied().unwrap_or_default()
    }
}

/// What routes depend on: the tables, and each handler's list of messages. All of these live as
/// long as the process, so their addresses identify them.
type RouteKey = (usize, Vec<(usize, usize)>);

impl Routes {
    /// The routes of sessions with these handlers. They are never freed, because a process has only
    /// a few kinds of sessions.
    ///
    /// # Errors
    /// [`RouteError`]
    pub fn of(tables: &'static Tables, handlers: &[WantList]) -> Result<&'static Self, RouteError> {
        static KNOWN: Mutex<Vec<(RouteKey, &'static Routes)>> = Mutex::new(Vec::new());
        let lists = handlers.iter().map(|list| list.place).collect();
        let key: RouteKey = (std::ptr::from_ref(tables).addr(), lists);
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, routes)) = known.iter().find(|(of, _)| *of == key) {
            return Ok(routes);
        }
        let routes: &'static Self = Box::leak(Box::new(Self::build(tables, handlers)?));
        known.push((key, routes));
        Ok(routes)
    }

    fn build(tables: &'static Tables, handlers: &[WantList]) -> Result<Self, RouteError> {
        if handlers.len() > MAX_HANDLERS {
            return Err(RouteError::TooManyHandlers(handlers.len()));
        }
        let mut requests = vec![Turns::new(); tables.len()].into_boxed_slice();
        let mut events = requests.clone();
        for (number, WantList { handler: name, wanted, .. }) in (0..).zip(handlers) {
            let count = u16::try_from(wanted.len());
            let rows = 0..count.map_err(|_| RouteError::TooManyMessages(name))?;
            // An entry for one message comes after an entry for all other messages, and replaces
            // it.
            let is_named = |(_, wanted): &(u16, &MessagePattern)| wanted.name.is_some();
            let others = rows.clone().zip(wanted).filter(|row| !is_named(row));
            for (row, message) in others.chain(rows.zip(wanted).filter(is_named)) {
                let MessagePattern { from, interface, name: of, may_wait, is_of_own } = *message;
                let missing = || RouteError::NoSuchMessage(name, interface, of.unwrap_or("(any)"));
                let id = tables.find(interface).ok_or_else(missing)?;
                let messages = messages(tables.interface(id), from);
                let all = if from == Side::Client { &mut requests } else { &mut events };
                let turns = all.get_mut(id.index()).ok_or_else(missing)?;
                turns.resize(messages.len(), Vec::new());
                let turn = Turn { handler: number, may_wait, is_of_own, row };
                let is_mine = |last: &&mut Turn| last.handler == number;
                let Some(of) = of else {
                    for turns in turns {
                        turns.push(turn);
                    }
                    continue;
                };
                let opcode = messages.iter().position(|message| message.name == of);
                let opcode = opcode.ok_or_else(missing)?;
                let turns = turns.get_mut(opcode).ok_or_else(missing)?;
                match turns.last_mut().filter(is_mine) {
                    None => turns.push(turn),
                    Some(last) => {
                        let before = wanted.get(usize::from(last.row));
                        if before.is_some_and(|before| before.name.is_some()) {
                            return Err(RouteError::TwoWords(name, interface, of));
                        }
                        *last = turn;
                    }
                }
            }
        }
        let plans = plans(tables, &requests, &events, &[]);
        Ok(Self { tables, requests, events, plans, watched: OnceLock::new() })
    }

    /// Which messages are plain.
    pub fn plans(&'static self) -> &'static Plans {
        &self.plans
    }

    /// The same while the session is being watched: then messages of frames are not plain.
    pub fn watched_plans(&'static self) -> &'static Plans {
        let Self { tables, requests, events, .. } = self;
        self.watched.get_or_init(|| plans(tables, requests, events, &Watch::INTERFACES))
    }

    /// The handlers that see a message, in order.
    #[inline]
    pub fn turns<const FROM_CLIENT: bool>(
        &self,
        interface: InterfaceId,
        header: Header,
    ) -> &[Turn] {
        let all = if FROM_CLIENT { &self.requests } else { &self.events };
        let turns = all.get(interface.index()).and_then(|all| all.get(usize::from(header.opcode)));
        turns.map_or(&[], Vec::as_slice)
    }
}

fn messages(interface: &Interface, from: Side) -> &[Message] {
    if from == Side::Client { &interface.requests } else { &interface.events }
}

fn plans(tables: &'static Tables, requests: &[Turns], events: &[Turns], watched: &[&str]) -> Plans {
    let of = |((interface, requests), events): ((&'static Interface, &Turns), &Turns)| {
        let Interface { name, request_plans, event_plans, .. } = interface;
        if watched.contains(name) {
            return (&[][..], &[][..]);
        }
        (plain(request_plans, requests), plain(event_plans, events))
    };
    tables.iter().zip(requests).zip(events).map(of).collect()
}

/// The plans of messages with these handlers: a message that a handler must see is not plain.
fn plain(plans: &'static [Plan], turns: &Turns) -> &'static [Plan] {
    let sees = |turns: &Vec<Turn>| turns.iter().any(|turn| !turn.is_of_own);
    if !turns.iter().any(sees) {
        return plans;
    }
    let plan = |(plan, turns): (&Plan, &Vec<Turn>)| {
        let len = if sees(turns) { 0 } else { plan.len };
        Plan { len, ..*plan }
    };
    let plans: Vec<Plan> = plans.iter().zip(turns).map(plan).collect();
    // They live as long as the routes.
    if plans.iter().all(|plan| plan.len == 0) { &[] } else { plans.leak() }
}
