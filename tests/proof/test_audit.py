"""The trail of administrative acts: added to by those whose act it is, changed by nobody, and a change shows."""

import threading
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from common import chain, tasks
from common.actor import acting_as
from common.bootstrap import LOGINS, ROLES
from common.fences import HR, KEEPER, MEMBER, REPORT, SELF, USHER, WORKER
from common.models import AuditEntry, AuditLink
from tests.factories import AuditEntryFactory, OrganizationFactory
from tests.locks import somebody_waits

TABLES = ("common_auditentry", "common_auditlink")
THEN = timezone.now() - timedelta(days=30)  # by the real clock, by which entries are loose for too long


# Who may add, and that nobody may change -----------------------------------------------------------------------------


def who_may_change(table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.rolname FROM pg_roles r WHERE r.rolname = ANY(%s) AND ("
            "has_table_privilege(r.rolname, %s, 'UPDATE') OR has_table_privilege(r.rolname, %s, 'DELETE')"
            " OR has_table_privilege(r.rolname, %s, 'TRUNCATE') OR has_any_column_privilege(r.rolname, %s, 'UPDATE'))",
            [[*ROLES, *(login for login in LOGINS if login != "colloquy_owner")], table, table, table, table],
        )
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.parametrize("table", TABLES)
def test_no_role_may_change_or_delete(db, as_owner, table):
    assert who_may_change(table) == set()
    with as_owner(f"GRANT UPDATE (id) ON {table} TO colloquy_hr", f"GRANT DELETE ON {table} TO colloquy_worker"):
        assert who_may_change(table) == {"colloquy_hr", "colloquy_worker"}


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("role", [MEMBER, HR, SELF, REPORT, WORKER, KEEPER])
def test_each_role_is_refused(world, role, table, statement):
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        acting_as(role, person=world.people["owner"], organization=world.organization),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


@pytest.mark.parametrize("table", TABLES)
def test_the_owner_of_the_doors_is_refused_too(db, as_owner, table):
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        as_owner(f"SET LOCAL ROLE {USHER}", f"DELETE FROM {table}"),
    ):
        pass


def add(world, role, caller, **facts):
    values = {"organization_id": world.organization.pk, "group_id": world.group.pk, "circle": "group", "act": "x"}
    with acting_as(role, person=world.people[caller], organization=world.organization if role == HR else None):
        entry = AuditEntry(actor_id=world.people[caller].pk, **values)
        for name, value in facts.items():
            setattr(entry, name, value)
        AuditEntry.objects.bulk_create([entry])


FORGED = {
    "in another's name": lambda w: {"actor_id": w.people["peer"].pk},
    "in nobody's name": lambda w: {"actor_id": None},
    "about a group that is not theirs": lambda w: {"group_id": w.other_group.pk},
    "about another organization": lambda w: {"organization_id": w.foreign.pk, "group_id": None},
    "about the whole installation": lambda w: {"organization_id": None, "group_id": None},
}


@pytest.mark.parametrize("how", FORGED)
def test_a_member_forges_no_entry(world, how):
    add(world, MEMBER, "member")
    with pytest.raises(DatabaseError, match="row-level security"):
        add(world, MEMBER, "member", **FORGED[how](world))


FORGED_BY_HR = {
    how: FORGED[how] for how in ("in another's name", "about another organization", "about the whole installation")
} | {"about a group of another organization": lambda w: {"group_id": w.foreign_group.pk}}


@pytest.mark.parametrize("how", FORGED_BY_HR)
def test_hr_forges_no_entry(world, how):
    add(world, HR, "hr")
    with pytest.raises(DatabaseError, match="row-level security"):
        add(world, HR, "hr", **FORGED_BY_HR[how](world))


FORGED_BY_ONESELF = FORGED_BY_HR | {
    "about a group one was never in": lambda w: {"group_id": w.other_group.pk},
    "about one's group in another organization": lambda w: {"organization_id": w.foreign.pk},
    "about somebody else": lambda w: {"subject_id": w.people["peer"].pk},
}


@pytest.mark.parametrize("how", FORGED_BY_ONESELF)
def test_whoever_takes_their_words_out_forges_no_entry(world, how):
    own = {"subject_id": world.people["former"].pk}
    add(world, SELF, "former", **own)
    with pytest.raises(DatabaseError, match="row-level security"):
        add(world, SELF, "former", **own | FORGED_BY_ONESELF[how](world))


