//! Rewriting the object ids in one message in place, and its coordinates if they are scaled.

use super::fault::ArgFault;
use super::objects::Objects;
use super::versions::Versions;
use crate::protocol::{Arg, InterfaceId, Message, Rewrite, RewriteKind, Tables};
use crate::wire::{ArgReader, ArgShape};

/// Checks a message's arguments, and replaces the sender's ids and coordinates with the receiver's.
/// New objects get the versions of the message's object, unless the message names a version.
///
/// # Errors
/// [`ArgFault`]; the arguments are then half rewritten and the session must end. But for
/// [`ArgFault::OneSided`] of an event: that made no object yet, and need only be [kept]
/// from the client.
///
/// [kept]: keep_from_client
#[inline]
pub fn translate<const FROM_CLIENT: bool>(
    body: &mut [u8],
    message: &Message,
    versions: Versions,
    objects: &mut Objects,
    tables: &Tables,
) -> Result<(), ArgFault> {
    if let Some(len) = message.fixed_len.map(usize::from) {
        if body.len() != len {
            return Err(ArgFault::Shape(match body.len().checked_sub(len) {
                Some(left) => ArgShape::Long(left),
                None => ArgShape::Short,
            }));
        }
        rewrite::<FROM_CLIENT>(body, message.ids, versions, objects, tables)?;
    } else {
        translate_variable::<FROM_CLIENT>(body, message, versions, objects, tables)?;
    }
    match &message.coordinates {
        Some(coordinates) => {
            rewrite::<FROM_CLIENT>(body, &coordinates.fixed, versions, objects, tables)
        }
        None => Ok(()),
    }
}

/// Makes the objects of an event that the client does not get, because the host has made them all
/// the same. Later events to them are for nobody.
///
/// # Errors
/// [`ArgFault`]: the arguments are wrong.
#[cold]
pub fn keep_from_client(
    body: &mut [u8],
    message: &Message,
    versions: Versions,
    objects: &mut Objects,
) -> Result<(), ArgFault> {
    let mut args = ArgReader::new(body);
    for arg in &message.args {
        match *arg {
            Arg::NewId(Some(interface)) => {
                objects.take_host_made(args.uint()?, interface, versions)?;
            }
            Arg::Array | Arg::Str(_) => drop(args.array()?),
            Arg::Fd(_) => {}
            _ => drop(args.word()?),
        }
    }
    Ok(())
}

/// Replaces the ids and coordinates at these places of a message that has the right length.
///
/// # Errors
/// [`ArgFault`], as [`translate`].
#[expect(clippy::inline_always, reason = "measured: a fifth of a callback's cost")]
#[inline(always)]
pub fn rewrite<const FROM_CLIENT: bool>(
    body: &mut [u8],
    rewrites: &[Rewrite],
    versions: Versions,
    objects: &mut Objects,
    tables: &Tables,
) -> Result<(), ArgFault> {
    for Rewrite { offset, what } in rewrites {
        let place = body.get_mut(usize::from(*offset)..).and_then(<[u8]>::first_chunk_mut);
        let place: &mut [u8; 4] = place.ok_or(ArgShape::Short)?;
        match *what {
            RewriteKind::NewId(Some(interface)) => {
                new_id::<FROM_CLIENT>(place, interface, versions, objects)?;
            }
            RewriteKind::Object(want, nullable) => {
                object::<FROM_CLIENT>(place, want, nullable, objects, tables)?;
            }
            RewriteKind::Coordinate(coordinate) => {
                objects.scale().rewrite::<FROM_CLIENT>(body, *offset, coordinate)?;
            }
            RewriteKind::NewId(None) => return Err(ArgFault::UnknownInterface(String::new())),
        }
    }
    Ok(())
}

