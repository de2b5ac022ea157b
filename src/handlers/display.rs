//! `wl_display`: the host's errors about objects that the client may not know, and deleted ids that
//! the client does not know. (The engine itself translates deleted ids that the client knows,
//! because each frame brings some.)

use crate::session::{Context, Handler, Incoming, Refusal, Verdict, Want};
use crate::wire::DISPLAY_ID;

/// The handler of `wl_display`.
pub struct Display;

#[derive(Clone, Copy)]
pub enum Token {
    DeleteId,
    Error,
}

static WANTS: &[Want<Token>] = &[
    Want::event("wl_display", "delete_id", Token::DeleteId).of_own(),
    Want::event("wl_display", "error", Token::Error),
];

impl Handler for Display {
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
        match token {
            Token::DeleteId => delete_id(incoming, context),
            Token::Error => error(incoming, context),
        }
    }
}

fn delete_id(incoming: &mut Incoming<'_>, context: &mut Context<'_>) -> Result<Verdict, Refusal> {
    let mut args = incoming.args();
    let id = args.word()?;
    let deleted = context.objects.deleted_by_host(u32::from_ne_bytes(*id));
    if let Some(client_id) = deleted {
        *id = client_id.to_ne_bytes();
    }
    args.finish()?;
    // The client does not know this id: it is carafe's own, or does not exist. libwayland's client
    // logs the latter and continues.
    Ok(if deleted.is_some() { Verdict::Translated } else { Verdict::Drop })
}

/// Handles the host's error, which ends the connection. The client must get it even if it does not
/// know the object.
fn error(incoming: &mut Incoming<'_>, context: &mut Context<'_>) -> Result<Verdict, Refusal> {
    let mut args = incoming.args();
    let place = args.word()?;
    let host_id = u32::from_ne_bytes(*place);
    let known = context.objects.host(host_id).copied();
    let client_id = known.map_or(0, |object| object.peer);
    *place = (if client_id == 0 { DISPLAY_ID } else { client_id }).to_ne_bytes();
    let code = args.uint()?;
    let text = args.string()?.map(String::from_utf8_lossy).unwrap_or_default().into_owned();
    args.finish()?;
    let interface = known.map_or("unknown object", |o| context.tables.interface(o.interface).name);
    context.observer.host_error = Some(format!("{interface}#{client_id}, error {code}: {text}"));
    Ok(Verdict::Translated)
}
