"""The embedded Valkey: on a closed socket, and it forgets nothing over a restart."""

import os
import signal

import pytest
import redis

from coaching_site.services.valkey import start_valkey


@pytest.fixture
def valkey(folder):
    made = start_valkey(folder / "valkey")
    yield made
    made.stop()


def test_valkey_never_drops_a_message_for_room(valkey):
    with redis.Redis.from_url(valkey.url) as client:
        found = client.config_get("maxmemory-policy", "appendonly", "appendfsync", "port")

    assert found == {"maxmemory-policy": "noeviction", "appendonly": "yes", "appendfsync": "everysec", "port": "0"}


def test_valkey_runs_lua_for_celery(valkey):
    with redis.Redis.from_url(valkey.url) as client:
        assert client.eval("return 7", 0) == 7


def test_valkey_listens_on_a_socket_closed_to_others(valkey):
    assert valkey.socket_path.stat().st_mode & 0o777 == 0o700
    assert valkey.socket_path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_valkey_remembers_over_a_restart(folder, end):
    first = start_valkey(folder / "valkey")
    with redis.Redis.from_url(first.url) as client:
        client.set("kept", "yes")
    os.kill(first.child.process.pid, end)
    first.child.process.wait()
    first.stop()

    second = start_valkey(folder / "valkey")

    with redis.Redis.from_url(second.url) as client:
        assert client.get("kept") == b"yes"
    second.stop()
