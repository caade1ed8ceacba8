"""Each of the four walls alone, with the other three open, for everything that is sealed."""

import pytest
from django.db import DatabaseError, connection, transaction

from common.actor import acting_as
from common.bootstrap import ARRANGER
from common.fences import HR, MEMBER, REPORT, WORKER
from common.keys import KeyFileError, SealBroken, make_key_file
from common.rekeying import sealed_columns
from groups.models import Charter, PairInvitation
from tests.world import CAST

SIGNED_IN = CAST[1:]
READERS = {"member", "peer", "facilitator", "both"}
AT_THE_DOOR = READERS | {"unsigned", "newcomer"}
# What of the world who reads: the row, and the circle that every wall but the last draws alike.
CIRCLES = {
    "goal": READERS,
    "draft": {"member"},
    "check_in": READERS,
    "version": READERS,
    "reading": {"member", "peer"},
    "step": READERS,
    "let_go": READERS,
    "move": READERS,
    "noticed": READERS,
    "turn": {"member", "peer"},
    "note": {"member", "peer"},
    "answer": {"member", "peer"},
    "ask": {"member", "peer"},
    "watched": READERS,
    "flag": {"member", "facilitator"},
    "introduction": READERS,
    "mirror": {"member"},
    "choice": {"member", "peer"},
    "help": {"member", "facilitator"},
    "kept": {"member"},
    "entry": {"member"},
    "words": AT_THE_DOOR,
}
# A group's key is one for the whole group: this wall keeps out who is not in it. Drafts and journals have their own.
KEY_HOLDERS = {**dict.fromkeys(CIRCLES, READERS), "kept": {"member"}, "entry": {"member"}, "words": AT_THE_DOOR}
# Sealed under the key file itself, because whom it is for has no key of the two's yet.
UNDER_THE_KEY_FILE = {"pair_invitation": {"member"}}
EVERY_CIRCLE = {**CIRCLES, **UNDER_THE_KEY_FILE}


@pytest.fixture
def rows(world):
    """One row of each kind, written by *member* through the walls."""
    with acting_as(MEMBER, person=world.people["member"]):
        words = Charter(
            organization=world.organization, group=world.group, version=3, written_by=world.memberships["member"]
        )
        words.clauses = '[["Trust", "What is said here stays here."]]'
        words.save(force_insert=True)
        world.pair_invitation.write_line("Your question stayed with me")
        world.pair_invitation.save(update_fields=["line"])
    return {**{name: getattr(world, name) for name in EVERY_CIRCLE if name != "words"}, "words": words}


def sealed_names(row):
    if isinstance(row, PairInvitation):
        return ["line"]
    return [column.field.name for column in sealed_columns() if column.model is type(row)]


def test_every_sealed_table_is_here(rows):
    assert {type(rows[name]) for name in CIRCLES} == {column.model for column in sealed_columns()}


def who(world, reads):
    """Those of the cast for whom ``reads()`` is true, each in their own context."""
    found = set()
    for name in SIGNED_IN:
        with acting_as(MEMBER, person=world.people[name]):
            if reads():
                found.add(name)
    return found


# Python alone: past row security, grants and keys


@pytest.mark.parametrize("name", [name for name in EVERY_CIRCLE if name != "words"])
def test_python_alone_draws_the_circle(world, rows, name):
    assert shown_by_python(world, rows[name]) == EVERY_CIRCLE[name]


@pytest.mark.parametrize("name", [name for name in EVERY_CIRCLE if name != "words"])
def test_that_it_does_is_pythons_doing(world, rows, monkeypatch, name):
    monkeypatch.setattr(type(type(rows[name]).objects.all()), "visible_to", lambda found, _person: found)

    assert shown_by_python(world, rows[name]) == set(SIGNED_IN)


def shown_by_python(world, row):
    with acting_as(ARRANGER):
        return {one for one in SIGNED_IN if type(row).objects.visible_to(world.people[one]).filter(pk=row.pk)}


# Row security alone: ``objects.all()`` as a member


@pytest.mark.parametrize("name", EVERY_CIRCLE)
def test_row_security_alone_draws_the_circle(world, rows, name):
    row = rows[name]

    assert who(world, type(row).objects.filter(pk=row.pk).exists) == EVERY_CIRCLE[name]


