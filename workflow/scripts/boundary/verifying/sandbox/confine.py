"""Confinement of a program on Linux: limits, Landlock, seccomp, no privileges. Called in the process that will run it.

Standard library and system calls only; x86-64 and 64-bit Arm. Facts: landlock(7), seccomp(2), capabilities(7).
"""

import ctypes
import os
import platform
import resource
import struct

libc = ctypes.CDLL(None, use_errno=True)
ARCHITECTURE = {"x86_64": 0, "aarch64": 1}.get(platform.machine())  # column of the tables below

CLONE_NEWPID, CLONE_THREAD = 0x2000_0000, 0x0001_0000
NEW_NAMESPACES = 0x7E02_0080  # all CLONE_NEW* flags
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 24, 38


def call(function: str, *arguments) -> int:
    """A function of libc by name; OSError if it fails."""
    result = getattr(libc, function)(*arguments)
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{function}: {os.strerror(error)}")
    return result


# --- limits and privileges -------------------------------------------------------------------------------------------


def set_limit(what: int, value: int) -> None:
    """A hard limit of this process and its children, unless a lower one is already set."""
    most = resource.getrlimit(what)[1]
    if most != resource.RLIM_INFINITY:
        value = min(value, most)
    resource.setrlimit(what, (value, value))


def limit_files(file_bytes: int) -> None:
    """Limits that every program shares."""
    set_limit(resource.RLIMIT_FSIZE, file_bytes)
    set_limit(resource.RLIMIT_NOFILE, 64)
    set_limit(resource.RLIMIT_CORE, 0)
    stack, most = 64 << 20, resource.getrlimit(resource.RLIMIT_STACK)[1]
    stack = stack if most == resource.RLIM_INFINITY else min(stack, most)
    resource.setrlimit(resource.RLIMIT_STACK, (stack, most))  # programs may raise it: it counts as their memory
    set_limit(resource.RLIMIT_MEMLOCK, 0)


def limit_program(cpu_seconds: int, memory_bytes: int, processes: int | None) -> None:
    """CPU time and memory are per process; processes per user and namespace, without effect for root."""
    set_limit(resource.RLIMIT_CPU, cpu_seconds)  # the hard limit kills; a warning could be ignored
    set_limit(resource.RLIMIT_AS, memory_bytes)
    if processes is not None:
        set_limit(resource.RLIMIT_NPROC, processes)


def forbid_new_privileges() -> None:
    """Nothing that this process or a fork of it executes gains a capability."""
    call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    for capability in range(64):
        if libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0:
            break


def drop_privileges(user: int | None) -> None:
    """Give up all capabilities: as root by becoming `user`, otherwise directly."""
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)  # the kernel clears the capabilities of who stops being root
    else:
        call("capset", struct.pack("<Ii", 0x20080522, 0), bytes(24))


# --- Landlock --------------------------------------------------------------------------------------------------------

READ = 0b1101  # execute, read file, read folder
READ_WRITE = 0b110  # of a file: write, read
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # number of file-system rights by version


def landlock_version() -> int:
    """0 if the kernel has no Landlock or it is switched off."""
    return max(0, libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), 1))


