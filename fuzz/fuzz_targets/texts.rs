//! Texts of other programs: lists of shortcuts, X11's compound text, titles and application ids.
#![no_main]

use carafe::aura::{AppIds, XNames};
use carafe::policy::shown;
use carafe::shortcuts::parse_list;
use carafe::x11::compound_text::{decode_all, encode};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // What was decoded stays the same, encoded and decoded again.
    let text = decode_all(bytes);
    let again = decode_all(&encode(&text));
    assert_eq!(decode_all(&encode(&again)), again);
    if let Ok(text) = std::str::from_utf8(bytes) {
        let (shortcuts, bad) = parse_list(text);
        let entries = text.split(',').filter(|entry| !entry.trim().is_empty()).count();
        assert_eq!(shortcuts.len() + bad.len(), entries);
        // Nothing that changes how other text looks, however often it is cleaned.
        let clean = shown("prefix ", text);
        assert!(!clean.chars().any(char::is_control));
        assert_eq!(shown("", &clean), clean);
        let ids = AppIds::new(Some(text.into()), None);
        let x11 = ids.x11(&XNames { class: text, ..XNames::default() });
        let all = [x11, ids.wayland(text, ""), ids.wayland(text, text)];
        assert!(all.iter().all(|id| id.starts_with("org.chromium.guest_os.") || id == text));
    }
});
