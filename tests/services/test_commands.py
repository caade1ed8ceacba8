"""``./run``, ``./test`` and ``.ci/run`` on machines that are not ready, and on one that is."""

import os
import shutil
import subprocess
import sys

import pytest

from coaching_site.services import install
from tests.services.processes import ROOT

FAKE_PYTHON = """#!/bin/sh
case "$*" in
*sys.version_info*) echo {version} ;;
*ensurepip*) exit {lacks_venv} ;;
*{breaks_at}*) exit 1 ;;
*) echo "handed over:" "$@" ;;
esac
"""


@pytest.fixture
def copy(folder):
    """The two commands without an environment, below a name that shells stumble over."""
    copied = folder / "a project"
    for part in ("run", "test", ".ci/run", "coaching_site/services/python.sh", "coaching_site/services/install.py"):
        (copied / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / part, copied / part)
    return copied


@pytest.fixture
def machine(folder):
    """Call a command where ``bin/`` holds everything that is installed."""
    tools = folder / "bin"
    tools.mkdir()
    for tool in ("dirname", "env", "sh"):
        (tools / tool).symlink_to(shutil.which(tool))

    def call(*command, cwd=folder, **environment):
        return subprocess.run(
            [str(part) for part in command],
            env={"PATH": str(tools), "HOME": str(folder), **environment},
            cwd=cwd,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    call.tools = tools
    return call


def add(machine, name, version, *, lacks_venv=0):
    script = machine.tools / name
    script.write_text(FAKE_PYTHON.format(version=version, lacks_venv=lacks_venv, breaks_at="nowhere"))
    script.chmod(0o755)


@pytest.mark.parametrize("command", ["run", "test", ".ci/run"])
@pytest.mark.parametrize(
    ("there", "lacks_venv", "sentence"),
    [
        ({}, 0, "Colloquy needs Python 3.11, 3.12 or 3.13 and found none."),
        ({"python3": "3.10.13"}, 0, "Colloquy needs Python 3.11, 3.12 or 3.13 and found 3.10.13 3.10.13."),
        ({"python3.13": "3.14.0"}, 0, "Colloquy needs Python 3.11, 3.12 or 3.13 and found 3.14.0."),
        ({"python3": "3.12.1"}, 1, "Colloquy: Python 3.12.1 lacks its venv module; install it"),
    ],
)
def test_unfit_machine_gets_one_sentence(copy, machine, command, there, lacks_venv, sentence):
    for name, version in there.items():
        add(machine, name, version, lacks_venv=lacks_venv)

    ended = machine(copy / command)

    assert ended.returncode == 1
    assert ended.stderr.startswith(sentence)
    assert (ended.stderr.count("\n"), ended.stdout) == (1, "")
    assert not (copy / ".venv").exists()


def test_fit_python_is_found_behind_unfit_ones(copy, machine):
    add(machine, "python3", "3.9.2")
    add(machine, "python3.13", "3.13.0", lacks_venv=1)
    add(machine, "python3.12", "3.12.1")

    ended = machine(copy / "run", "--port", "8001", "--data", "my data")

    script = copy / "coaching_site" / "services" / "install.py"
    assert ended.stdout == f"handed over: -P {script} run --port 8001 --data my data\n"


def test_named_python_goes_first(copy, machine):
    add(machine, "python3", "3.12.1")
    add(machine, "mine", "3.11.0")

    ended = machine(copy / "test", "-k", "goals", PYTHON="mine")

    assert ended.stdout.endswith("install.py test -k goals\n")


def test_first_start_makes_the_environment_and_the_second_makes_nothing(copy, machine):
    (machine.tools / "python3").symlink_to(os.path.join(sys.base_prefix, "bin", "python3"))
    (copy / "requirements.txt").write_text("# nothing\n")
    (copy / "coaching_site" / "services" / "__main__.py").write_text("import sys; print('started', sys.argv[1:])\n")

    first = machine(copy / "run", "--empty", PIP_NO_INDEX="1")
    second = machine(copy / "run", "--empty", PIP_NO_INDEX="1")

    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.splitlines()[-1] == "started ['--empty']"
    assert second.stdout == "started ['--empty']\n"

    (copy / "requirements.txt").write_text("colloquy-needs-this==1 --hash=sha256:00\n")
    third = machine(copy / "run", PIP_NO_INDEX="1")

    assert third.returncode == 1
    assert "started" not in third.stdout
    assert third.stderr.endswith("Colloquy: its requirements could not be installed; pip has said why above.\n")


def test_copy_without_a_lock_is_refused(monkeypatch, folder):
    with pytest.raises(SystemExit, match="requirements.txt is missing"):
        install.install(folder / "requirements.txt")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], ["-n", "2", "--dist", "loadgroup", "--no-loadscope-reorder"]),
        (["tests/goals", "-k", "step"], ["-n", "2", "--dist", "loadgroup", "--no-loadscope-reorder"]),
        (["-n", "0"], []),
        (["-n4"], []),
        (["--numprocesses=1"], []),
        (["-p", "no:xdist"], []),
        (["--pdb"], []),
    ],
)
def test_pytest_is_two_wide_unless_told_otherwise(arguments, expected):
    assert install.width(arguments) == expected


