"""Outlive the parent by a moment and end everything it started: what makes ``kill -9`` of ``./run`` safe.

Run by path with ``python -I -S``. It reads lines from a pipe whose other end only the parent holds:
``+ PID SIGNAL`` (started, how to stop it), ``- PID`` (gone), ``dir PATH`` (remove in the end). The end of the pipe is
the end of the parent, on Linux and macOS alike. It also holds the lock on the data folder until all are gone, so that
the next start waits for it.
"""

import os
import shutil
import signal
import sys
import time


def read_until_parent_ends(pipe):
    children, folders = {}, []
    for line in pipe:
        kind, _, rest = line.decode().rstrip("\n").partition(" ")
        if kind == "+":
            pid, stop_signal = rest.split()
            children[int(pid)] = int(stop_signal)
        elif kind == "-":
            children.pop(int(rest), None)
        elif kind == "dir":
            folders.append(rest)
    return children, folders


def send(number, pid, *, group):
    """Whether there was somebody to receive the signal."""
    try:
        os.killpg(pid, number) if group else os.kill(pid, number)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def is_alive(group):
    """Whether a process group still has a living member. A dead one may wait long for its burial in a container."""
    if not send(0, group, group=True):
        return False
    if sys.platform != "linux":
        return True
    for entry in os.listdir("/proc"):
        try:
            with open(f"/proc/{entry}/stat") as stat:
                state, _, its_group = stat.read().rpartition(")")[2].split()[:3]
        except (OSError, ValueError):  # not a process, or gone meanwhile
            continue
        if its_group == str(group) and state not in "ZX":
            return True
    return False


def end_all(children):
    for pid, stop_signal in children.items():
        send(stop_signal, pid, group=False)
    for patience, next_signal in ((1.5, signal.SIGQUIT), (1.5, signal.SIGKILL), (1, None)):
        deadline = time.monotonic() + patience
        while any(map(is_alive, children)):
            if time.monotonic() > deadline:
                break
            time.sleep(0.02)
        else:
            return
        if next_signal:
            for pid in children:
                send(next_signal, pid, group=True)


def main():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    children, folders = read_until_parent_ends(sys.stdin.buffer)
    end_all(children)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
