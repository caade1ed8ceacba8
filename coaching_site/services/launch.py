"""Become a service: in a session of its own, known to the reaper, tied to the parent, as another user where told.

Run by path with ``python -I -S``, so it imports nothing of ours. Arguments: stop signal, descriptor of the reaper's
pipe, process id of the parent (0: do not tie), ``uid:gid`` or ``-``, then the command.
"""

import contextlib
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(stop_signal, reaper, parent, user, *command):
    os.setsid()
    with contextlib.suppress(OSError):  # a reaper that has just died is replaced, and told by the parent
        # The child says so itself: between fork and a word of the parent's, the parent could be killed.
        os.write(int(reaper), b"+ %d %d\n" % (os.getpid(), int(stop_signal)))
    os.close(int(reaper))
    if sys.platform == "linux":
        import ctypes  # now: as another user Python's own library may be out of reach

        set_process_option = ctypes.CDLL(None).prctl
    if user != "-":
        uid, gid = map(int, user.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if int(parent) and sys.platform == "linux":
        set_process_option(PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)  # after setuid, which clears it
        if os.getppid() != int(parent):
            sys.exit(1)
    for ignored_by_python in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(ignored_by_python, signal.SIG_DFL)
    os.execv(command[0], command)  # noqa: S606  # the whole point


if __name__ == "__main__":
    main(*sys.argv[1:])
