"""seccomp: the system calls that a submission may make, as a list of what a computation needs.

What is not on the list fails like a call that the kernel does not have (ENOSYS), so that a library falls back to
another way; what is plainly an attempt at something else fails with EPERM. It never kills: to the submission a refusal
is an ordinary PermissionError in one function, and the points of its other functions stay. Only calls of a foreign
instruction set (32 bit on a 64-bit machine), which nothing makes by accident, end the process.

libseccomp compiles the list, once, in the checker. A child loads the program in one call.
"""

from __future__ import annotations

import ctypes
import errno
import os
from functools import cache
from typing import Any

from autograder.sandbox.kernel import prctl

PR_SET_SECCOMP, MODE_FILTER = 22, 2
CLONE_THREAD = 0x00010000
NEW_NAMESPACES = 0x7E020080  # cgroup, uts, ipc, user, pid, net, mount, time

FILES = """
    access chdir close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2 fadvise64 fallocate
    fchdir fdatasync flock fstat fstatfs fsync ftruncate getcwd getdents getdents64 link linkat lseek
    lstat mkdir mkdirat newfstatat open openat pipe pipe2 pread64 preadv preadv2 pwrite64 pwritev pwritev2 read
    readlink readlinkat readv rename renameat renameat2 rmdir sendfile stat statfs statx symlink symlinkat truncate
    umask unlink unlinkat write writev
"""
MEMORY = """
    brk get_mempolicy madvise mbind membarrier mincore mmap mprotect mremap msync munmap set_mempolicy
    pkey_alloc pkey_free pkey_mprotect
"""
THREADS = """
    arch_prctl exit exit_group futex futex_wait futex_waitv futex_wake get_robust_list getcpu gettid rseq
    sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr sched_getparam sched_getscheduler
    sched_setaffinity sched_yield set_robust_list set_tid_address
"""
SIGNALS = "pause restart_syscall rt_sigaction rt_sigpending rt_sigprocmask rt_sigreturn rt_sigsuspend rt_sigtimedwait"
CLOCKS = """
    alarm clock_getres clock_gettime clock_nanosleep getitimer getrusage gettimeofday nanosleep setitimer
    sigaltstack time times
"""
WAITING = """
    epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_wait eventfd eventfd2 poll ppoll pselect6 select
"""
CHANNEL = """
    getpeername getsockname getsockopt recvfrom recvmsg sendmsg sendto setsockopt shutdown
"""
WHO = """
    capget getegid geteuid getgid getgroups getpgid getpgrp getpid getppid getpriority getrandom getresgid getresuid
    getrlimit getsid getuid prlimit64 setrlimit sysinfo uname
"""
ALLOWED = " ".join((FILES, MEMORY, THREADS, SIGNALS, CLOCKS, WAITING, CHANNEL, WHO)).split()

# of these calls, only with one of these values in the argument of this number
IN_PART = {
    "fcntl": (1, (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030, 1032)),  # not F_SETOWN: it sends signals
    "ioctl": (1, (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)),  # is it a terminal, how wide, close on exec
    "prctl": (0, (3, 15, 16, 39, 0x53564D41)),  # names of threads and of memory; not: die with the parent, dumpable
}
NAMED = """
    fork vfork execve execveat socket socketpair bind listen accept accept4 connect kill tkill tgkill
    rt_sigqueueinfo rt_tgsigqueueinfo pidfd_open pidfd_send_signal pidfd_getfd ptrace process_vm_readv
    process_vm_writev process_madvise process_mrelease kcmp mount umount2 pivot_root chroot unshare setns open_tree
    move_mount fsopen fsconfig fsmount fspick mount_setattr bpf perf_event_open io_uring_setup io_uring_enter
    io_uring_register userfaultfd add_key request_key keyctl memfd_create memfd_secret seccomp landlock_restrict_self
    setuid setgid setreuid setregid setresuid setresgid setgroups setfsuid setfsgid capset setsid setpgid
    setpriority sched_setscheduler sched_setattr sched_setparam ioprio_set init_module finit_module delete_module
    kexec_load kexec_file_load reboot swapon swapoff acct quotactl syslog personality modify_ldt iopl ioperm
    settimeofday clock_settime clock_adjtime adjtimex sethostname setdomainname open_by_handle_at name_to_handle_at
    chmod fchmod fchmodat fchmodat2 utime utimes utimensat futimesat
    mknod mknodat chown fchown lchown fchownat setxattr lsetxattr fsetxattr fanotify_init inotify_init inotify_init1
    shmget shmat shmctl msgget msgsnd msgrcv msgctl semget semop semctl semtimedop mq_open mq_unlink vmsplice splice
    tee mlock mlock2 mlockall vhangup uselib timer_create io_setup io_submit
"""
REFUSED = NAMED.split()


@cache
def program() -> bytes:
    """The program for this machine, as the kernel takes it; empty where there is no libseccomp."""
    try:
        import pyseccomp  # takes a tenth of a second: it asks the linker where libseccomp is
    except (ImportError, RuntimeError, OSError):  # RuntimeError: the binding is there, libseccomp.so.2 is not
        return b""
    allow, refuse = pyseccomp.ALLOW, pyseccomp.ERRNO(errno.EPERM)
    rules = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.ENOSYS))
    rules.set_attr(pyseccomp.Attr.ACT_BADARCH, pyseccomp.KILL_PROCESS)

    def add(action: int, name: str, *conditions: Any) -> None:
        if (number := pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name)) >= 0:  # else this machine has none
            rules.add_rule(action, number, *conditions)

    for name in ALLOWED:
        add(allow, name)
    for name in REFUSED:
        add(refuse, name)
    for name, (argument, values) in IN_PART.items():
        for value in values:
            add(allow, name, pyseccomp.Arg(argument, pyseccomp.EQ, value))
    is_thread = CLONE_THREAD | NEW_NAMESPACES
    add(allow, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, is_thread, CLONE_THREAD))
    add(refuse, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, CLONE_THREAD, 0))  # clone3: the C library falls back
    with os.fdopen(os.memfd_create("filter", os.MFD_CLOEXEC), "rb") as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


class Program(ctypes.Structure):
    """struct sock_fprog: how many instructions of 8 bytes, and where they stand."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def load(instructions: bytes) -> None:
    """Hold this process to the program for the rest of its life. Raises OSError."""
    prctl(PR_SET_SECCOMP, MODE_FILTER, ctypes.byref(Program(len(instructions) // 8, instructions)))


def known() -> bool:
    """Whether the kernel takes filters: only one that does refuses a filter at address 0 with EFAULT."""
    try:
        prctl(PR_SET_SECCOMP, MODE_FILTER, None)
    except OSError as error:
        return error.errno == errno.EFAULT
    return False
