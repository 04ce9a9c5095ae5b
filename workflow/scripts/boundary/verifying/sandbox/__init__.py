"""The sandbox: runs programs that nobody has read.

Each program runs in a process of its own, forked from a Python that waits in the sandbox (zygote.py), with an empty
working folder, a clean environment, no network and hard limits. Expected outputs never enter: the caller compares plain
values. The strongest level that works on this machine is used; what each gives, all of them without Docker:

  namespaces  its own processes, network, mounts and user (bubblewrap, or unshare of util-linux), Landlock, seccomp;
              the program cannot see another process, and none of its own outlives it
  landlock    Landlock and seccomp: reads system folders and Python only, writes its own folder only, no socket, one
              process (with threads), no signal to others
  seccomp     seccomp alone: writes nothing, no socket, one process, no signal to others; it can read what the user can
"""

LEVELS = ("namespaces", "landlock", "seccomp")  # the strongest first


class SandboxError(RuntimeError):
    """The sandbox is broken, not the program: an infrastructure fault."""
