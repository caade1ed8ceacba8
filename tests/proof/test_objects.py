"""The matrix by objects: one's own, somebody else's, one that is not there; and ids of others smuggled into forms."""

import re
from functools import cache
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.urls import reverse

from accounts.models import SignIn, StaffInvitation
from common.actor import acting_as
from common.bootstrap import ARRANGER
from tests.factories import (
    NOW,
    ActionStepFactory,
    AirFlagFactory,
    CharterFactory,
    CheckInFactory,
    CheckInPartnerFactory,
    CoachingSessionFactory,
    ConversationTurnFactory,
    DraftFactory,
    FeedbackNoteFactory,
    FeedbackRequestFactory,
    FormationFactory,
    GoalFactory,
    HelpRequestFactory,
    InvitationFactory,
    JournalEntryFactory,
    MembershipFactory,
    MirrorAskFactory,
    MirrorFactory,
    OrganizationRoleFactory,
    PairConversationFactory,
    PairInvitationFactory,
    PairTermsFactory,
    ParticipantFactory,
    ReadingRequestFactory,
    RosterUploadFactory,
    StepMoveFactory,
)
from tests.proof.test_matrix import ADDRESSES
from tests.world import CAST

TOKENS = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"')
# To them, what is foreign here is their own.
AT_HOME_THERE = {"stranger", "foreign hr"}
NOT_LET_IN = (302, 401, 403, 404)
# Names of ids that are nobody else's to have: each is asked for by its owner only.
ONE_OF_A_KIND = {"token", "kind"}


@pytest.fixture
def foreign(world, arranging):
    """For each id that an address or a form can hold: one that exists, in another group or organization."""
    with arranging():
        theirs = MembershipFactory(group=world.foreign_group)
        goal = GoalFactory(membership=theirs)
        person = world.people["foreign hr"]
        by_kind = {
            "group": world.foreign_group,
            "program": world.foreign_program,
            "upload": RosterUploadFactory(program=world.foreign_program, uploaded_by=person),
            "formation": FormationFactory(program=world.foreign_program, asked_by=person),
            "participant": ParticipantFactory(program=world.foreign_program),
            "invitation": InvitationFactory(group=world.foreign_group),
            "pair_invitation": PairInvitationFactory(inviter=person),
            "terms": PairTermsFactory(group=world.foreign_group),
            "role": OrganizationRoleFactory(organization=world.foreign, person=person, role="owner"),
            "membership": theirs,
            "newcomer": MembershipFactory(group=world.foreign_group, is_founding=False, admitted_at=None),
            "person": person,
            "charter": CharterFactory(group=world.foreign_group),
            "session": CoachingSessionFactory(group=world.foreign_group, scheduled_by=theirs),
            "goal": goal,
            "check_in": CheckInFactory(goal=goal),
            "draft": DraftFactory(membership=theirs),
            "sign_in": SignIn.objects.create(
                person=person, session_hash="x", device="Firefox", device_hash="x", started_at=NOW, seen_at=NOW
            ),
            "step": ActionStepFactory(membership=theirs, goal=goal),
            "conversation": (talk := PairConversationFactory(coachee=theirs, coach=world.foreign_membership)),
            "turn": ConversationTurnFactory(conversation=talk, part="question"),
            "entry": JournalEntryFactory(membership=theirs),
            "note": FeedbackNoteFactory(author=theirs, recipient=world.foreign_membership),
            "help": HelpRequestFactory(note__author=theirs, note__recipient=world.foreign_membership),
            "ask": FeedbackRequestFactory(membership=theirs, peer=world.foreign_membership),
            "flag": AirFlagFactory(membership=theirs, circle="group"),
            "mirror": (mirror := MirrorFactory(membership=theirs)),
            "mirror_ask": MirrorAskFactory(mirror=mirror, peer=world.foreign_membership),
            "organization": world.foreign,
            "staff_invitation": StaffInvitation.objects.create(
                organization=world.foreign, email="new@example.com", role="hr", invited_by=person,
                token_hash="x" * 64, expires_at=NOW,
            ),
            "partner": CheckInPartnerFactory(membership=theirs),
            "request": ReadingRequestFactory(goal=goal),
            "move": StepMoveFactory(step=ActionStepFactory(membership=theirs)),
        }  # fmt: skip
    return {kind: row.pk for kind, row in by_kind.items()}


