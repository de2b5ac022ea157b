//! Tests of the explanations.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::policy::parse_file;

fn said(text: &str) -> String {
    let (terms, _) = parse_file(text).unwrap();
    words(&terms.policy(false), &terms.policy(true))
}

#[test]
fn everything_that_a_client_gets_is_explained() {
    let usual = said("");
    assert!(usual.contains("all; behind a virtual device: none"), "{usual}");
    assert!(usual.contains("clipboard     both directions\n"), "{usual}");
    let all = said(
        "confine = true\nallow-privileged = ['zwlr_layer_shell_v1']\ndeny-globals = ['wl_drm']\n\
         max-versions = { wl_seat = 5 }\nclipboard = 'none'\nprimary = 'host-to-guest'\n\
         dnd-limit = 77\ndmabuf-formats = ['XR24']\ntitle-prefix = 'a b'",
    );
    for wanted in [
        "globals       all ordinary ones, but not wl_drm\n",
        "privileged    only zwlr_layer_shell_v1\n",
        "version       wl_seat at most 5\n",
        "clipboard     none\n",
        "primary       host to guest\n",
        "dnd           both directions, at most 77 bytes per transfer\n",
        "dma-bufs      XR24\n",
        "title-prefix  a b\n",
    ] {
        assert!(all.contains(wanted), "{wanted} in {all}");
    }
}
