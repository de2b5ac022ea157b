//! Titles and application ids: adds prefixes (`--title-prefix`, `--app-id-prefix`), and removes
//! what changes how other text looks. `names.txt` lists these strings.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use crate::policy::{Policy, shown};
use crate::protocol::Arg;
use crate::session::{ArgFault, Context, Handler, Incoming, Refusal, Verdict, Want};
use crate::wire::HEADER_LEN;

/// The meaning of a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameKind {
    Title,
    AppId,
    Other,
}

/// A request: its interface, its name, and the meaning of each of its strings.
type NamedRequest = (&'static str, &'static str, Vec<NameKind>);

fn rows() -> impl Iterator<Item = NamedRequest> {
    let lines = include_str!("names.txt").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let mut words = line.split_whitespace();
        let (interface, request) = words.next()?.split_once('.')?;
        let name = |word: &str| match word.rsplit_once(':') {
            Some((_, "title")) => NameKind::Title,
            Some((_, "app-id")) => NameKind::AppId,
            _ => NameKind::Other,
        };
        Some((interface, request, words.map(name).collect()))
    })
}

/// The requests that contain names.
static NAMED_REQUESTS: LazyLock<Vec<NamedRequest>> = LazyLock::new(|| {
    rows().filter(|(_, _, names)| names.iter().any(|name| *name != NameKind::Other)).collect()
});

static WANTS: LazyLock<Vec<Want<&'static [NameKind]>>> = LazyLock::new(|| {
    let want = |(interface, request, names): &'static NamedRequest| {
        Want::request(interface, request, names.as_slice())
    };
    NAMED_REQUESTS.iter().map(want).collect()
});

/// The longest message that every host accepts.
const MAX_MESSAGE: usize = 4096;

/// The handler.
pub struct Names(pub Arc<Policy>);

impl Handler for Names {
    /// The meanings of a request's strings.
    type Token = &'static [NameKind];

    fn wants(&self) -> &'static [Want<Self::Token>] {
        &WANTS
    }

    fn handle(
        &mut self,
        names: Self::Token,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        // The handler that makes up an object applies the policy itself.
        if incoming.object.peer == 0 {
            return Ok(Verdict::Forward);
        }
        let interface = context.tables.interface(incoming.object.interface);
        let opcode = usize::from(incoming.header.opcode);
        let Some(request) = interface.requests.get(opcode) else { return Ok(Verdict::Forward) };
        let Some(body) = self.body(names, &request.args, incoming)? else {
            return Ok(Verdict::Forward);
        };
        context.send_instead(incoming, body)?;
        Ok(Verdict::Withhold)
    }
}

impl Names {
    /// The arguments for the host; `None` if they do not change.
    fn body(
        &self,
        names: &[NameKind],
        kinds: &[Arg],
        incoming: &mut Incoming<'_>,
    ) -> Result<Option<Vec<u8>>, Refusal> {
        let mut room = MAX_MESSAGE.saturating_sub(HEADER_LEN + incoming.body.len());
        let mut in_order = names.iter();
        let mut body = Vec::with_capacity(incoming.body.len());
        let mut args = incoming.args();
        let mut is_same = true;
        for kind in kinds {
            match kind {
                Arg::Fd(_) => {}
                Arg::Str(_) => {
                    let name = in_order.next().copied().unwrap_or(NameKind::Other);
                    let Some(text) = args.string()? else {
                        body.extend_from_slice(&[0; 4]);
                        continue;
                    };
                    // Text that is not UTF-8 is refused when it is forwarded.
                    let text = str::from_utf8(text).map_err(|_| ArgFault::NotUtf8)?;
                    let shown = self.shown(name, text);
                    is_same &= shown == text;
                    push_string(&mut body, text.len(), shown.into_owned(), &mut room);
                }
                Arg::Array => push_bytes(&mut body, args.array()?),
                _ => body.extend_from_slice(args.word()?),
            }
        }
        args.finish()?;
        Ok((!is_same).then_some(body))
    }

    fn shown<'a>(&self, name: NameKind, text: &'a str) -> Cow<'a, str> {
        match name {
            NameKind::Title => shown(&self.0.title_prefix, text),
            NameKind::AppId => shown(&self.0.app_id_prefix, text),
            NameKind::Other => Cow::Borrowed(text),
        }
    }
}

/// Writes a string that replaces one of this length; it is cut at its end if the message would
/// become too long.
fn push_string(body: &mut Vec<u8>, before: usize, mut text: String, room: &mut usize) {
    // Padding may need three more bytes.
    let longest = before + room.saturating_sub(3);
    text.truncate(text.floor_char_boundary(longest));
    *room = room.saturating_sub((text.len().saturating_sub(before)).next_multiple_of(4));
    text.push('\0');
    push_bytes(body, text.as_bytes());
}

fn push_bytes(body: &mut Vec<u8>, bytes: &[u8]) {
    body.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or_default().to_ne_bytes());
    body.extend_from_slice(bytes);
    body.resize(body.len().next_multiple_of(4), 0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Tables;

    #[test]
    fn every_string_of_every_request_has_a_word() {
        let mut found = Vec::new();
        for interface in Tables::get().iter() {
            for request in &interface.requests {
                let strings = request.args.iter().filter(|arg| matches!(arg, Arg::Str(_))).count();
                // The string in `wl_registry.bind` is the name of an interface.
                if strings > 0 && !request.args.contains(&Arg::NewId(None)) {
                    found.push((interface.name, request.name, strings));
                }
            }
        }
        let mut known: Vec<_> =
            rows().map(|(interface, request, names)| (interface, request, names.len())).collect();
        found.sort_unstable();
        known.sort_unstable();
        assert_eq!(found, known);
    }

    #[test]
    fn every_word_is_known() {
        for line in include_str!("names.txt").lines().filter(|line| !line.starts_with('#')) {
            for word in line.split_whitespace().skip(1) {
                let (_, what) = word.rsplit_once(':').expect("argument:word");
                assert!(["title", "app-id", "-"].contains(&what), "{line}");
            }
        }
    }
}
