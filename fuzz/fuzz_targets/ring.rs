//! Arbitrary content in the rings that a virtio-gpu host writes.
#![no_main]

use carafe::channel::virtgpu::commands::{image_requirements, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|page: &[u8]| {
    let _ = parse(page);
    let _ = image_requirements(page);
});
