"""Every act that is noted anywhere has a sentence, and every sentence an act."""

import ast
import re
from itertools import pairwise
from uuid import UUID

import pytest

from accounts.models import Duty
from common import audit
from common.actor import acting_as
from common.fences import HR, MEMBER
from common.models import AuditEntry
from groups.models import Membership
from tests.architecture.pages import ROOT
from tests.factories import NOW

APPS = ("accounts", "coaching_site", "common", "feedback", "goals", "groups", "nudges", "reports", "sessions")
ANN, BEN, UNKNOWN = (UUID(int=number) for number in (1, 2, 3))
NAMES = {ANN: "Ann", BEN: "Ben"}


def acts_in_python(source):
    """The act of each ``record(…)`` of the trail; where a function hands it on, the acts that it is given."""
    found, names = set(), {"audit.record", "record" if "from common.audit import" in source else ""}
    tree = ast.parse(source)
    for function in [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))]:
        for call in calls_in(function):
            if ast.unparse(call.func) in names:
                handed_on = isinstance(function, ast.FunctionDef) and ast.unparse(call.args[0]) == "act"
                found |= given_to(function.name, tree) if handed_on else literals(call.args[0])
    return found


def calls_in(scope):
    """The calls of a function or, of a module, those outside its functions."""
    nodes = list(ast.iter_child_nodes(scope))
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.Call):
            yield node
        if not isinstance(node, ast.FunctionDef):
            nodes += ast.iter_child_nodes(node)


def given_to(name, tree):
    """What follows a function's name where it is called, or handed to another call."""
    calls = [[call.func, *call.args] for call in ast.walk(tree) if isinstance(call, ast.Call)]
    after = [following for call in calls for part, following in pairwise(call) if ast.unparse(part) == name]
    return {act for node in after for act in literals(node)}


def literals(node):
    """A literal act, or the two of "a if … else b"; anything else is an error."""
    if isinstance(node, ast.IfExp):
        return literals(node.body) | literals(node.orelse)
    return {ast.literal_eval(node)}


def acts_in_sql(source):
    """The fifth argument of each ``note_act(…)``; what ``end_membership`` is called with makes the rest of its name."""
    source = re.sub(r"--.*", "", source)
    calls = re.findall(r"PERFORM note_act\((.*?)\);", source, re.DOTALL)
    acts = {re.search(r"'(\w+)'( \|\| \w+)?", call)[0] for call in calls}
    endings = re.findall(r"PERFORM end_membership\([^,]+, '(\w+)'", source)
    return {act.strip("'") for act in acts if "||" not in act} | {f"membership_{ending}" for ending in endings}


def written_acts():
    python = [file for app in APPS for file in (ROOT / app).rglob("*.py") if "migrations" not in file.parts]
    sql = [file for app in APPS for file in (ROOT / app).glob("migrations/sql/*.sql")]
    return {act for file in python for act in acts_in_python(file.read_text())} | {
        act for file in sql for act in acts_in_sql(file.read_text())
    }


def test_every_act_that_is_noted_has_a_sentence_and_every_sentence_an_act():
    assert written_acts() == set(audit.ACTS)


def test_the_search_for_acts_finds_them():
    assert acts_in_python('def f():\n    audit.record("a" if x else "b", circle=1)') == {"a", "b"}
    assert acts_in_python('from common.audit import record\nrecord("a")\nother.record("b")') == {"a"}
    handed_on = "def f(act):\n    audit.record(act)\n"
    assert acts_in_python(f'audit.record("a")\n{handed_on}f("b")\nas_role(f, "c", 1)') == {"a", "b", "c"}
    assert acts_in_sql(
        "PERFORM note_act(o, NULL, a, s, 'x_' || p, '{}', 'both', n); PERFORM end_membership(m, 'y', z);"
    ) == {"membership_y"}
    with pytest.raises(ValueError, match="malformed"):
        acts_in_python("audit.record(act)")


def test_every_role_has_its_words():
    assert set(audit.WORDS["role"]) == {*Duty.values, *Membership.Role.values}


def sentence(act, *, actor=ANN, subject=BEN, group=None, **facts):
    entry = AuditEntry(act=act, actor_id=actor, subject_id=subject, group_id=group, facts=facts, at=NOW)
    (line,) = audit.lines([entry], NAMES, unknown="Somebody outside the group")
    return line.words


@pytest.mark.parametrize("act", audit.ACTS)
def test_every_sentence_can_be_said_even_without_facts(act):
    words = sentence(act)

    assert words.endswith(".")
    assert "%" not in words


@pytest.mark.parametrize(
    ("words", "entry"),
    [
        ("Ann ended a duty of Ben: HR.", {"act": "duty_ended", "role": "hr"}),
        ("Ann gave up a duty: owner.", {"act": "duty_ended", "subject": ANN, "role": "owner"}),
        (
            "Ann removed Ben from the group.",
            {"act": "membership_removed", "role": "member", "for": "charter"},
        ),
        ("The group said no to Ben.", {"act": "membership_declined", "actor": None}),
        ("The group said no to version 3 of the charter.", {"act": "charter_declined", "actor": None, "version": 3}),
        ("Somebody outside the group named Ben as facilitator.", {"act": "facilitator_named", "actor": UNKNOWN}),
        ("Ann accepted a roster: 4 added, 1 changed.", {"act": "roster_accepted", "added": 4, "changed": 1}),
    ],
)
def test_sentences_name_whom_the_reader_may_know_and_a_group_speaks_as_one(words, entry):
    assert sentence(**entry) == words


def test_an_entry_says_who_acted(world):
    with acting_as(HR, person=world.people["hr"], organization=world.organization):
        audit.record("program_created", circle=audit.Circle.OFFICE, organization_id=world.organization.pk, program="p")
    with acting_as(HR, person=world.people["owner"], organization=world.organization):
        entry = AuditEntry.objects.get(act="program_created")

    assert (entry.actor_id, entry.facts, entry.circle) == (world.people["hr"].pk, {"program": "p"}, "office")


def test_a_member_notes_an_act_in_their_group(world):
    with acting_as(MEMBER, person=world.people["member"]):
        audit.record(
            "charter_proposed",
            circle=audit.Circle.GROUP,
            organization_id=world.organization.pk,
            group_id=world.group.pk,
            version=2,
        )
        entry = AuditEntry.objects.get(group_id=world.group.pk)

    assert (entry.act, entry.actor_id) == ("charter_proposed", world.people["member"].pk)
