"""No process outlives the one that started it."""

import os
import signal
import subprocess
import sys

import pytest

from coaching_site.services import Refusal
from coaching_site.services.family import Family
from coaching_site.services.supervisor import MOST_FAILURES, Watched
from tests.services.processes import is_alive, python, wait_for

# Starts a child that starts another, says who they are, and then hangs. A thread's child is not tied by the kernel.
PARENT = """
import sys, threading, time
from pathlib import Path
from coaching_site.services.family import Family

def start():
    global family, child
    family = Family()
    shell = ["/bin/sh", "-c", "sleep 60 & echo $! > $0/second; wait", sys.argv[1]]
    child = family.spawn("shell", shell, log=Path(sys.argv[1]) / "log")

if "tied" in sys.argv:
    start()
else:
    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
if "reaped" not in sys.argv:
    family.reaper.kill()
    family.reaper.wait()
print(child.process.pid, family.run_dir, flush=True)
time.sleep(60)
"""


@pytest.fixture
def family():
    made = Family()
    yield made
    made.close()


def start_and_kill(folder, *guards):
    """Kill a parent with SIGKILL; its two descendants, and the folder of its sockets."""
    parent = python(PARENT, folder, *guards)
    with parent.stdout:
        first, run_dir = parent.stdout.readline().split()
    assert wait_for(lambda: (folder / "second").exists() and (folder / "second").read_text().strip())
    pids = int(first), int((folder / "second").read_text())
    assert all(map(is_alive, pids))

    parent.kill()
    parent.wait()
    return pids, run_dir


def test_reaper_ends_a_whole_group_after_kill_9(folder):
    pids, run_dir = start_and_kill(folder, "reaped")

    assert wait_for(lambda: not any(map(is_alive, pids)))
    assert wait_for(lambda: not os.path.exists(run_dir))


def test_reaper_test_can_fail(folder):
    pids, run_dir = start_and_kill(folder)

    try:
        assert not wait_for(lambda: not is_alive(pids[0]), seconds=1)
        assert os.path.exists(run_dir)
    finally:
        os.killpg(pids[0], signal.SIGKILL)
        os.rmdir(run_dir)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's second belt exists on Linux only")
def test_kernel_ends_the_child_where_the_reaper_too_was_killed(folder):
    pids, run_dir = start_and_kill(folder, "tied")

    assert wait_for(lambda: not is_alive(pids[0]))
    os.kill(pids[1], signal.SIGKILL)  # the kernel knows of children only: grandchildren are the reaper's
    os.rmdir(run_dir)


def test_family_replaces_a_dead_reaper_and_tells_it_who_there_is(family, folder):
    child = family.spawn("sleep", ["/bin/sleep", "60"], log=folder / "log")
    family.reaper.kill()
    family.reaper.wait()

    assert family.keep_reaper()

    os.close(os.dup(family.pipe))
    second = family.reaper
    os.close(family.pipe)  # all that a killed parent does
    assert wait_for(lambda: child.process.poll() is not None)
    assert second.wait(10) == 0
    family._start_reaper()


def test_child_that_does_not_listen_is_stopped_all_the_same(family, folder):
    deaf = ["/bin/sh", "-c", "trap '' TERM QUIT; echo ready; while :; do sleep 1; done"]
    child = family.spawn("deaf", deaf, log=folder / "log", patience=0.2)
    child.wait_until(lambda: "ready" in (folder / "log").read_text())
    process = child.process

    child.stop()

    assert process.returncode == -signal.SIGKILL


def test_child_takes_its_own_children_along_when_it_stops(family, folder):
    shell = ["/bin/sh", "-c", "(trap '' TERM; exec sleep 60) & echo $! > $0/second; wait", folder]
    child = family.spawn("shell", shell, log=folder / "log")
    assert wait_for(lambda: (folder / "second").exists() and (folder / "second").read_text().strip())
    second = int((folder / "second").read_text())

    child.stop()

    assert wait_for(lambda: not is_alive(second))


def test_family_stops_its_youngest_first(folder):
    family = Family()
    script = 'trap "echo $0 >> $1; exit" TERM; echo ready; while :; do sleep 0.05; done'
    for name in ("database", "web", "worker"):
        log = folder / name
        child = family.spawn(name, ["/bin/sh", "-c", script, name, folder / "order"], log=log)
        child.wait_until(lambda log=log: "ready" in log.read_text())

    family.close()

    assert (folder / "order").read_text().split() == ["worker", "web", "database"]


def test_dead_child_is_started_again(family, folder):
    child = family.spawn("sleep", ["/bin/sleep", "60"], log=folder / "log")
    watched = Watched(child, pause=0.001)
    os.kill(child.process.pid, signal.SIGKILL)

    assert wait_for(lambda: watched.tend() or (child.process and child.is_alive()))


def test_child_that_keeps_dying_is_given_up_with_what_it_said(family, folder):
    child = family.spawn("broken", ["/bin/sh", "-c", "echo 'Error: no luck'; exit 3"], log=folder / "log")
    watched = Watched(child, pause=0.001)

    with pytest.raises(Refusal, match="broken keeps stopping: Error: no luck"):
        wait_for(watched.tend)

    assert (folder / "log").read_text() == "Error: no luck\n" * (MOST_FAILURES + 1)


def test_child_that_ends_too_early_is_refused_with_what_it_said(family, folder):
    child = family.spawn("broken", ["/bin/sh", "-c", "echo 'FATAL: no luck'; echo bye; exit 3"], log=folder / "log")

    with pytest.raises(Refusal, match="broken did not start: FATAL: no luck"):
        child.wait_until(lambda: False)


def test_child_inherits_no_descriptor_but_those_it_was_given(family, folder):
    read_end, write_end = os.pipe()
    os.set_inheritable(write_end, True)
    child = family.spawn("sleep", ["/bin/sleep", "60"], log=folder / "log")

    os.close(write_end)

    assert os.read(read_end, 1) == b""
    os.close(read_end)
    child.stop()


def test_close_leaves_neither_process_nor_folder(folder):
    family = Family()
    child = family.spawn("sleep", ["/bin/sleep", "60"], log=folder / "log")
    pids = child.process.pid, family.reaper.pid

    family.close()

    assert not any(map(is_alive, pids))
    assert not family.run_dir.exists()


def test_reaper_is_deaf_to_what_a_terminal_sends(family):
    family.tell_reaper("- 0\n" * 50_000)  # more than the pipe holds: it has begun to read when this returns

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        family.reaper.send_signal(number)

    with pytest.raises(subprocess.TimeoutExpired):
        family.reaper.wait(0.3)