def landlock_rules(version: int, readable: list[int], files: list[int], folder: int) -> int:
    """A ruleset: only these open (O_PATH) folders can be read, `files` used, and `folder` changed; no TCP.

    If the version supports it, signals and abstract sockets are confined to the process too. A mount in `folder` counts
    as part of it.
    """
    every = (1 << FILE_RIGHTS.get(version, 16)) - 1
    attributes = struct.pack("<QQQ", every, 0b11, 0b11)[: {1: 8, 2: 8, 3: 8, 4: 16, 5: 16}.get(version, 24)]
    ruleset = call("syscall", CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    for descriptors, rights in ((readable, READ), (files, READ_WRITE), ([folder], every)):
        for descriptor in descriptors:
            rule = struct.pack("<Qi", rights & every, descriptor)
            call("syscall", ADD_RULE, ruleset, 1, rule, 0)
    return ruleset


def restrict_files(ruleset: int) -> None:
    """The ruleset applies from now on to this process and all its children."""
    call("syscall", RESTRICT_SELF, ruleset, 0)


# --- seccomp ---------------------------------------------------------------------------------------------------------

ALLOW, KILL, ERRNO = 0x7FFF_0000, 0x8000_0000, 0x0005_0000
EPERM, ENOSYS = 1, 38
AUDIT_ARCH = (0xC000_003E, 0xC000_00B7)
X32 = 0x4000_0000

Numbers = tuple[int | None, int | None]  # of a system call on both
Calls = dict[str, Numbers]

NEVER: Calls = {  # system call -> its number on x86-64 and 64-bit Arm: what no program that solves a problem needs
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "process_madvise": (440, 440), "process_mrelease": (448, 448), "pidfd_getfd": (438, 438),
    "pivot_root": (155, 41), "chroot": (161, 51), "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432),
    "fspick": (433, 433),
    "move_mount": (429, 429), "open_tree": (428, 428), "mount_setattr": (442, 442), "bpf": (321, 280),
    "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "keyctl": (250, 219), "add_key": (248, 217),
    "request_key": (249, 218), "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "reboot": (169, 142), "swapon": (167, 224),
    "swapoff": (168, 225), "acct": (163, 89), "quotactl": (179, 60), "settimeofday": (164, 170),
    "clock_settime": (227, 112), "clock_adjtime": (305, 266), "adjtimex": (159, 171), "sethostname": (170, 161),
    "setdomainname": (171, 162), "syslog": (103, 116), "vhangup": (153, 58), "iopl": (172, None),
    "ioperm": (173, None), "modify_ldt": (154, None), "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265), "fanotify_init": (300, 262), "lookup_dcookie": (212, 18),
    "move_pages": (279, 239), "migrate_pages": (256, 238), "nfsservctl": (180, 42), "shmget": (29, 194),
    "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180), "socket": (41, 198), "connect": (42, 203),
    "bind": (49, 200), "listen": (50, 201), "accept": (43, 202), "accept4": (288, 242),
    "setpriority": (141, 140), "sched_setaffinity": (203, 122), "sched_setscheduler": (144, 119),
    "sched_setparam": (142, 118), "sched_setattr": (314, 274), "ioprio_set": (251, 30),
    "memfd_create": (319, 279), "memfd_secret": (447, 447),
}  # fmt: skip
NAMESPACES: Calls = {  # likewise, but the waiting Python needs them
    "mount": (165, 40), "umount2": (166, 39), "unshare": (272, 97), "setns": (308, 268),
}  # fmt: skip
ALONE: Calls = {  # besides, where no namespace keeps a program apart: no other process, so no signal to one
    "fork": (57, None), "vfork": (58, None), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    "pidfd_send_signal": (424, 424), "pidfd_open": (434, 434), "socketpair": (53, 199),
}  # fmt: skip
METADATA: Calls = {  # at every level, as Landlock does not govern them: no modes, owners, times or attributes of files
    "chmod": (90, None), "fchmodat": (268, 53), "fchmod": (91, 52), "fchmodat2": (452, 452), "chown": (92, None),
    "lchown": (94, None), "fchown": (93, 55), "fchownat": (260, 54), "utime": (132, None), "utimes": (235, None),
    "utimensat": (280, 88), "futimesat": (261, None), "setxattr": (188, 5), "lsetxattr": (189, 6),
    "fsetxattr": (190, 7), "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16),
    "setxattrat": (463, 463), "removexattrat": (466, 466), "file_setattr": (469, 469),
}  # fmt: skip
READ_ONLY: Calls = {  # besides, where Landlock is missing: nothing in any file system changes
    "creat": (85, None), "openat2": (437, 437), "truncate": (76, 45), "rename": (82, None), "renameat": (264, 38),
    "renameat2": (316, 276), "unlink": (87, None), "unlinkat": (263, 35), "mkdir": (83, None), "mkdirat": (258, 34),
    "rmdir": (84, None), "link": (86, None), "linkat": (265, 37), "symlink": (88, None), "symlinkat": (266, 36),
    "mknod": (133, None), "mknodat": (259, 33),
}  # fmt: skip
IOCTL, FLAG_COMMANDS = (16, 29), (0x4004_6602, 0x4008_6602, 0x401C_5820)  # FS_IOC_SETFLAGS (32, 64), FS_IOC_FSSETXATTR
CLONE, CLONE3, PRLIMIT = (56, 220), (435, 435), (302, 261)
KILL_CALLS, TKILL, FCNTL = ((62, 129), (234, 131)), (200, 130), (72, 25)  # kill and tgkill say first whom
OWNER_COMMANDS = (8, 10, 15)  # F_SETOWN, F_SETSIG, F_SETOWN_EX: a signal by way of a file
OPENS = (((2, None), 1), ((257, 56), 2))  # open, openat, and which argument holds the flags
WRITING = 0o1 | 0o2 | 0o100 | 0o1000 | 0o20000000  # O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_TMPFILE

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # classic BPF


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, value)


