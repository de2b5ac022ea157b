//! The system calls of sessions. A call that is in no list here fails with `EPERM`; the kernel
//! writes that into its log.

use libc::{
    O_ACCMODE, O_CLOEXEC, O_CREAT, O_DIRECTORY, O_EXCL, O_PATH, O_RDWR, O_TMPFILE, O_TRUNC,
    PROT_EXEC, c_int, c_long,
};

/// A condition on an argument: its number, a mask, and the value of the bits in the mask.
pub type ArgumentCheck = (u8, u64, u64);

/// All bits of an argument that is an `int`.
const WHOLE: u64 = 0xffff_ffff;

/// The calls of all sessions.
pub const ALL: &[c_long] = &[
    // Messages and descriptors.
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_readv,
    libc::SYS_writev,
    libc::SYS_pread64,
    libc::SYS_pwrite64,
    libc::SYS_recvmsg,
    libc::SYS_sendmsg,
    libc::SYS_recvfrom,
    libc::SYS_sendto,
    libc::SYS_shutdown,
    libc::SYS_getsockopt,
    libc::SYS_close,
    libc::SYS_close_range,
    libc::SYS_dup,
    libc::SYS_dup3,
    libc::SYS_pipe2,
    libc::SYS_eventfd2,
    libc::SYS_timerfd_create,
    libc::SYS_timerfd_settime,
    libc::SYS_timerfd_gettime,
    // Waiting.
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_epoll_pwait2,
    libc::SYS_ppoll,
    libc::SYS_futex,
    libc::SYS_nanosleep,
    libc::SYS_clock_nanosleep,
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_restart_syscall,
    libc::SYS_sched_yield,
    // Finding out what descriptors are.
    libc::SYS_fstat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_fstatfs,
    libc::SYS_lseek,
    libc::SYS_readlinkat,
    // Memory; `mmap` and `mprotect` are below.
    libc::SYS_memfd_create,
    libc::SYS_ftruncate,
    libc::SYS_fallocate,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_brk,
    // Threads; `clone` is below.
    libc::SYS_rseq,
    libc::SYS_set_robust_list,
    libc::SYS_sched_getaffinity,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_gettid,
    libc::SYS_getpid,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_getrandom,
];

/// Old calls that aarch64 does not have.
#[cfg(target_arch = "x86_64")]
pub const OLD: &[c_long] =
    &[libc::SYS_epoll_wait, libc::SYS_poll, libc::SYS_readlink, libc::SYS_stat, libc::SYS_lstat];
#[cfg(not(target_arch = "x86_64"))]
pub const OLD: &[c_long] = &[];

/// `O_LARGEFILE` of the kernel (`asm/fcntl.h`), which means nothing to 64-bit programs: the libraries
/// may add it. (`libc` has it as 0.)
const LARGE_FILE: u64 = if cfg!(target_arch = "aarch64") { 0o400_000 } else { 0o100_000 };

/// The commands that `fcntl` may have. Others could make the kernel send signals (`F_SETOWN`).
const FCNTL: [c_int; 10] = [
    libc::F_DUPFD,
    libc::F_DUPFD_CLOEXEC,
    libc::F_GETFD,
    libc::F_SETFD,
    libc::F_GETFL,
    libc::F_SETFL,
    libc::F_SETPIPE_SZ,
    libc::F_GETPIPE_SZ,
    libc::F_ADD_SEALS,
    libc::F_GET_SEALS,
];

/// The types of ioctls of virtual devices: virtio-wl's, DRM's and dma-bufs'.
const DEVICES: [u8; 3] = [b'w', b'd', b'b'];