fn translate_variable<const FROM_CLIENT: bool>(
    body: &mut [u8],
    message: &Message,
    versions: Versions,
    objects: &mut Objects,
    tables: &Tables,
) -> Result<(), ArgFault> {
    if !FROM_CLIENT {
        find_one_sided(body, message, objects)?;
    }
    let mut args = ArgReader::new(body);
    // wl_registry.bind has the interface and the version before its new id.
    let untyped = message.args.contains(&Arg::NewId(None));
    let mut named = None;
    let mut named_versions = versions;
    for (number, arg) in message.args.iter().enumerate() {
        match *arg {
            Arg::Int | Arg::Fixed | Arg::Uint => {
                let place = args.word()?;
                named_versions = u32::from_ne_bytes(*place).into();
                let mut late = message.coordinates.iter().flat_map(|c| &c.late);
                if let Some((_, coordinate)) = late.find(|(late, _)| *late == number) {
                    objects.scale().rewrite::<FROM_CLIENT>(place, 0, *coordinate)?;
                }
            }
            Arg::Array => drop(args.array()?),
            Arg::Str(nullable) => {
                let text = args.string()?;
                if text.is_none() && !nullable {
                    return Err(ArgFault::Null);
                }
                // carafe does not judge strings of the host: it may have them from another client.
                if FROM_CLIENT {
                    let text = str::from_utf8(text.unwrap_or_default());
                    let text = text.map_err(|_| ArgFault::NotUtf8)?;
                    if untyped {
                        let found = tables.find(text);
                        let known = found.ok_or_else(|| ArgFault::UnknownInterface(text.into()));
                        named = Some(known?);
                    }
                }
            }
            Arg::Object(want, nullable) => {
                object::<FROM_CLIENT>(args.word()?, want, nullable, objects, tables)?;
            }
            Arg::NewId(interface) => {
                let (interface, versions) = match (interface, named) {
                    (Some(interface), _) => (interface, versions),
                    (None, Some(interface)) => (interface, named_versions),
                    (None, None) => return Err(ArgFault::UnknownInterface(String::new())),
                };
                new_id::<FROM_CLIENT>(args.word()?, interface, versions, objects)?;
            }
            Arg::Fd(_) => {}
        }
    }
    args.finish()?;
    Ok(())
}

/// Checks the objects of an event before any new object is made.
fn find_one_sided(body: &mut [u8], message: &Message, objects: &Objects) -> Result<(), ArgFault> {
    if !message.args.iter().any(|arg| matches!(arg, Arg::Object(..))) {
        return Ok(());
    }
    let mut args = ArgReader::new(body);
    for arg in &message.args {
        match arg {
            Arg::Object(..) => {
                let id = args.uint()?;
                if objects.host(id).is_some_and(|object| object.peer == 0) {
                    return Err(ArgFault::OneSided(id));
                }
            }
            Arg::Array | Arg::Str(_) => drop(args.array()?),
            Arg::Fd(_) => {}
            _ => drop(args.word()?),
        }
    }
    Ok(())
}

#[expect(clippy::inline_always, reason = "measured: a fifth of a callback's cost")]
#[inline(always)]
fn new_id<const FROM_CLIENT: bool>(
    place: &mut [u8; 4],
    interface: InterfaceId,
    versions: Versions,
    objects: &mut Objects,
) -> Result<(), ArgFault> {
    let id = u32::from_ne_bytes(*place);
    let theirs = if FROM_CLIENT {
        objects.mirror_from_client(id, interface, versions)?
    } else {
        objects.mirror_from_host(id, interface, versions)?
    };
    *place = theirs.to_ne_bytes();
    Ok(())
}

#[expect(clippy::inline_always, reason = "measured: a fifth of a callback's cost")]
#[inline(always)]
fn object<const FROM_CLIENT: bool>(
    place: &mut [u8; 4],
    want: Option<InterfaceId>,
    nullable: bool,
    objects: &Objects,
    tables: &Tables,
) -> Result<(), ArgFault> {
    let id = u32::from_ne_bytes(*place);
    if id == 0 {
        return if nullable { Ok(()) } else { Err(ArgFault::Null) };
    }
    let found = if FROM_CLIENT { objects.client(id) } else { objects.host(id) };
    let found = found.ok_or(ArgFault::UnknownObject(id))?;
    if want.is_some_and(|want| want != found.interface) {
        return Err(wrong_interface(id, found.interface, want, tables));
    }
    if found.peer == 0 {
        return Err(ArgFault::OneSided(id));
    }
    *place = found.peer.to_ne_bytes();
    Ok(())
}

#[cold]
fn wrong_interface(
    id: u32,
    have: InterfaceId,
    want: Option<InterfaceId>,
    tables: &Tables,
) -> ArgFault {
    let name = |interface| tables.interface(interface).name;
    ArgFault::WrongInterface { id, have: name(have), want: want.map_or("", name) }
}
