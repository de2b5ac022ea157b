//! Makes the seccomp filters, and installs them.
#![expect(unsafe_code, reason = "the crate installs filters without flags")]

use std::collections::BTreeMap;
use std::io;
use std::sync::OnceLock;

use libc::c_long;
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition,
    SeccompFilter, SeccompRule, TargetArch,
};

use super::calls::{ALL, FATAL, FATAL_OLD, NOT_THERE, OF_OTHERS, OLD, conditional, open};
use super::{Needs, SandboxError};

type FilterRules = BTreeMap<c_long, Vec<SeccompRule>>;

/// This machine's architecture, if there are lists of its system calls.
const ARCHITECTURE: Option<TargetArch> = if cfg!(target_arch = "x86_64") {
    Some(TargetArch::x86_64)
} else if cfg!(target_arch = "aarch64") {
    Some(TargetArch::aarch64)
} else {
    None
};

/// What a filter depends on: [`Needs::device`], whether there is a folder for temporary files, and
/// whether there is landlock.
type FilterKey = (bool, bool, bool);

/// The filters that most sessions of this process and its children get.
static PREPARED: OnceLock<(FilterKey, Vec<BpfProgram>)> = OnceLock::new();

fn key(needs: &Needs, has_landlock: bool) -> FilterKey {
    (needs.device, needs.temporary.is_some(), has_landlock)
}

/// Makes the filters that most sessions get, so that these need not.
pub fn prepare(needs: &Needs) {
    let key = key(needs, true);
    if let Some(Ok(made)) = ARCHITECTURE.map(|architecture| make(key, architecture)) {
        let _ = PREPARED.set((key, made));
    }
}

/// Filters the calling thread's system calls. Returns whether the kernel can.
pub fn install(needs: &Needs, has_landlock: bool) -> Result<bool, SandboxError> {
    let Some(architecture) = ARCHITECTURE else { return Ok(false) };
    let key = key(needs, has_landlock);
    let made;
    let filters = match PREPARED.get() {
        Some((known, filters)) if *known == key => filters,
        _ => {
            made = make(key, architecture)?;
            &made
        }
    };
    let own = of_this_process(architecture)?;
    let [most, last @ ..] = filters.as_slice() else { return Ok(false) };
    install_all(&mut [most, &own].into_iter().chain(last))
}

/// Each filter has only one other answer than "allow", so there are several. Of their answers the
/// strictest counts, and of several errors that of the newest filter. For each call that is still
/// allowed the kernel tries each new filter out, so the one that allows the fewest comes first. The
/// last one allows no further filters.
fn make(key: FilterKey, architecture: TargetArch) -> Result<Vec<BpfProgram>, BackendError> {
    let allow = SeccompAction::Allow;
    let enosys = SeccompAction::Errno(libc::ENOSYS.cast_unsigned());
    let filters = [
        (allowed(key)?, eperm(), allow.clone()),
        (plain(&[NOT_THERE]), allow.clone(), enosys),
        (plain(&[FATAL, FATAL_OLD]), allow, SeccompAction::KillProcess),
    ];
    let compile = |(rules, otherwise, matched)| {
        SeccompFilter::new(rules, otherwise, matched, architecture)?.try_into()
    };
    filters.into_iter().map(compile).collect()
}

fn of_this_process(architecture: TargetArch) -> Result<BpfProgram, BackendError> {
    let (length, own) = (SeccompCmpArgLen::Dword, u64::from(std::process::id()));
    let is_other = SeccompCondition::new(0, length, SeccompCmpOp::Ne, own)?;
    let rule = SeccompRule::new(vec![is_other])?;
    let rules = OF_OTHERS.iter().map(|call| (*call, vec![rule.clone()])).collect();
    SeccompFilter::new(rules, SeccompAction::Allow, eperm(), architecture)?.try_into()
}

fn eperm() -> SeccompAction {
    SeccompAction::Errno(libc::EPERM.cast_unsigned())
}

/// Rules that allow calls with any arguments.
fn plain(lists: &[&[c_long]]) -> FilterRules {
    lists.iter().flat_map(|list| list.iter()).map(|call| (*call, Vec::new())).collect()
}

fn allowed((device, has_temporary, has_landlock): FilterKey) -> Result<FilterRules, BackendError> {
    let mut rules = plain(&[ALL, OLD]);
    let mut conditional = conditional(device);
    if has_landlock {
        conditional.extend(open(has_temporary));
    }
    for (call, ways) in conditional {
        let mut of_call = Vec::new();
        for way in ways {
            let conditions = way.into_iter().map(|(argument, mask, value)| {
                let compare = SeccompCmpOp::MaskedEq(mask);
                SeccompCondition::new(argument, SeccompCmpArgLen::Qword, compare, value)
            });
            of_call.push(SeccompRule::new(conditions.collect::<Result<_, _>>()?)?);
        }
        rules.insert(call, of_call);
    }
    Ok(rules)
}

/// Installs the filters. Returns `false` if the kernel does not support filters.
fn install_all(programs: &mut dyn Iterator<Item = &BpfProgram>) -> Result<bool, SandboxError> {
    // The kernel accepts filters only from a process that cannot gain new rights.
    rustix::thread::set_no_new_privs(true).map_err(|e| SandboxError::Install(e.into()))?;
    for (n, program) in programs.enumerate() {
        match install_one(program) {
            Ok(()) => {}
            Err(e) if n == 0 && e.raw_os_error() == Some(libc::ENOSYS) => return Ok(false),
            Err(e) if n == 0 && e.raw_os_error() == Some(libc::EINVAL) => return Ok(false),
            Err(e) => return Err(SandboxError::Install(e)),
        }
    }
    Ok(true)
}

/// Installs a filter. The kernel logs the calls that it refuses. Kernels before 5.16 would switch
/// on a costly protection against speculation for each filter. It protects secrets within one
/// process, and a session has none, so this switches it off.
fn install_one(program: &BpfProgram) -> io::Result<()> {
    let filter = libc::sock_fprog {
        len: program.len().try_into().map_err(io::Error::other)?,
        filter: program.as_ptr().cast_mut().cast(),
    };
    let flags = libc::SECCOMP_FILTER_FLAG_LOG | libc::SECCOMP_FILTER_FLAG_SPEC_ALLOW;
    // SAFETY: `filter` points to `len` instructions of the kernel's layout, which live for the
    // call; the kernel copies and checks them.
    let failed = unsafe {
        libc::syscall(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, flags, &raw const filter)
    };
    if failed == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