/// Calls that are allowed if one of their lists of conditions holds. `own`: the process's number.
pub fn conditional(device: bool, own: u32) -> Vec<(c_long, Vec<Vec<ArgumentCheck>>)> {
    let no_code = vec![vec![(2, bits(PROT_EXEC), 0)]];
    let mut ioctls = vec![vec![(1, WHOLE, libc::FIONBIO)]];
    if device {
        ioctls.extend(DEVICES.map(|kind| vec![(1, 0xff00, u64::from(kind) << 8)]));
    }
    vec![
        (libc::SYS_mmap, no_code.clone()),
        (libc::SYS_mprotect, no_code),
        (libc::SYS_clone, vec![vec![(0, bits(libc::CLONE_THREAD), bits(libc::CLONE_THREAD))]]),
        (libc::SYS_fcntl, FCNTL.map(|command| vec![(1, WHOLE, bits(command))]).into()),
        (libc::SYS_prctl, vec![vec![(0, WHOLE, bits(libc::PR_SET_NAME))]]),
        // To ask for its own limits.
        (libc::SYS_prlimit64, vec![vec![(0, WHOLE, 0), (2, u64::MAX, 0)]]),
        (libc::SYS_ioctl, ioctls),
        // To end itself (`abort`).
        (libc::SYS_tgkill, vec![vec![(0, WHOLE, own.into())]]),
        // Pairs of its own.
        (libc::SYS_socketpair, vec![vec![(0, WHOLE, bits(libc::AF_UNIX))]]),
    ]
}

/// How a session may open files. Landlock decides which ones, so this is only allowed if the kernel
/// has landlock.
pub fn open(has_temporary: bool) -> Vec<(c_long, Vec<Vec<ArgumentCheck>>)> {
    // Landlock does not check opens that only want a path.
    let others = O_ACCMODE | O_CREAT | O_TRUNC | O_PATH | O_TMPFILE & !O_DIRECTORY;
    let mut ways = vec![(bits(others), 0)];
    if has_temporary {
        let unnamed = O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC;
        ways.push((WHOLE & !LARGE_FILE, bits(unnamed)));
    }
    let flags_at = |argument: u8| ways.iter().map(|way| vec![(argument, way.0, way.1)]).collect();
    vec![
        (libc::SYS_openat, flags_at(2)),
        #[cfg(target_arch = "x86_64")]
        (libc::SYS_open, flags_at(1)),
    ]
}

fn bits(flags: c_int) -> u64 {
    u64::from(flags.cast_unsigned())
}

/// Calls that fail with `ENOSYS`, as if the kernel did not have them: a filter cannot see what
/// `clone3` will do. glibc then starts threads with `clone`.
pub const NOT_THERE: &[c_long] = &[libc::SYS_clone3];

/// Calls that no session makes by mistake. Only an intruder makes them, so the session ends with
/// SIGSYS.
pub const FATAL: &[c_long] = &[
    // Running other programs.
    libc::SYS_execve,
    libc::SYS_execveat,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_kill,
    libc::SYS_tkill,
    libc::SYS_rt_sigqueueinfo,
    libc::SYS_rt_tgsigqueueinfo,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_pidfd_send_signal,
    libc::SYS_kcmp,
    // Making connections.
    libc::SYS_socket,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    // Changing the machine.
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_fsopen,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_fsconfig,
    libc::SYS_mount_setattr,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_reboot,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_kexec_load,
    libc::SYS_acct,
    libc::SYS_quotactl,
    libc::SYS_syslog,
    // Bypassing restrictions, or reaching large parts of the kernel.
    libc::SYS_seccomp,
    libc::SYS_open_by_handle_at,
    libc::SYS_bpf,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_userfaultfd,
    libc::SYS_perf_event_open,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
    libc::SYS_setuid,
    libc::SYS_setgid,
    libc::SYS_setreuid,
    libc::SYS_setregid,
    libc::SYS_setresuid,
    libc::SYS_setresgid,
    libc::SYS_setgroups,
    libc::SYS_setfsuid,
    libc::SYS_setfsgid,
    libc::SYS_capset,
    libc::SYS_personality,
];

/// Old calls of the same kind.
#[cfg(target_arch = "x86_64")]
pub const FATAL_OLD: &[c_long] =
    &[libc::SYS_fork, libc::SYS_vfork, libc::SYS_iopl, libc::SYS_ioperm, libc::SYS_modify_ldt];
#[cfg(not(target_arch = "x86_64"))]
pub const FATAL_OLD: &[c_long] = &[];
