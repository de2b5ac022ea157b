//! Titles and application ids: words in front of them (`--title-prefix`,
//! `--app-id-prefix`). Which strings they are, `names.txt` says.

use std::sync::{Arc, LazyLock};

use super::Policy;
use crate::protocol::Arg;
use crate::session::{Context, Handler, Incoming, Refusal, Verdict, Want};
use crate::wire::HEADER_LEN;

/// What a string is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    Title,
    AppId,
    Other,
}

/// A request: its interface, its name, and what each string in it is.
type Row = (&'static str, &'static str, Vec<Name>);

fn rows() -> impl Iterator<Item = Row> {
    let lines = include_str!("names.txt").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let mut words = line.split_whitespace();
        let (interface, request) = words.next()?.split_once('.')?;
        let name = |word: &str| match word.rsplit_once(':') {
            Some((_, "title")) => Name::Title,
            Some((_, "app-id")) => Name::AppId,
            _ => Name::Other,
        };
        Some((interface, request, words.map(name).collect()))
    })
}

/// The requests that name something.
static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    rows().filter(|(_, _, names)| names.iter().any(|name| *name != Name::Other)).collect()
});

static WANTS: LazyLock<Vec<Want<&'static [Name]>>> = LazyLock::new(|| {
    let want = |(interface, request, names): &'static Row| {
        Want::request(interface, request, names.as_slice())
    };
    ROWS.iter().map(want).collect()
});

/// The handler.
pub struct NamePrefixes(pub Arc<Policy>);

impl Handler for NamePrefixes {
    /// What each string of a request is.
    type Token = &'static [Name];

    fn wants(&self) -> &'static [Want<Self::Token>] {
        &WANTS
    }

    fn handle(
        &mut self,
        names: Self::Token,
        incoming: &mut Incoming<'_>,
        context: &mut Context<'_>,
    ) -> Result<Verdict, Refusal> {
        prefixed(&self.0, names, incoming, context)
    }
}

/// The longest message that every host takes.
const MAX_MESSAGE: usize = 4096;

/// Puts words in front of a request's names.
fn prefixed(
    policy: &Policy,
    names: &[Name],
    incoming: &mut Incoming<'_>,
    context: &mut Context<'_>,
) -> Result<Verdict, Refusal> {
    let interface = context.tables.interface(incoming.object.interface);
    let opcode = usize::from(incoming.header.opcode);
    let Some(request) = interface.requests.get(opcode) else { return Ok(Verdict::Forward) };
    let prefix = |name: &Name| match name {
        Name::Title => policy.title_prefix.as_str(),
        Name::AppId => policy.app_id_prefix.as_str(),
        Name::Other => "",
    };
    if names.iter().all(|name| prefix(name).is_empty()) {
        return Ok(Verdict::Forward);
    }
    let mut room = MAX_MESSAGE.saturating_sub(HEADER_LEN + incoming.body.len());
    let mut in_order = names.iter();
    let mut body = Vec::with_capacity(incoming.body.len());
    let mut args = incoming.args();
    for arg in &request.args {
        match arg {
            Arg::Fd(_) => {}
            Arg::Str(_) => {
                let prefix = in_order.next().map_or("", prefix);
                let Some(text) = args.string()? else {
                    body.extend_from_slice(&[0; 4]);
                    continue;
                };
                // What is no text is refused when it is forwarded.
                let text = str::from_utf8(text).map_err(|_| crate::session::ArgFault::NotUtf8)?;
                push_string(&mut body, prefix, text, &mut room);
            }
            Arg::Array => push_bytes(&mut body, args.array()?),
            _ => body.extend_from_slice(args.word()?),
        }
    }
    args.finish()?;
    context.send_instead(incoming, body)?;
    Ok(Verdict::Withhold)
}

/// A string with words in front, cut at its end where the message would be too long.
fn push_string(body: &mut Vec<u8>, prefix: &str, text: &str, room: &mut usize) {
    // Padding may take three bytes more.
    let longest = text.len() + room.saturating_sub(3);
    let mut all = format!("{prefix}{text}");
    all.truncate(all.floor_char_boundary(longest));
    *room = room.saturating_sub((all.len().saturating_sub(text.len())).next_multiple_of(4));
    all.push('\0');
    push_bytes(body, all.as_bytes());
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
                // `wl_registry.bind` names an interface: the wire format's own.
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