def test_that_a_member_forges_none_is_the_policies_doing(world, as_owner):
    with as_owner("ALTER TABLE common_auditentry DISABLE ROW LEVEL SECURITY"):
        for how in FORGED:
            add(world, MEMBER, "member", **FORGED[how](world))


# Who reads -----------------------------------------------------------------------------------------------------------


CIRCLES = ("group", "both", "office", "person")


@pytest.fixture
def trail(world, arranging):
    """One entry of each circle about the group, *member* being whom they are about."""
    with arranging():
        for circle in CIRCLES:
            AuditEntryFactory(
                organization_id=world.organization.pk,
                group_id=world.group.pk,
                subject_id=world.people["member"].pk,
                circle=circle,
            )


def reads(world, role, caller):
    organization = world.organization if role == HR else None
    with acting_as(role, person=world.people[caller], organization=organization):
        return set(AuditEntry.objects.values_list("circle", flat=True))


READS = {
    (MEMBER, "member"): {"group", "both", "person"},
    (MEMBER, "peer"): {"group", "both"},
    (MEMBER, "facilitator"): {"group", "both"},
    (MEMBER, "unsigned"): set(),
    (MEMBER, "former"): set(),
    (MEMBER, "elsewhere"): set(),
    (MEMBER, "owner"): set(),
    (MEMBER, "super"): set(),
    (HR, "owner"): {"office", "both"},
    (HR, "hr"): set(),
    (HR, "coach"): set(),
    (HR, "foreign hr"): set(),
    (HR, "super"): set(),
}


@pytest.mark.parametrize(("role", "caller"), READS, ids=lambda value: value)
def test_each_circle_reads_its_own_entries(world, trail, role, caller):
    assert reads(world, role, caller) == READS[role, caller]


def test_that_circles_hold_is_the_policies_doing(world, trail, as_owner):
    with as_owner("ALTER TABLE common_auditentry DISABLE ROW LEVEL SECURITY"):
        assert {key for key in READS if reads(world, *key) != set(CIRCLES)} == set()


# The chain -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def chained(arranging):
    """An organization whose chain has five entries."""
    with arranging():
        organization = OrganizationFactory(slug="chained")
        entries = [
            AuditEntryFactory(organization_id=organization.pk, at=THEN + timedelta(minutes=number), facts={"n": number})
            for number in range(1, 6)
        ]
    tasks.chain_audit()
    organization.entries = entries
    return organization


def links_of(organization):
    with acting_as(WORKER):
        return list(AuditLink.objects.filter(chain_id=organization.pk).order_by("number"))


def verify(*options):
    """(lines, findings) of the command, and whether it fails."""
    out, err = StringIO(), StringIO()
    try:
        call_command("audit", "verify", *options, stdout=out, stderr=err)
    except CommandError:
        return out.getvalue().splitlines(), err.getvalue().splitlines(), True
    return out.getvalue().splitlines(), err.getvalue().splitlines(), False


def findings():
    _said, found, failed = verify("--organization", "chained")
    assert failed == bool(found)
    return found


def test_an_untouched_chain_is_whole_and_its_head_is_said(chained):
    head = links_of(chained)[-1]

    assert verify("--organization", "chained") == ([f"chained 5:{bytes(head.digest).hex()}"], [], False)


def test_entries_are_linked_once_in_the_order_of_their_time(chained):
    assert chain.link_loose_entries() == 0
    assert [(link.number, link.entry_id) for link in links_of(chained)] == [
        (number, entry.pk) for number, entry in enumerate(chained.entries, 1)
    ]


def test_an_entry_that_comes_late_is_linked_last(chained, arranging):
    with arranging():
        late = AuditEntryFactory(organization_id=chained.pk, at=THEN)

    assert chain.link_loose_entries() == 1
    assert links_of(chained)[-1].entry_id == late.pk
    assert findings() == []


def test_after_days_off_everything_is_linked_in_batches(chained, arranging, monkeypatch):
    monkeypatch.setattr(chain, "BATCH", 3)
    with arranging():
        for number in range(7):
            AuditEntryFactory(organization_id=chained.pk, at=THEN + timedelta(days=number))
        AuditEntryFactory(organization_id=None)

    assert chain.link_loose_entries() == 8
    assert [link.number for link in links_of(chained)] == list(range(1, 13))
    said, found, failed = verify()
    assert ([line.split(":")[0] for line in said if "installation" in line], found, failed) == (
        ["the installation 1"], [], False,
    )  # fmt: skip


