//! Landlock: the files that a session may still open.

use std::os::fd::OwnedFd;
use std::path::Path;

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, PathBeneath, Ruleset, RulesetAttr,
    RulesetCreatedAttr, RulesetStatus, Scope,
};
use rustix::fs::{Mode, OFlags};

use super::{Needs, SandboxError};

/// The version of landlock that has all the wanted restrictions. Older kernels have some of them.
const WANTED_ABI: ABI = ABI::V7;

/// Files that tell a session about its descriptors (`foreign::kind`).
const ABOUT_DESCRIPTORS: [&str; 2] = ["/proc/self/fdinfo", "/proc/self/mountinfo"];

/// Where some distributions keep the data of all programs; themes contain links to it.
const STORES: [&str; 2] = ["/nix/store", "/gnu/store"];

/// Where the names of programs are. Landlock lets a session read nothing there that needs the right
/// to trace a process: no memory, environment, or open files.
const PROCESSES: &str = "/proc";

/// Closes all files except these. Returns the descriptors that must stay open, or `None` if the
/// kernel has no landlock.
pub fn close(needs: &Needs) -> Result<Option<Vec<OwnedFd>>, SandboxError> {
    let mut held = Vec::new();
    let mut rules = LandlockRules(
        Ruleset::default()
            .handle_access(AccessFs::from_all(WANTED_ABI))?
            .handle_access(AccessNet::from_all(WANTED_ABI))?
            .scope(Scope::from_all(WANTED_ABI))?
            .create()?,
    );
    let read = AccessFs::ReadFile;
    for path in ABOUT_DESCRIPTORS {
        held.extend(rules.allow(path.as_ref(), read.into())?);
    }
    if needs.x11 {
        rules.allow(PROCESSES.as_ref(), read.into())?;
    }
    if !needs.readable.is_empty() {
        for path in needs.readable.iter().map(AsRef::as_ref).chain(STORES.map(Path::new)) {
            rules.allow(path, read.into())?;
        }
    }
    if let Some(path) = &needs.temporary {
        rules.allow(path, read | AccessFs::WriteFile | AccessFs::Truncate)?;
    }
    let status = rules.0.restrict_self()?;
    Ok((status.ruleset != RulesetStatus::NotEnforced).then_some(held))
}

struct LandlockRules(landlock::RulesetCreated);

impl LandlockRules {
    /// Allows something below a folder, or for a file. Missing files are skipped.
    fn allow(
        &mut self,
        path: &Path,
        access: BitFlags<AccessFs>,
    ) -> Result<Option<OwnedFd>, SandboxError> {
        let flags = OFlags::PATH | OFlags::CLOEXEC;
        let Ok(fd) = rustix::fs::open(path, flags, Mode::empty()) else { return Ok(None) };
        (&mut self.0).add_rule(PathBeneath::new(&fd, access))?;
        Ok(Some(fd))
    }
}
