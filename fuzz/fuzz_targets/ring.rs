//! What a host of virtio-gpu writes into the rings.
#![no_main]

use carafe::channel::virtgpu::commands::{image_requirements, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|page: &[u8]| {
    let _ = parse(page);
    let _ = image_requirements(page);
});