ENTRY, LINK = "UPDATE common_auditentry SET", "UPDATE common_auditlink SET"
TAMPERING = {
    "a fact is changed": (
        [f"{ENTRY} facts = jsonb_build_object('n', 9) WHERE id = '{{2}}'"],
        ["chained: number 2: entry {2} was changed"],
    ),
    "who did it is changed": (
        [f"{ENTRY} actor_id = gen_random_uuid() WHERE id = '{{2}}'"],
        ["chained: number 2: entry {2} was changed"],
    ),
    "its moment is changed": (
        [f"{ENTRY} at = at - interval '1 microsecond' WHERE id = '{{2}}'"],
        ["chained: number 2: entry {2} was changed"],
    ),
    "it is moved to another organization": (
        [f"{ENTRY} organization_id = gen_random_uuid() WHERE id = '{{2}}'"],
        ["chained: number 2: entry {2} belongs to another chain", "chained: number 2: entry {2} was changed"],
    ),
    "the last one is changed": (
        [f"{ENTRY} act = 'other' WHERE id = '{{5}}'"],
        ["chained: number 5: entry {5} was changed, or its link was"],
    ),
    "an entry is deleted": (
        ["DELETE FROM common_auditentry WHERE id = '{3}'"],
        ["chained: number 3: entry {3} is missing"],
    ),
    "a link is deleted": (
        ["DELETE FROM common_auditlink WHERE number = 3"],
        [
            "chained: number 2: links are missing between this number and 4",
            "chained: number 4: entry {4} was changed",
            "chained: entry {3} has not been linked for 15 minutes",
        ],
    ),
    "an entry goes with its link, and the rest is numbered anew": (
        [
            "DELETE FROM common_auditentry WHERE id = '{3}'",
            "DELETE FROM common_auditlink WHERE number = 3",
            f"{LINK} number = 3 WHERE number = 4",
            f"{LINK} number = 4 WHERE number = 5",
        ],
        ["chained: number 3: entry {4} was changed"],
    ),
    "the first ones go": (
        [
            "DELETE FROM common_auditentry WHERE id IN ('{1}', '{2}')",
            "DELETE FROM common_auditlink WHERE number < 3",
            f"{LINK} number = number - 2",
        ],
        ["chained: number 1: entry {3} was changed"],
    ),
    "two are swapped": (
        [
            f"{LINK} number = 99 WHERE number = 2",
            f"{LINK} number = 2 WHERE number = 3",
            f"{LINK} number = 3 WHERE number = 99",
        ],
        [
            "chained: number 2: entry {3} was changed",
            "chained: number 3: entry {2} was changed",
            "chained: number 4: entry {4} was changed",
        ],
    ),
    "a number is there twice": (
        [
            "ALTER TABLE common_auditlink DROP CONSTRAINT common_auditlink_place",
            f"{LINK} number = 2, linked_at = linked_at + interval '1 hour' WHERE number = 3",
        ],
        [
            "chained: number 2: links are missing between this number and 4",
            "chained: number 2: this number is there twice",
        ],
    ),
    "a digest is altered": (
        [f"{LINK} digest = sha256('anything') WHERE number = 2"],
        ["chained: number 2: the link was altered"],
    ),
}


