//! Dma-buf formats: only the formats that the policy names are announced and accepted.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::os::fd::AsFd;
use std::sync::Arc;

use wayland_protocols::wp::linux_dmabuf::zv1::client::{
    zwp_linux_buffer_params_v1::Error, zwp_linux_dmabuf_feedback_v1::EVT_TRANCHE_FORMATS_OPCODE,
};

use crate::foreign;
use crate::policy::Policy;
use crate::session::{ArgFault, Context, Fault, Handler, Incoming, Refusal, Verdict, Want};

/// `wl_drm.error.invalid_format`
const DRM_INVALID_FORMAT: u32 = 1;

/// Bytes of an entry of a format table: format, padding, modifier.
const ENTRY_BYTES: usize = 16;

/// Bound on the entries of a table: their indices have 16 bits.
const MAX_ROWS: usize = 1 << 16;

#[derive(Clone, Copy)]
pub enum Token {
    /// The host announces a format.
    Format,
    /// The host sends a format table.
    Table,
    /// The host announces entries of the table.
    Rows,
    FeedbackDestroyed,
    /// The client makes a buffer; with the number of words before the format.
    Create {
        before: usize,
    },
    /// The same with `wl_drm`.
    CreateByDrm {
        before: usize,
    },
}

static WANTS: &[Want<Token>] = &[
    Want::event("zwp_linux_dmabuf_v1", "format", Token::Format),
    Want::event("zwp_linux_dmabuf_v1", "modifier", Token::Format),
    Want::event("wl_drm", "format", Token::Format),
    Want::event("zwp_linux_dmabuf_feedback_v1", "format_table", Token::Table),
    Want::event("zwp_linux_dmabuf_feedback_v1", "tranche_formats", Token::Rows),
    Want::request("zwp_linux_dmabuf_feedback_v1", "destroy", Token::FeedbackDestroyed),
    Want::request("zwp_linux_buffer_params_v1", "create", Token::Create { before: 2 }),
    Want::request("zwp_linux_buffer_params_v1", "create_immed", Token::Create { before: 3 }),
    Want::request("wl_drm", "create_buffer", Token::CreateByDrm { before: 5 }),
    Want::request("wl_drm", "create_planar_buffer", Token::CreateByDrm { before: 4 }),
    Want::request("wl_drm", "create_prime_buffer", Token::CreateByDrm { before: 3 }),
];

/// The handler.
pub struct Formats {
    policy: Arc<Policy>,
    /// Which entries of a feedback's table may be announced, by the host's ids.
    tables: HashMap<u32, Vec<bool>>,
}

impl Formats {
    /// For one session.
    pub fn new(policy: Arc<Policy>) -> Self {
        Self { policy, tables: HashMap::new() }
    }

    fn allows(&self, format: u32) -> bool {
        self.policy.formats.as_ref().is_none_or(|formats| formats.contains(&format))
    }

    /// The format after this many words of a request.
    fn named(before: usize, incoming: &mut Incoming<'_>) -> Result<u32, Refusal> {
        let mut args = incoming.args();
        for _ in 0..before {
            args.word()?;
        }
        Ok(args.uint()?)
    }

    /// Reads a table. If it cannot be read, none of its entries may be announced.
    fn read(&mut self, incoming: &mut Incoming<'_>, context: &Context<'_>) -> Result<(), Refusal> {
        let len = incoming.args().uint()? as usize;
        let file = context.fds.get(0).ok_or(ArgFault::MissingFd)?;
        let mut bytes = vec![0; len.min(MAX_ROWS * ENTRY_BYTES)];
        let is_read = foreign::readable(file.as_fd()).is_ok()
            && rustix::io::pread(file, &mut *bytes, 0) == Ok(bytes.len());
        if !is_read {
            bytes.clear();
            tracing::warn!("the host's table of formats cannot be read: no format is offered");
        }
        let rows = bytes.chunks_exact(ENTRY_BYTES).filter_map(|row| row.first_chunk());
        let allowed = rows.map(|format| self.allows(u32::from_ne_bytes(*format))).collect();
        self.tables.insert(incoming.header.object, allowed);
        Ok(())
    }

    /// Passes on the allowed entries.
    fn tell(
        &self,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let (feedback, client) = (incoming.header.object, incoming.object.peer);
        let Some(table) = self.tables.get(&feedback) else { return Ok(Verdict::Drop) };
        let mut args = incoming.args();
        let rows = args.array()?.chunks_exact(2).filter_map(|row| row.first_chunk());
        let rows =
            rows.filter(|row| table.get(usize::from(u16::from_ne_bytes(**row))) == Some(&true));
        let rows: Vec<u8> = rows.flatten().copied().collect();
        args.finish()?;
        context.to_client.make(client, EVT_TRANCHE_FORMATS_OPCODE, |event| event.array(&rows));
        Ok(Verdict::Drop)
    }
}

impl Handler for Formats {
    type Token = Token;

    fn wants(&self) -> &'static [Want<Token>] {
        WANTS
    }

    fn handle(
        &mut self,
        token: Token,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        let object = incoming.header.object;
        let refuse = |code, format: u32| {
            let letters = format.to_le_bytes();
            let name = letters.escape_ascii();
            let text = format!("the policy allows no buffers of the format {name}");
            Err(Fault::client(object, code, text).into())
        };
        match token {
            // The host tells this to carafe itself. (Requests of a client to carafe's own objects
            // are checked.)
            Token::Format | Token::Table | Token::Rows if incoming.object.peer == 0 => {}
            Token::Format => {
                if !self.allows(incoming.args().uint()?) {
                    return Ok(Verdict::Withhold);
                }
            }
            Token::Table => self.read(incoming, context)?,
            Token::Rows => return self.tell(incoming, context),
            Token::FeedbackDestroyed => drop(self.tables.remove(&incoming.object.peer)),
            Token::Create { before } => {
                let format = Self::named(before, incoming)?;
                if !self.allows(format) {
                    return refuse(Error::InvalidFormat as u32, format);
                }
            }
            Token::CreateByDrm { before } => {
                let format = Self::named(before, incoming)?;
                if !self.allows(format) {
                    return refuse(DRM_INVALID_FORMAT, format);
                }
            }
        }
        Ok(Verdict::Forward)
    }
}
