//! A policy file's text.
#![no_main]

use carafe::policy::parse_file;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok((terms, rules)) = parse_file(text) {
        for one in rules.iter().map(|rule| &rule.terms).chain([&terms]) {
            let _ = (one.doubts(), one.or(&terms).policy(true));
        }
    }
});
