//! Which handlers each kind of session has, and that the messages that they want exist.
#![allow(clippy::unwrap_used)]

use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

use super::*;
use crate::channel::{Area, Image, Memory, RenderNode, Virtual, virtgpu};
use crate::policy::{Sharing, SourceId, Transfer};
use crate::session::{Handlers, Scale};
use crate::x11::Selections;
use crate::x11::settings::Settings;

/// Without other sessions, memory or sandboxes.
struct Nothing;

impl LocalSources for Nothing {
    fn add(&mut self) -> Option<SourceId> {
        None
    }
    fn remove(&mut self, _: SourceId) {}
    fn knows(&self, _: SourceId) -> bool {
        false
    }
    fn ask(&mut self, _: Transfer) {}
    fn asked(&mut self) -> Vec<Transfer> {
        Vec::new()
    }
}

impl ContextServer for Nothing {
    fn open(&mut self, _: u32, clients: OwnedFd, _: OwnedFd) -> std::io::Result<OwnedFd> {
        Ok(clients)
    }
    fn set_app_id(&mut self, _: u32, _: String) {}
    fn commit(&mut self, _: u32) {}
    fn forget(&mut self, _: u32) {}
}

impl Memory for Nothing {
    fn has_images(&self) -> bool {
        false
    }
    fn allocate(&self, _: usize) -> std::io::Result<Area> {
        Err(std::io::ErrorKind::Unsupported.into())
    }
    fn image(&self, _: u32, _: u32, _: u32) -> std::io::Result<Image> {
        Err(std::io::ErrorKind::Unsupported.into())
    }
    fn takes(&self, _: BorrowedFd<'_>) -> bool {
        false
    }
}

fn device() -> Crossing {
    let node = Some(RenderNode { path: PathBuf::from("/dev/dri/renderD128"), number: 1 });
    let device = Some(Virtual { memory: Arc::new(Nothing), node });
    Crossing { carried: virtgpu::CARRIED, device }
}

/// The handlers' names. This also checks that all wanted messages exist.
fn names(crossing: &Crossing, scaling: &Scaling, policy: &Arc<Policy>, is_x11: bool) -> String {
    let mut setup = Setup::new(crossing, scaling, policy);
    setup.contexts = Some(Box::new(Nothing));
    if is_x11 {
        let settings = Settings::default();
        let selections = Selections::new(&settings, Box::new(Nothing)).unwrap();
        let (wm, _) = UnixStream::pair().unwrap();
        let x11 = X11::new(wm, selections, crossing, scaling, settings);
        (setup.x11, setup.has_shapes) = (Some(x11.unwrap()), true);
    } else if crossing.device.is_some() {
        setup.sources = Some(Box::new(Nothing));
    }
    let chain = chain(setup);
    let names: Vec<_> = chain.iter().map(|handler| handler.name()).collect();
    Handlers::new(scaling.tables(), chain).map(drop).unwrap();
    names.join(" ")
}

#[test]
fn each_kind_of_session_has_its_handlers_in_order() {
    let all = Arc::default();
    let some = Arc::new(Policy {
        dnd: Sharing { to_host: false, ..Sharing::BOTH },
        formats: Some(Vec::new()),
        ..Policy::default()
    });
    let plain = Scaling::default();
    let scaled = Scaling { scale: Scale::new(1.5), ..Scaling::default() };
    let (direct, device) = (Crossing::DIRECT, device());

    let of = |crossing, scaling| names(crossing, scaling, &all, false);
    assert_eq!(
        of(&direct, &plain),
        "QuotaCounter AuraShell Names Keyboards TextInputs Display Bookkeeper Registry Bridge StandIns Markers SecurityContexts"
    );
    assert_eq!(
        of(&direct, &scaled),
        "QuotaCounter AuraShell Names Keyboards TextInputs Display Bookkeeper Scaler Registry Bridge StandIns Markers SecurityContexts"
    );
    assert_eq!(
        of(&device, &plain),
        "QuotaCounter AuraShell Names Keyboards TextInputs Display Bookkeeper Registry Bridge StandIns Copier Presentation Feedback LocalSelections SecurityContexts"
    );
    assert_eq!(
        of(&device, &scaled),
        "QuotaCounter AuraShell Names Keyboards TextInputs Display Bookkeeper Scaler Registry Bridge StandIns Copier Presentation Feedback LocalSelections SecurityContexts"
    );

    let of = |crossing, scaling| names(crossing, scaling, &all, true);
    assert_eq!(
        of(&direct, &plain),
        "Names Keyboards X11 Display Bookkeeper Registry ShapeCopier Markers SecurityContexts"
    );
    assert_eq!(
        of(&device, &scaled),
        "Names Keyboards X11 Display Bookkeeper Scaler Registry Copier Presentation Feedback Markers SecurityContexts"
    );

    // The handlers of a policy come first in every session.
    for (crossing, scaling, is_x11) in
        [(&direct, &plain, false), (&device, &scaled, false), (&device, &scaled, true)]
    {
        let (first, without) =
            if is_x11 { ("Names", "Names") } else { ("AuraShell", "AuraShell Names") };
        let with = without.replace(first, &format!("SelectionPolicy {first}")) + " Formats";
        assert_eq!(
            names(crossing, scaling, &some, is_x11),
            names(crossing, scaling, &all, is_x11).replace(without, &with)
        );
    }
}
