//! Requests that handlers make in the client's name: what was held back is handled as if it came
//! now, by all handlers that want it.

use super::{Engine, Flow, message_of, receiver};
use crate::observe::Side;
use crate::session::fault::{ArgFault, Fault};
use crate::session::handler::{Refusal, Verdict};
use crate::session::translate::translate;
use crate::surfaces::Key;
use crate::wire::{FdQueue, HEADER_LEN, Header};

impl Engine {
    /// Handles the requests that were added. Returns `false` if some of them must wait; then
    /// everything else that the client says waits too.
    #[cold]
    pub(super) fn replay(&mut self) -> Result<bool, Fault> {
        while !self.state.as_client.is_empty() {
            let mut bytes = self.state.as_client.take();
            let mut done = 0;
            while let Some(message) = bytes.get_mut(done..).filter(|rest| !rest.is_empty()) {
                let Some(header) = Header::read_unchecked(message) else { break };
                let len = usize::from(header.len);
                let Some(message) = message.get_mut(..len) else { break };
                let replayed = self.replay_one(header, message);
                self.log_made();
                if !replayed? {
                    break;
                }
                done += len;
            }
            let waits = done < bytes.len();
            bytes.drain(..done);
            self.state.as_client.put_before(bytes);
            self.requests_wait = waits;
            if waits {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Handles one request; `false` if it must wait.
    fn replay_one(&mut self, header: Header, message: &mut [u8]) -> Result<bool, Fault> {
        let tables = self.state.tables;
        // The object does not exist any more, so the request has no effect.
        let Some(&object) = receiver::<true>(&self.state.objects, header.object) else {
            return Ok(true);
        };
        let interface = tables.interface(object.interface);
        let Some(description) = message_of::<true>(interface, header) else { return Ok(true) };
        let turns = self.handlers.turns::<true>(object.interface, header);
        if !self.may_pass(turns, Key { id: header.object, slot: object.slot }) {
            return Ok(false);
        }
        let Self { state, handlers, requests, events, observer, .. } = self;
        let Flow { out, .. } = requests;
        let fault = |refusal: Refusal| refusal.into_fault(true, header, interface, description);
        let body = message.get_mut(HEADER_LEN..).unwrap_or_default();
        let mut fds = FdQueue::default();
        let mut context = state.context((&mut events.out, out), &mut fds, observer);
        let seen = handlers.handle::<true>(turns, header, object, body, &mut context);
        match seen.map_err(fault)? {
            Verdict::Drop | Verdict::Withhold => return Ok(true),
            Verdict::Forward => {
                translate::<true>(body, description, object.versions, &mut state.objects, tables)
                    .map_err(|args: ArgFault| fault(args.into()))?;
            }
            Verdict::Translated => {}
        }
        if object.peer != 0 {
            let header = Header { object: object.peer, ..header };
            if let Some(place) = message.get_mut(..HEADER_LEN) {
                place.copy_from_slice(&header.to_bytes());
            }
            out.copy(message);
            observer.count(Side::Client, description);
        }
        Ok(true)
    }
}
