"""Small secrets of the application: sealed for one purpose, under the key file, and told apart by their key."""

import base64
import secrets

import pytest

from common import keys
from common.actor import acting_as
from common.fences import KEEPER
from common.secret_values import key_id_of, open_secret, rewrap_secret, seal_secret


@pytest.fixture
def sealed(db):
    return seal_secret("JBSWY3DPEHPK3PXP", "app")


@pytest.fixture
def newer_key(tmp_path, settings):
    """The key file with a second key, which is the current one from now on; ``newer_key()`` adds it."""

    def add():
        with open(settings.COLLOQUY_KEY_FILE) as file:
            before = file.read()
        path = tmp_path / "both.key"
        path.write_text(f"{before}newer {base64.b64encode(secrets.token_bytes(32)).decode()}\n")
        settings.COLLOQUY_KEY_FILE = str(path)

    return add


def test_a_secret_comes_back_and_is_not_to_be_seen(sealed):
    assert open_secret(sealed, "app") == "JBSWY3DPEHPK3PXP"
    assert b"JBSWY3DP" not in base64.urlsafe_b64decode(sealed)
    assert key_id_of(sealed) == keys.read_key_file().current
    assert seal_secret("JBSWY3DPEHPK3PXP", "app") != sealed


def test_a_secret_opens_for_its_own_purpose_only(sealed):
    with pytest.raises(keys.SealBroken):
        open_secret(sealed, "another")


def test_every_changed_byte_breaks_the_seal(sealed):
    raw = base64.urlsafe_b64decode(sealed)
    for place in range(len(raw)):
        changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        with pytest.raises((keys.SealBroken, keys.KeyFileError)):
            open_secret(base64.urlsafe_b64encode(changed).decode(), "app")


@pytest.mark.parametrize("value", ["", "JBSWY3DPEHPK3PXP", "no base64!", "AQ==", "é"])
def test_what_was_never_sealed_does_not_open(db, value):
    with pytest.raises(keys.SealBroken):
        open_secret(value, "app")


def test_a_secret_is_sealed_again_under_the_newest_key(sealed, newer_key):
    newer_key()

    again = rewrap_secret(sealed, "app")

    assert (key_id_of(again), open_secret(again, "app")) == ("newer", "JBSWY3DPEHPK3PXP")
    assert open_secret(sealed, "app") == "JBSWY3DPEHPK3PXP"  # until the old key is taken away
    assert rewrap_secret(again, "app") == again


def test_nothing_is_sealed_under_a_key_that_this_database_does_not_know(db, newer_key):
    newer_key()

    with pytest.raises(keys.KeyFileError, match="not sealed under key newer"):
        seal_secret("JBSWY3DPEHPK3PXP", "app")
    with acting_as(KEEPER):
        keys.write_check(keys.read_key_file())
    assert key_id_of(seal_secret("JBSWY3DPEHPK3PXP", "app")) == "newer"


def test_without_its_key_a_secret_says_which_one_is_missing(sealed, tmp_path, settings):
    path = tmp_path / "other.key"
    path.write_text(f"other {base64.b64encode(secrets.token_bytes(32)).decode()}\n")
    settings.COLLOQUY_KEY_FILE = str(path)

    with pytest.raises(keys.KeyFileError, match=f"no key {key_id_of(sealed)}"):
        open_secret(sealed, "app")
