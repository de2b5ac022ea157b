//! Translating between X's targets and the host's MIME types.
//!
//! A target with a slash in its name is a MIME type. X has its own names for text
//! (ICCCM 2.6.2), which stand for the MIME types of plain text. All other targets are for X
//! programs only.

#[cfg(test)]
mod tests;

use super::recode::Recode;

/// The host programs' name for text in UTF-8.
const UTF8: &str = "text/plain;charset=utf-8";

/// Their name for text without an encoding.
const PLAIN_TEXT: &str = "text/plain";

/// X's names of text, the best first.
const TEXT_TARGETS: [&str; 4] = ["UTF8_STRING", "TEXT", "COMPOUND_TEXT", "STRING"];

/// Whether a MIME type is text in UTF-8, in any spelling.
fn is_utf8(mime: &str) -> bool {
    let plain: String = mime.chars().filter(|letter| !letter.is_whitespace()).collect();
    plain.eq_ignore_ascii_case(UTF8) || plain.eq_ignore_ascii_case("text/plain;charset=\"utf-8\"")
}

/// Whether a target or a MIME type is plain text.
pub fn is_text(mime: &str) -> bool {
    is_utf8(mime) || mime == PLAIN_TEXT || TEXT_TARGETS.contains(&mime)
}

fn is_mime(target: &str) -> bool {
    target.contains('/')
}

fn has(names: &[String], name: &str) -> bool {
    names.iter().any(|known| known == name)
}

/// The types to offer to the host for an X program's targets.
pub fn types_of(targets: &[String]) -> Vec<String> {
    let mut types: Vec<String> = Vec::new();
    let mut add = |name: &str| {
        if !has(&types, name) {
            types.push(name.to_owned());
        }
    };
    targets.iter().filter(|target| is_mime(target)).for_each(|target| add(target));
    if targets.iter().any(|target| is_text(target)) {
        add(UTF8);
        add(PLAIN_TEXT);
    }
    types
}

/// The target to ask an X program for, when the host wants a type.
pub fn target_of(mime: &str, targets: &[String]) -> Option<String> {
    if is_text(mime) {
        let utf8 = targets.iter().find(|target| *target == "UTF8_STRING" || is_utf8(target));
        let other = ["COMPOUND_TEXT", "STRING", "TEXT", PLAIN_TEXT];
        let other = other.into_iter().find(|name| has(targets, name));
        return utf8.cloned().or_else(|| other.map(str::to_owned));
    }
    has(targets, mime).then(|| mime.to_owned())
}

/// Whether the type of an X program's answer for a target tells the encoding of the text.
pub fn names_encoding(target: &str) -> bool {
    ["COMPOUND_TEXT", "STRING", "TEXT"].contains(&target)
}

/// The targets to offer to X programs for the host's types.
pub fn targets_of(types: &[String]) -> Vec<String> {
    let mut targets: Vec<String> = Vec::new();
    let text = types.iter().any(|mime| is_text(mime));
    let of_text = text.then_some(TEXT_TARGETS.into_iter().chain([UTF8, PLAIN_TEXT]));
    let mimes = types.iter().filter(|mime| is_mime(mime)).map(String::as_str);
    for target in mimes.chain(of_text.into_iter().flatten()) {
        if !has(&targets, target) {
            targets.push(target.to_owned());
        }
    }
    targets
}

/// What to ask the host for, when an X program wants a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostType {
    /// The MIME type.
    pub mime: String,
    /// The name of the answer's type in X.
    pub kind: String,
    /// How to convert the data.
    pub recode: Recode,
}

/// Finds what to ask the host for; `None` if the host has nothing suitable.
pub fn wanted(target: &str, types: &[String]) -> Option<HostType> {
    let plain = HostType { mime: target.into(), kind: target.into(), recode: Recode::Keep };
    if !is_text(target) {
        return has(types, target).then_some(plain);
    }
    let utf8 = types.iter().find(|mime| is_utf8(mime) || *mime == "UTF8_STRING");
    let other = [PLAIN_TEXT, "TEXT", "STRING"].into_iter().find(|name| has(types, name));
    let mime = utf8.cloned().or_else(|| other.map(str::to_owned))?;
    Some(match target {
        "STRING" => HostType { mime, recode: Recode::ToLatin1(Vec::new()), ..plain },
        "COMPOUND_TEXT" => HostType { mime, recode: Recode::ToCompoundText(Vec::new()), ..plain },
        // For TEXT the owner chooses the encoding.
        "TEXT" => HostType { mime, kind: "UTF8_STRING".into(), ..plain },
        _ => HostType { mime, ..plain },
    })
}