@pytest.fixture
def next_door(world, arranging):
    """For each id in an address of a group: one of the other group of the same organization, where *both* is too."""
    with arranging():
        theirs, both = world.other_memberships["elsewhere"], world.other_memberships["both"]
        goal = GoalFactory(membership=theirs)
        by_kind = {
            "invitation": InvitationFactory(group=world.other_group),
            "membership": theirs,
            "newcomer": MembershipFactory(group=world.other_group, is_founding=False, admitted_at=None),
            "charter": CharterFactory(group=world.other_group, version=2),
            "session": CoachingSessionFactory(group=world.other_group, scheduled_by=theirs),
            "goal": goal,
            "step": ActionStepFactory(membership=theirs, goal=goal),
            "conversation": (talk := PairConversationFactory(coachee=theirs, coach=both)),
            "turn": ConversationTurnFactory(conversation=talk, part="question"),
            "note": FeedbackNoteFactory(author=theirs, recipient=both),
            "help": HelpRequestFactory(note__author=theirs, note__recipient=both),
            "ask": FeedbackRequestFactory(membership=theirs, peer=both),
            "flag": AirFlagFactory(membership=theirs, circle="group"),
            "mirror": (mirror := MirrorFactory(membership=theirs)),
            "mirror_ask": MirrorAskFactory(mirror=mirror, peer=both),
            "draft": DraftFactory(membership=theirs),
            "terms": PairTermsFactory(group=world.other_group),
            "check_in": CheckInFactory(goal=goal),
            "partner": CheckInPartnerFactory(membership=theirs, partner=both),
            "request": ReadingRequestFactory(goal=goal, peer=both),
        }
    return {f"{kind}_id": row.pk for kind, row in by_kind.items()}


def answer(client, method, address, world, kwargs, name):
    """(status, body, where it leads) of a request that leaves no trace, without tokens and what was asked for."""
    url = reverse(name, kwargs=kwargs)
    with transaction.atomic():
        data = address.data(world) if method == "POST" else None
        response = client.post(url, data) if method == "POST" else client.generic(method, url)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    leads = response.headers.get("Location", "")
    for value in kwargs.values():
        body, leads = body.replace(str(value).encode(), b"asked for"), leads.replace(str(value), "asked for")
    return response.status_code, TOKENS.sub(b"", body), leads


def stand_in(key, value, foreign):
    """(an id of others, an id of nobody) for one part of an address; None where there is no such thing."""
    if key == "slug":
        return "boreal", "nowhere"
    if key in ONE_OF_A_KIND or not isinstance(value, UUID):
        return None
    return foreign[key.removesuffix("_id")], uuid4()


def callers_of(address, method):
    """Whoever gets anywhere with ids of their own, and two who do not.

    All others get nowhere with any id, which the matrix shows, and learn nothing from it: see the outsiders below.
    """
    statuses = address.methods[method]
    return [who for who in CAST if statuses[who] not in {401, 403, 404} or who in {"nobody", "super"}]


WITH_IDS = [(name, method) for name, address in ADDRESSES.items() if not address.why for method in address.methods]


@pytest.mark.parametrize(("name", "method"), WITH_IDS, ids=[" ".join(case) for case in WITH_IDS])
def test_what_is_others_answers_like_what_is_not_there(as_person, world, foreign, name, method):
    address = ADDRESSES[name]
    own = address.kwargs(world)
    for caller in callers_of(address, method):
        if caller in AT_HOME_THERE:
            continue
        client = as_person(world.people[caller])
        for key, value in own.items():
            pair = stand_in(key, value, foreign)
            if pair is None:
                continue
            theirs, missing = (answer(client, method, address, world, {**own, key: other}, name) for other in pair)
            assert theirs[0] in NOT_LET_IN, f"{caller} came in with another's {key}"
            assert theirs == missing, f"{caller} can tell another's {key} from none"


