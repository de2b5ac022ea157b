//! The text of a host's keymap.
#![no_main]

use carafe::handlers::KeymapKeys;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let _ = KeymapKeys::parse(text);
});