def tampered(chained, as_owner, how):
    """What the command finds after this was done past the product."""
    ids = ["", *(str(entry.pk) for entry in chained.entries)]
    statements = [statement.format(*ids) for statement in TAMPERING[how][0]]
    with as_owner(*(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY" for table in TABLES), *statements):
        return findings()


@pytest.mark.parametrize("how", TAMPERING)
def test_what_is_done_past_the_product_shows(chained, as_owner, how):
    ids = ["", *(str(entry.pk) for entry in chained.entries)]

    assert tampered(chained, as_owner, how) == [finding.format(*ids) for finding in TAMPERING[how][1]]


@pytest.mark.parametrize("how", ["a fact is changed", "who did it is changed", "two are swapped", "the first ones go"])
def test_that_it_shows_is_the_digests_doing(arranging, as_owner, monkeypatch, how):
    """Sabotage: links that hold nothing of their entries and of one another."""
    monkeypatch.setattr(chain, "digest_after", lambda previous, entry: b"nothing")
    with arranging():
        organization = OrganizationFactory(slug="chained")
        organization.entries = [
            AuditEntryFactory(organization_id=organization.pk, at=THEN + timedelta(minutes=number))
            for number in range(5)
        ]
    chain.link_loose_entries()

    assert tampered(organization, as_owner, how) == []


def test_whoever_cuts_off_the_end_is_found_by_the_head_that_was_noted(chained, as_owner):
    noted = verify("--organization", "chained")[0][0].removeprefix("chained ")
    expect = ("--organization", "chained", "--expect", noted)
    assert verify(*expect)[1:] == ([], False)

    with as_owner(
        *(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY" for table in TABLES),
        f"DELETE FROM common_auditentry WHERE id = '{chained.entries[-1].pk}'",
        "DELETE FROM common_auditlink WHERE number = 5",
    ):
        assert findings() == []  # nothing inside shows it
        assert verify(*expect)[1:] == (["chained: number 5: the chain does not hold the head that was noted"], True)


def test_an_entry_of_another_organization_does_not_fit_into_a_chain(chained, arranging):
    """Its digest is right, as it would be from somebody who links by hand."""
    with arranging():
        entry = AuditEntryFactory(organization_id=OrganizationFactory().pk, at=THEN)
        last = links_of(chained)[-1]
        digest = chain.digest_after(bytes(last.digest), entry)
        AuditLink.objects.create(chain_id=chained.pk, number=6, entry_id=entry.pk, digest=digest)

    assert findings() == [f"chained: number 6: entry {entry.pk} belongs to another chain"]


def test_an_entry_that_stays_loose_is_found_after_a_while(chained, arranging):
    now = timezone.now()
    with arranging():
        old = AuditEntryFactory(organization_id=chained.pk, at=now - timedelta(minutes=16))
        AuditEntryFactory(organization_id=chained.pk, at=now - timedelta(minutes=14))

    assert findings() == [f"chained: entry {old.pk} has not been linked for 15 minutes"]


def test_digests_cover_every_column():
    assert set(chain.FIELDS) == {field.attname for field in AuditEntry._meta.concrete_fields}


@pytest.mark.parametrize(
    "options",
    [
        ("--organization", "nobody's"),
        ("--expect", f"1:{'0' * 64}"),
        ("--organization", "chained", "--expect", "1"),
        ("--organization", "chained", "--expect", f"x:{'0' * 64}"),
    ],
)
def test_the_command_says_what_it_cannot_do(chained, options):
    said, found, failed = verify(*options)

    assert (said, found, failed) == ([], [], True)


def test_heads_are_logged_for_a_copy_elsewhere(chained, caplog):
    head = links_of(chained)[-1]

    tasks.log_audit_heads()

    (logged,) = [record.msg for record in caplog.records if record.name == "colloquy.audit"]
    assert (logged["event"], logged["chain"]) == ("audit_head", str(chained.pk))
    assert logged["head"] == f"5:{bytes(head.digest).hex()}"


def link_twice_at_once():
    """One worker has linked and not yet committed when the other comes; what each linked, or how it failed."""
    outcomes = []

    def other():
        try:
            outcomes.append(chain.link_loose_entries())
        except DatabaseError as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    worker = threading.Thread(target=other)
    with transaction.atomic():
        outcomes.append(chain.link_loose_entries())
        worker.start()
        while worker.is_alive() and not somebody_waits():
            worker.join(timeout=0.02)
    worker.join(timeout=10)
    return outcomes


@pytest.fixture
def three_loose(arranging):
    with arranging():
        organization = OrganizationFactory(slug="chained")
        for number in range(3):
            AuditEntryFactory(organization_id=organization.pk, at=THEN + timedelta(minutes=number))
    return organization


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_fork_a_chain(three_loose):
    assert link_twice_at_once() == [3, 0]
    assert [link.number for link in links_of(three_loose)] == [1, 2, 3]
    assert findings() == []


@pytest.mark.django_db(transaction=True)
def test_that_they_take_turns_is_the_locks_doing(three_loose, monkeypatch):
    monkeypatch.setattr(chain, "_wait_for_turn", lambda chain_id: None)

    assert link_twice_at_once() == [3, "IntegrityError"]  # the table itself takes no fork either