@pytest.mark.parametrize("name", EVERY_CIRCLE)
def test_that_it_does_is_row_securitys_doing(world, rows, as_owner, name):
    row = rows[name]
    with as_owner(f"ALTER TABLE {row._meta.db_table} DISABLE ROW LEVEL SECURITY"):
        assert who(world, type(row).objects.filter(pk=row.pk).exists) == set(SIGNED_IN)


# Grants alone: row security off, and still no role but the member's reads a sealed column


def reads_column(role, row, column, world):
    try:
        with acting_as(role, person=world.people["hr"], organization=world.organization), transaction.atomic():
            return type(row).objects.filter(pk=row.pk).values_list(column, flat=True).first() is not None
    except DatabaseError as error:
        assert "permission denied" in str(error)  # noqa: PT017
        return False


@pytest.mark.parametrize("role", [HR, WORKER, REPORT])
@pytest.mark.parametrize("name", EVERY_CIRCLE)
def test_grants_alone_keep_a_role_from_every_sealed_column(world, rows, as_owner, name, role):
    row = rows[name]
    with as_owner(f"ALTER TABLE {row._meta.db_table} DISABLE ROW LEVEL SECURITY"):
        assert [column for column in sealed_names(row) if reads_column(role, row, column, world)] == []


@pytest.mark.parametrize("name", EVERY_CIRCLE)
def test_that_they_do_is_the_grants_doing(world, rows, as_owner, name):
    row, column = rows[name], sealed_names(rows[name])[0]
    table = row._meta.db_table
    with as_owner(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY", f"GRANT SELECT ON {table} TO {HR}"):
        assert reads_column(HR, row, column, world)


# Encryption alone: the row is there for everybody, and the key only for those who may have it


def opens(row):
    try:
        getattr(type(row).objects.get(pk=row.pk), sealed_names(row)[0]).open()
    except SealBroken:
        return False
    return True


@pytest.mark.parametrize("name", CIRCLES)
def test_encryption_alone_opens_to_holders_of_the_key_only(world, rows, as_owner, name):
    row = rows[name]
    with as_owner(f"ALTER TABLE {row._meta.db_table} DISABLE ROW LEVEL SECURITY"):
        assert who(world, lambda: opens(row)) == KEY_HOLDERS[name]


@pytest.mark.parametrize("name", CIRCLES)
def test_that_it_does_is_the_keys_doing(world, rows, as_owner, name):
    row = rows[name]
    with as_owner(
        f"ALTER TABLE {row._meta.db_table} DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE common_scopekey DISABLE ROW LEVEL SECURITY",
    ):
        assert who(world, lambda: opens(row)) == set(SIGNED_IN)


def line_opens(row):
    try:
        return bool(PairInvitation.objects.get(pk=row.pk).read_line())
    except (KeyFileError, SealBroken):
        return False


def test_the_key_file_alone_opens_a_personal_line(world, rows, as_owner, tmp_path, settings):
    row, ours = rows["pair_invitation"], settings.COLLOQUY_KEY_FILE
    with as_owner("ALTER TABLE groups_pairinvitation DISABLE ROW LEVEL SECURITY"):
        make_key_file(tmp_path / "another.key")
        settings.COLLOQUY_KEY_FILE = str(tmp_path / "another.key")
        assert who(world, lambda: line_opens(row)) == set()
        settings.COLLOQUY_KEY_FILE = ours
        assert who(world, lambda: line_opens(row)) == set(SIGNED_IN)


@pytest.mark.parametrize("name", EVERY_CIRCLE)
def test_the_table_holds_no_word(rows, name):
    row = rows[name]
    with acting_as(ARRANGER), connection.cursor() as cursor:
        cursor.execute(f"SELECT t::text FROM {row._meta.db_table} t WHERE id = %s", [row.pk])  # noqa: S608
        stored = cursor.fetchone()[0]
    with acting_as(MEMBER, person=row_author(row)):
        texts = words_of(type(row).objects.get(pk=row.pk))

    assert any(len(text) > 2 for text in texts)
    assert str(row.pk) in stored
    for text in (text for text in texts if len(text) > 2):
        assert text not in stored
        assert text.encode().hex() not in stored


def words_of(row):
    if isinstance(row, PairInvitation):
        return [row.read_line()]
    found = [getattr(row, column) for column in sealed_names(row)]
    return [value.open() for value in found if value is not None]


def row_author(row):
    if isinstance(row, PairInvitation):
        return row.inviter
    for name in ("membership", "author", "written_by"):
        if hasattr(row, name):
            return getattr(row, name).person
    if hasattr(row, "person"):
        return row.person
    raise AssertionError(row)
