//! Files of cursor themes: a picture is as large as it says, and within bounds.
#![no_main]

use carafe::cursors::file::nearest;
use carafe::cursors::theme::inherited;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &[u8])| {
    let (size, file) = input;
    assert!(inherited(file).len() <= 32);
    if let Some(image) = nearest(file, u32::from(size)) {
        let (width, height) = image.picture.size;
        assert!((1..=512).contains(&width) && (1..=512).contains(&height));
        assert!(image.hot.0 < width && image.hot.1 < height);
        assert_eq!(image.picture.pixels.len(), (width * height) as usize);
    }
});
