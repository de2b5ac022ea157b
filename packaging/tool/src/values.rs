//! What shells offer for an option's value.

use carafe::cli::options::{OPTIONS, OptionEffect, OptionValue, Spec};

/// What a value may be.
pub enum Values {
    /// The path of a file.
    Files,
    /// One of these.
    Words(&'static str),
    /// Anything.
    Any,
}

/// What the value of an option may be, by how the help shows it; `None` without one.
pub fn values(spec: &Spec) -> Option<Values> {
    let (OptionValue::Required(form) | OptionValue::Optional(form)) = spec.value else {
        return None;
    };
    Some(match form {
        "PATH" | "PATHS" => Values::Files,
        "LEVEL" => Values::Words("trace debug info warn error off"),
        "client,host" => Values::Words("client host client,host client,host,secrets"),
        "STATE" => Values::Words("READY=1"),
        "MODE" => Values::Words("immersive plain"),
        _ => Values::Any,
    })
}

/// carafe's options that do something: the rest is accepted for old units' sake.
pub fn typed() -> impl Iterator<Item = &'static Spec> {
    OPTIONS
        .iter()
        .filter(|spec| matches!(spec.effect, OptionEffect::Works) && !spec.help.is_empty())
}
