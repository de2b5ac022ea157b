//! Formats of dma-bufs through an engine without sockets.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::io::Write;

use super::*;
use crate::channel::Crossing;
use crate::handlers::{self, Scaling};
use crate::protocol::Tables;
use crate::session::FaultKind;
use crate::session::testing::{Rig, filled, message};
use crate::wire::FdKind;

const REGISTRY: u32 = 2;
const DMABUF: u32 = 3;
const DRM: u32 = 4;
const FEEDBACK: u32 = 5;
const PARAMS: u32 = 6;

const XR24: u32 = u32::from_le_bytes(*b"XR24");
const NV12: u32 = u32::from_le_bytes(*b"NV12");

fn rig() -> Rig {
    let policy = Arc::new(Policy { formats: Some(vec![XR24]), ..Policy::default() });
    let scaling = Scaling::default();
    let chain = handlers::chain(handlers::Setup::new(&Crossing::DIRECT, &scaling, &policy));
    let mut rig = Rig::new(Tables::get(), chain);
    rig.request(&message(1, 1, &[REGISTRY])).unwrap();
    rig.bind(&[REGISTRY], REGISTRY, &[("zwp_linux_dmabuf_v1", 4), ("wl_drm", 2)], DMABUF);
    rig.request(&message(DMABUF, 2, &[FEEDBACK])).unwrap();
    rig.request(&message(DMABUF, 1, &[PARAMS])).unwrap();
    rig
}

fn refused(rig: &mut Rig, request: &[u8]) -> (u32, u32) {
    match rig.request(request).unwrap_err().kind() {
        FaultKind::Client { object, code, .. } => (*object, *code),
        other => panic!("{other}"),
    }
}

#[test]
fn only_named_formats_are_told_of() {
    let mut rig = rig();
    for (object, opcode, rest) in [(DMABUF, 0, &[][..]), (DMABUF, 1, &[0, 7]), (DRM, 1, &[])] {
        let told = |format: u32| message(object, opcode, &[&[format], rest].concat());
        assert_eq!(rig.event(&told(XR24)), told(XR24));
        assert!(rig.event(&told(NV12)).is_empty());
    }
}

#[test]
fn only_rows_of_named_formats_are_told_of() {
    let mut rig = rig();
    let rows = |rows: &[u16]| {
        let bytes: Vec<u8> = rows.iter().flat_map(|row| row.to_ne_bytes()).collect();
        filled(FEEDBACK, 5, |m| m.array(&bytes))
    };
    assert!(rig.event(&rows(&[0])).is_empty(), "no table was there");
    let table: Vec<u8> = [NV12, XR24, XR24]
        .iter()
        .flat_map(|format| [&format.to_ne_bytes()[..], &[0; 12]].concat())
        .collect();
    let mut file = tempfile::tempfile_in("/dev/shm").unwrap();
    file.write_all(&table).unwrap();
    rig.engine.events.fds.push(file.into(), FdKind::Unknown).unwrap();
    let told = message(FEEDBACK, 1, &[u32::try_from(table.len()).unwrap()]);
    assert_eq!(rig.event(&told), told);
    assert_eq!(rig.event(&rows(&[0, 1, 2, 7])), rows(&[1, 2]));
    assert_eq!(rig.event(&rows(&[0])), rows(&[]));
}

#[test]
fn other_formats_are_refused() {
    let create = |format| message(PARAMS, 2, &[8, 8, format, 0]);
    assert_eq!(rig().request(&create(XR24)).unwrap(), create(XR24));
    let invalid = Error::InvalidFormat as u32;
    assert_eq!(refused(&mut rig(), &create(NV12)), (PARAMS, invalid));
    let at_once = message(PARAMS, 3, &[9, 8, 8, NV12, 0]);
    assert_eq!(refused(&mut rig(), &at_once), (PARAMS, invalid));
    for (opcode, words) in
        [(1, &[9, 1, 8, 8, 32, NV12][..]), (2, &[9, 1, 8, 8, NV12, 0, 0, 0, 0, 0, 0])]
    {
        let by_name = message(DRM, opcode, words);
        assert_eq!(refused(&mut rig(), &by_name), (DRM, DRM_INVALID_FORMAT));
    }
}