@pytest.mark.parametrize(("name", "method"), WITH_IDS, ids=[" ".join(case) for case in WITH_IDS])
def test_what_belongs_to_another_group_is_not_there_in_this_one(as_person, world, next_door, name, method):
    """Also for whoever is in both groups, and for HR and owners, who see both."""
    address = ADDRESSES[name]
    own = address.kwargs(world)
    for key in set(own) & set(next_door) if "group_id" in own else ():
        for caller in callers_of(address, method):
            client = as_person(world.people[caller])
            theirs, missing = (
                answer(client, method, address, world, {**own, key: other}, name) for other in (next_door[key], uuid4())
            )
            assert theirs[0] in NOT_LET_IN, f"{caller} came in with another group's {key}"
            assert theirs == missing, f"{caller} can tell another group's {key} from none"


def outsiders(kwargs, statuses):
    """Those of the cast who may not know that the group, or the organization, exists."""
    door = "groups:programs" if "slug" in kwargs else "groups:group" if "group_id" in kwargs else None
    closed = ADDRESSES[door].methods["GET"] if door else {}
    return [caller for caller in closed if closed[caller] == statuses[caller] == 404]


def asked_here(name, method, kwargs):
    return outsiders(kwargs, ADDRESSES[name].methods[method])[WITH_IDS.index((name, method)) % 3 :: 3]


def test_every_outsider_is_asked_somewhere(world):
    kwargs = {}
    for name, _method in WITH_IDS:
        with transaction.atomic():
            kwargs[name] = ADDRESSES[name].kwargs(world)
            transaction.set_rollback(True)
    every = {who for name, method in WITH_IDS for who in outsiders(kwargs[name], ADDRESSES[name].methods[method])}

    assert len(every) > 5
    assert {who for name, method in WITH_IDS for who in asked_here(name, method, kwargs[name])} == every


@pytest.mark.parametrize(("name", "method"), WITH_IDS, ids=[" ".join(case) for case in WITH_IDS])
def test_what_is_forbidden_to_outsiders_answers_like_what_is_not_there(as_person, world, name, method):
    """Byte for byte, but for the tokens of forms. Of the outsiders every third is asked here, others at the next."""
    address = ADDRESSES[name]
    own = address.kwargs(world)
    gone = {
        key: "nowhere" if key == "slug" else uuid4() if isinstance(value, UUID) else value for key, value in own.items()
    }
    for caller in asked_here(name, method, own):
        client = as_person(world.people[caller])
        forbidden = answer(client, method, address, world, own, name)
        missing = answer(client, method, address, world, gone, name)

        assert forbidden == missing, f"{caller} can tell that it exists"


def test_the_comparison_notices_one_byte(as_person, world):
    client, address = as_person(world.people["elsewhere"]), ADDRESSES["groups:group"]
    status, body, leads = answer(client, "GET", address, world, address.kwargs(world), "groups:group")

    assert status == 404
    assert (status, body.replace(b"not here", b"not there"), leads) != (status, body, leads)


# Ids of others in forms ----------------------------------------------------------------------------------------------

POSTS = [name for name, address in ADDRESSES.items() if "POST" in address.methods]
WHO_WRITES = ("member", "both", "facilitator", "hr", "owner")


def everything_of_others(world):
    """A digest of every row of the other organization and of the other group."""
    owned = {"organization_id": world.foreign.pk, "group_id": world.other_group.pk}
    with acting_as(ARRANGER), connection.cursor() as cursor:
        places = columns_named(tuple(owned))
        one = (
            "SELECT '{0}', '{1}', count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) "
            "FROM {0} t WHERE {1} = %s"
        )
        cursor.execute(
            " UNION ALL ".join(one.format(table, column) for table, column in places),
            [owned[column] for _, column in places],
        )
        return set(cursor.fetchall())