def test_a_group_of_tests_stays_on_one_worker(folder):
    marked = "import os, pytest\npytestmark = pytest.mark.xdist_group('one')\n"
    tells = "def test_{}():\n    open('workers', 'a').write(os.environ['PYTEST_XDIST_WORKER'] + ' ')\n"
    (folder / "test_it.py").write_text(marked + "".join(map(tells.format, "abcd")))
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-p", "no:django", "-c", "/dev/null", *install.width([]), "test_it.py"]

    subprocess.run(command, cwd=folder, env=own, check=True, capture_output=True)

    workers = (folder / "workers").read_text().split()
    assert len(workers) == 4
    assert len(set(workers)) == 1


def test_chromium_that_is_named_is_taken(monkeypatch, folder):
    mine = folder / "my chromium"
    mine.write_text("#!/bin/sh\necho Chromium 1\n")
    mine.chmod(0o755)
    monkeypatch.setenv("CHROMIUM_PATH", str(mine))

    assert install.chromium() == str(mine)


FAKE_APT = """#!/bin/sh
echo "$@" >> {folder}/asked
[ "$1" = install ] || exit 0
printf '#!/bin/sh\n' > {folder}/chromium
/bin/chmod 755 {folder}/chromium
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may install packages")
def test_root_installs_chromium_where_one_does_not_start(monkeypatch, folder):
    for name, script in (("chromium-browser", "#!/bin/sh\nexit 1\n"), ("apt-get", FAKE_APT.format(folder=folder))):
        (folder / name).write_text(script)
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("CHROMIUM_PATH", raising=False)

    assert install.chromium() == str(folder / "chromium")
    assert (folder / "asked").read_text().splitlines() == [
        "update",
        "install -y --no-install-recommends chromium fonts-liberation",
    ]


def test_tests_end_where_no_chromium_can_be_had(monkeypatch, folder):
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("CHROMIUM_PATH", raising=False)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(folder / "browsers"))
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", "http://127.0.0.1:1")

    with pytest.raises(SystemExit, match="the tests need Chromium, and .* set CHROMIUM_PATH to it"):
        install.chromium()


@pytest.mark.parametrize("path", ["/bin/false", "/no/such/chromium"])
def test_chromium_that_does_not_start_ends_the_tests(monkeypatch, path):
    monkeypatch.setenv("CHROMIUM_PATH", path)

    with pytest.raises(SystemExit, match=f"the tests need Chromium, and {path} does not start"):
        install.chromium()


def add_linters(copy, *, broken=None):
    tools = copy / ".venv" / "bin"
    tools.mkdir(parents=True)
    for name in ("ruff", "lint-imports", "djlint"):
        (tools / name).write_text(f"#!/bin/sh\nexit {int(name == broken)}\n")
    fake = FAKE_PYTHON.format(version="3.12.1", lacks_venv=0, breaks_at=broken or "nowhere")
    (tools / "python").write_text(fake)
    for tool in tools.iterdir():
        tool.chmod(0o755)


@pytest.mark.parametrize("broken", ["ruff", "lint-imports", "djlint", "makemigrations"])
def test_ci_stops_at_the_first_failure_and_names_it(copy, machine, broken):
    add_linters(copy, broken=broken)

    ended = machine(copy / ".ci" / "run")

    assert ended.returncode == 1
    [sentence] = ended.stderr.splitlines()
    assert sentence.startswith("== failed: ")
    assert broken in sentence
    assert "./test" not in ended.stdout


def test_ci_runs_every_step_in_order(copy, machine):
    add_linters(copy)

    ended = machine(copy / ".ci" / "run", "-k", "goals")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert [line for line in ended.stdout.splitlines() if line.startswith("==")] == [
        "== ruff check .",
        "== ruff format --check .",
        "== lint-imports",
        "== djlint --lint templates",
        "== python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run",
        "== ./test -k goals",
    ]