def _argument(index: int) -> bytes:
    return _instruction(LOAD, 16 + 8 * index)  # the low half, on little-endian machines


REFUSE = _instruction(RETURN, ERRNO | EPERM)
OWN_PROCESS = 0x7FFF_FFFE  # stands for the number of the process in a filter made before there is one


def early_filter() -> bytes:
    """The part of the seccomp filter, as classic BPF, that the waiting Python can have too; its forks inherit it."""
    return _filter(NEVER, [])


def filter_program(namespaces: bool, landlock: bool) -> bytes:
    """The rest, for the program itself: refused calls fail with EPERM.

    Without namespaces a program is limited to its one process, with threads; without Landlock it cannot write either.
    """
    number, refuse = _instruction(LOAD, 0), REFUSE
    refused = NAMESPACES | METADATA | ({} if namespaces else ALONE) | ({} if landlock else READ_ONLY)
    special: list[tuple[Numbers, list[bytes]]] = [
        (CLONE3, [_instruction(RETURN, ERRNO | ENOSYS)])
    ]  # its flags lie in memory; libc falls back to clone
    if namespaces:
        special.append((CLONE, [_argument(0), _instruction(ANY_BIT, NEW_NAMESPACES, 0, 1), refuse, number]))
    else:
        special.append((CLONE, [_argument(0), _instruction(ANY_BIT, CLONE_THREAD, 1, 0), refuse, number]))
        special.append((TKILL, [refuse]))
        for kill in KILL_CALLS:
            special.append((kill, [_argument(0), _instruction(EQUAL, OWN_PROCESS, 1, 0), refuse, number]))
        special.append((FCNTL, _refuse_commands(OWNER_COMMANDS)))
    special.append((IOCTL, _refuse_commands(FLAG_COMMANDS)))
    special.append((PRLIMIT, [_argument(0), _instruction(EQUAL, 0, 1, 0), refuse, number]))
    if not landlock:
        for opening, index in OPENS:
            special.append((opening, [_argument(index), _instruction(ANY_BIT, WRITING, 0, 1), refuse, number]))
    return _filter(refused, special)


def _refuse_commands(commands: tuple[int, ...]) -> list[bytes]:
    """Of fcntl or ioctl: the second argument says what is asked."""
    tests = [part for command in commands for part in (_instruction(EQUAL, command, 0, 1), REFUSE)]
    return [_argument(1), *tests, _instruction(LOAD, 0)]


def _filter(refused: dict[str, Numbers], special: list[tuple[Numbers, list[bytes]]]) -> bytes:
    """Refuse some system calls, look closer at others, allow the rest; kill what speaks for another architecture."""
    if ARCHITECTURE is None:
        raise OSError(f"no system calls are known of {platform.machine()}")
    program = [
        _instruction(LOAD, 4),
        _instruction(EQUAL, AUDIT_ARCH[ARCHITECTURE], 1, 0),
        _instruction(RETURN, KILL),
        _instruction(LOAD, 0),
        _instruction(AT_LEAST, X32, 0, 1),
        _instruction(RETURN, KILL),
    ]
    for call_numbers, then in [*((numbers, [REFUSE]) for numbers in refused.values()), *special]:
        if (call_number := call_numbers[ARCHITECTURE]) is not None:
            program += [_instruction(EQUAL, call_number, 0, len(then)), *then]
    program.append(_instruction(RETURN, ALLOW))
    return b"".join(program)


def seccomp(program: bytes) -> None:
    """Install a filter for this process and all its children."""
    program = program.replace(struct.pack("<I", OWN_PROCESS), struct.pack("<I", os.getpid()))
    instructions = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("<HxxxxxxQ", len(program) // 8, ctypes.addressof(instructions))
    call("prctl", PR_SET_SECCOMP, 2, header, 0, 0)