@cache
def columns_named(columns):
    """(table, column) of every table that has one of these."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns c JOIN information_schema.tables t "
            "USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE' "
            "AND column_name = ANY(%s) AND data_type = 'uuid'",
            [list(columns)],
        )
        return cursor.fetchall()


def smuggled(data, foreign, world):
    """The form with each id replaced by one of others, and fields beside it that it does not ask for."""
    kinds = {**foreign, "group": world.other_group.pk, "membership": world.other_memberships["elsewhere"].pk}
    extra = {name: kinds[kind] for kind in kinds for name in (kind, f"{kind}_id")}
    extra |= {"author": kinds["membership"], "recipient": kinds["membership"], "asker": kinds["membership"]}
    return {**extra, **data}, {**data, **{name: extra[name] for name in extra if name in data}}


@pytest.mark.parametrize("name", POSTS)
def test_ids_of_others_in_a_form_change_nothing_of_theirs(as_person, world, foreign, name):
    address = ADDRESSES[name]
    url = reverse(name, kwargs=address.kwargs(world))
    before = everything_of_others(world)
    for caller in WHO_WRITES:
        client = as_person(world.people[caller])
        for form in smuggled(address.data(world), foreign, world):
            with transaction.atomic():
                client.post(url, form)
                assert everything_of_others(world) == before, f"{caller} changed what is others'"
                transaction.set_rollback(True)


# The id of a new row comes with its form, so that it is written once
KEYED = {
    "goals:goal_new": "goal",
    "goals:check_in": "check_in",
    "goals:step_new": "step",
    "goals:step_move": "move",
    "goals:journal_new": "entry",
    "feedback:note_new": "note",
    "feedback:ask": "ask",
    "feedback:close_note": "note",
    "feedback:mirror_new": "mirror",
    "feedback:air_raise": "flag",
}


def test_every_form_with_a_key_is_here(as_person, world):
    client, with_key = as_person(world.people["member"]), set()
    for name, address in ADDRESSES.items():
        if {"GET", "POST"} <= set(address.methods):
            with transaction.atomic():
                page = client.get(reverse(name, kwargs=address.kwargs(world))).content
                transaction.set_rollback(True)
            if b'name="key"' in page:
                with_key.add(name)

    # a key that is taken: proposed words in tests/groups/test_charters.py, an invitation to a pair in
    # tests/groups/test_pairs.py, a link in tests/goals/test_check_in_links.py
    assert with_key == {*KEYED, "groups:charter_edit", "goals:check_in_by_link", "groups:pair_new"}


def sent_with_key(client, name, world, key):
    """(status, where it leads, what the next page says) of a form with this key, without ids and tokens."""
    ids = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
    address = ADDRESSES[name]
    with transaction.atomic():
        data = {**address.data(world), "key": str(key)}
        response = client.post(reverse(name, kwargs=address.kwargs(world)), data)
        page = client.get(response["Location"]).content
        transaction.set_rollback(True)
    return response.status_code, ids.sub(b"", response["Location"].encode()), TOKENS.sub(b"", ids.sub(b"", page))


@pytest.mark.parametrize("name", KEYED)
def test_a_form_with_the_key_of_a_row_of_others_answers_like_any_and_loses_nothing(as_person, world, foreign, name):
    client = as_person(world.people["member"])

    assert sent_with_key(client, name, world, foreign[KEYED[name]]) == sent_with_key(client, name, world, uuid4())


@pytest.mark.parametrize("name", KEYED)
def test_that_it_does_is_seen_because_ones_own_key_answers_otherwise(as_person, world, name):
    client, mine = as_person(world.people["member"]), getattr(world, KEYED[name]).pk

    assert sent_with_key(client, name, world, mine) != sent_with_key(client, name, world, uuid4())


def test_that_digest_notices_one_row(world, foreign, arranging):
    before = everything_of_others(world)
    with arranging():
        ActionStepFactory(membership=world.other_memberships["elsewhere"])

    assert everything_of_others(world) != before
