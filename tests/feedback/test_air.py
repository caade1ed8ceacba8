"""Clearing the air: raised to who facilitates or to the group, given time in a session, and handled without a trace."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.template.loader import render_to_string
from django.urls import reverse

from common.actor import acting_as
from common.fences import HR, MEMBER, WORKER
from common.models import AuditEntry
from feedback.models import AirFlag
from feedback.services import air as services
from groups.models import CoachingGroup, Membership
from nudges.kinds import NotWanted, kind_named
from nudges.models import Nudge
from sessions.agendas import AGENDAS, CLEAR_AIR, make_room
from sessions.models import AgendaBlock, CoachingSession
from sessions.services import put_air_on_agenda, take_air_off_agenda
from tests.factories import NOW, AirFlagFactory, MembershipFactory
from tests.world import CAST

READERS = {"member", "peer", "both", "facilitator"}
SECRET = "zugzwang-quokka"
LONG = "sesquipedalian " * 100


def at(name, world, *more):
    return reverse(f"feedback:{name}", args=[world.group.pk, *more])


def flags(arranging, world, who):
    with arranging():
        return list(AirFlag.objects.filter(membership=world.memberships[who]).order_by("raised_at", "pk"))


def raise_to(client, world, circle, **more):
    data = {"circle": circle, "text": SECRET, "key": str(uuid4()), **more}
    return client.post(at("air_raise", world), data, follow=True).content.decode()


@pytest.fixture
def agenda(world, arranging):
    """The session of the world with the blocks of a group session."""
    with arranging():
        CoachingSession.objects.filter(pk=world.session.pk).update(agenda_key="group_120")
        for position, block in enumerate(AGENDAS["group_120"].blocks, start=1):
            AgendaBlock.objects.create(
                organization=world.organization, group=world.group, coaching_session=world.session, kind=block.kind,
                position=position, title=block.title, minutes=block.minutes or 12, is_per_person=block.per_person,
            )  # fmt: skip
    return world.session


def blocks(arranging, session):
    with arranging():
        rows = AgendaBlock.objects.filter(coaching_session=session).order_by("position")
        return [(row.kind, row.minutes) for row in rows]


# Raising -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("circle", "told"), [("facilitator", {"facilitator"}), ("group", {"member", "both", "facilitator"})]
)
def test_it_is_told_to_whom_one_chose_and_to_nobody_else(as_person, arranging, world, circle, told):
    raised = raise_to(as_person(world.people["peer"]), world, circle)

    assert "Raised. You can take it back until it is handled." in raised
    for who in READERS:
        page = as_person(world.people[who]).get(at("air", world)).content.decode()
        assert (SECRET in page) == (who in told | {"peer"})
    with arranging():
        mailed = set(Nudge.objects.filter(kind="air_raised").values_list("recipient__name", flat=True))
    assert mailed == {world.people[who].name for who in told}


def test_a_form_sent_twice_raises_it_once(as_person, arranging, world):
    client, key = as_person(world.people["peer"]), str(uuid4())

    raise_to(client, world, "group", key=key)
    again = raise_to(client, world, "group", key=key)

    assert "It is raised already." in again
    assert len(flags(arranging, world, "peer")) == 1


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"text": SECRET}, "Choose who is told."),
        ({"circle": "hr"}, "Choose one of these."),
        ({"text": LONG}, "at most"),
    ],
    ids=["nobody chosen", "somebody else", "too long"],
)
def test_what_does_not_fit_is_said_and_nothing_is_lost(as_person, arranging, world, typed, says):
    answer = as_person(world.people["peer"]).post(at("air_raise", world), {"text": SECRET, **typed})

    page = answer.content.decode()
    assert (answer.status_code, says in page, typed.get("text", SECRET).strip() in page) == (422, True, True)
    assert flags(arranging, world, "peer") == []


def test_markup_and_no_words_at_all_are_taken(as_person, world):
    client = as_person(world.people["peer"])

    page = raise_to(client, world, "group", text="<script>alert(1)</script> שלום {{ 7 }}")
    none = raise_to(client, world, "group", text="")

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; שלום {{ 7 }}" in page
    assert "Without a word" in none


def test_without_a_facilitator_there_is_the_group_and_in_a_pair_the_other_one(as_person, arranging, world):
    with arranging():
        Membership.objects.filter(pk=world.memberships["facilitator"].pk).update(left_at=NOW)
    client = as_person(world.people["peer"])

    page = client.get(at("air_raise", world)).content.decode()

    assert "Your group" in page
    assert "facilitator" not in page.partition("<form")[2].partition("</form>")[0]
    raise_to(client, world, "facilitator")
    assert flags(arranging, world, "peer") == []

    with arranging():
        CoachingGroup.objects.filter(pk=world.group.pk).update(kind=CoachingGroup.Kind.PAIR)
    assert "The two of you" in client.get(at("air_raise", world)).content.decode()


def test_it_is_taken_back_by_whoever_raised_it_until_it_is_handled(as_person, arranging, world):
    client, url = as_person(world.people["member"]), at("air_take_back", world, world.flag.pk)

    page = client.post(url, follow=True).content.decode()

    assert "Taken back." in page
    assert flags(arranging, world, "member") == []
    assert client.post(url).status_code == 404


# Time in a session ---------------------------------------------------------------------------------------------------


def test_who_facilitates_gives_it_time_and_the_agenda_names_nobody(as_person, arranging, world, agenda):
    facilitator = as_person(world.people["facilitator"])
    waits = facilitator.get(reverse("sessions:session", args=[world.group.pk, agenda.pk])).content.decode()

    for _ in range(2):
        page = facilitator.post(
            at("air_plan", world, world.flag.pk), {"coaching_session": agenda.pk}, follow=True
        ).content.decode()

    assert "Something is raised to you" in waits
    assert "is on the agenda now" in page
    assert blocks(arranging, agenda)[:4] == [
        ("arrive", 5), ("check_in", 12), ("clear_air", 10), ("steps_review", 12),
    ]  # fmt: skip
    session = as_person(world.people["peer"]).get(reverse("sessions:session", args=[world.group.pk, agenda.pk]))
    page = session.content.decode()
    assert "Something stands between you" in page
    assert "Something is raised to you" not in page
    assert "came back to me" not in page


def test_its_minutes_come_from_the_longest_parts_and_are_given_back(as_person, arranging, world, agenda):
    before = blocks(arranging, agenda)
    facilitator = as_person(world.people["facilitator"])
    facilitator.post(at("air_plan", world, world.flag.pk), {"coaching_session": agenda.pk})

    assert sum(minutes for _kind, minutes in blocks(arranging, agenda)) == sum(minutes for _kind, minutes in before)
    assert [minutes for kind, minutes in blocks(arranging, agenda) if kind == "turn"] == [30, 30]

    page = facilitator.post(at("air_off", world, agenda.pk), follow=True).content.decode()

    assert "It is off the agenda." in page
    assert blocks(arranging, agenda) == before
    assert flags(arranging, world, "member")[0].coaching_session_id is None


def test_nothing_gets_shorter_than_five_minutes():
    short = [SimpleNamespace(minutes=minutes, is_per_person=False) for minutes in (6, 5)]
    around = SimpleNamespace(minutes=40, is_per_person=True)

    assert make_room([*short, around], 10) == [5, 5, 40]
    assert make_room([], 10) == []


@pytest.mark.parametrize(("act", "says"), [("over", "Choose a session"), ("handled", "handled or taken back already")])
def test_what_cannot_be_planned_any_more_is_said(as_person, arranging, clock, world, agenda, act, says):
    facilitator = as_person(world.people["facilitator"])
    if act == "over":
        clock.move_to(agenda.ends_at)
    else:
        facilitator.post(at("air_handled", world, world.flag.pk))

    page = facilitator.post(
        at("air_plan", world, world.flag.pk), {"coaching_session": agenda.pk}, follow=True
    ).content.decode()

    assert says in page
    assert "clear_air" not in dict(blocks(arranging, agenda))


def test_row_security_alone_lets_only_who_runs_sessions_change_an_agenda(arranging, as_owner, world, agenda):
    def try_it(who):
        with acting_as(MEMBER, person=world.people[who]), transaction.atomic():
            put_air_on_agenda(coaching_session=agenda, now=NOW)
            changed = AgendaBlock.objects.filter(coaching_session=agenda).update(minutes=1)
            gone = AgendaBlock.objects.filter(coaching_session=agenda).delete()[0]
            transaction.set_rollback(True)
        return changed, gone

    with pytest.raises(DatabaseError):
        try_it("peer")
    assert try_it("facilitator") == (9, 1)  # no other part of an agenda is ever deleted
    with as_owner("ALTER TABLE coaching_sessions_agendablock DISABLE ROW LEVEL SECURITY"):
        assert try_it("peer") == (9, 9)


# Handled -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["facilitator", "member"])
def test_handled_is_all_that_is_kept(as_person, arranging, world, who):
    client = as_person(world.people[who])
    with arranging():
        before = AuditEntry.objects.count()

    first, second = (client.post(at("air_handled", world, world.flag.pk), follow=True) for _ in range(2))

    assert "Handled. The words are gone" in first.content.decode()
    assert "It is handled or taken back already." in second.content.decode()
    with arranging(), connection.cursor() as cursor:
        cursor.execute("SELECT text, handled_at IS NOT NULL FROM feedback_airflag WHERE id = %s", [world.flag.pk])
        assert cursor.fetchall() == [(None, True)]
        assert AuditEntry.objects.count() == before
    own = as_person(world.people["member"]).get(at("air", world)).content.decode()
    assert "It was handled on" in own
    others = as_person(world.people["facilitator"]).get(at("air", world)).content.decode()
    assert "Nothing is raised" in others


def test_in_the_group_only_who_raised_it_or_facilitates_says_that_it_is_handled(as_person, arranging, world):
    with arranging():
        flag = AirFlagFactory(membership=world.memberships["member"], circle="group")

    assert as_person(world.people["peer"]).post(at("air_handled", world, flag.pk)).status_code == 403
    with acting_as(MEMBER, person=world.people["peer"]), pytest.raises(services.FlagIsHandled):
        services.handle_flag(flag=flag, now=NOW)
    with arranging():
        assert AirFlag.objects.open().filter(pk=flag.pk).exists()


def test_the_table_itself_empties_what_is_handled_and_opens_nothing_again(as_owner, world):
    def handle_and_keep_words():
        with acting_as(MEMBER, person=world.people["facilitator"]):
            return AirFlag.objects.filter(pk=world.flag.pk).update(handled_at=NOW)

    with pytest.raises(DatabaseError, match="row-level security"):
        handle_and_keep_words()
    with as_owner("ALTER TABLE feedback_airflag DISABLE ROW LEVEL SECURITY"):
        assert handle_and_keep_words() == 1
    with acting_as(MEMBER, person=world.people["facilitator"]):
        services.handle_flag(flag=world.flag, now=NOW)
        assert AirFlag.objects.filter(pk=world.flag.pk).update(handled_at=None) == 0


def test_nobody_words_anew_what_somebody_raised(as_owner, world):
    def reword():
        with acting_as(MEMBER, person=world.people["facilitator"]):
            flag = AirFlag.objects.get(pk=world.flag.pk)
            flag.text = "Other words."
            flag.save(update_fields=["text"])
            return AirFlag.objects.get(pk=flag.pk).text.open()

    with pytest.raises(DatabaseError, match="never reworded"):
        reword()
    with as_owner("DROP TRIGGER feedback_airflag_words_stay ON feedback_airflag"):
        assert reword() == "Other words."


# Its walls, each alone -----------------------------------------------------------------------------------------------


def who_finds(world, flag):
    found = set()
    for name in CAST[1:]:
        with acting_as(MEMBER, person=world.people[name]):
            if AirFlag.objects.filter(pk=flag.pk).exists():
                found.add(name)
    return found


def who_sees(world, arranging, flag):
    with arranging():
        return {name for name in CAST[1:] if AirFlag.objects.visible_to(world.people[name]).filter(pk=flag.pk)}


def test_each_wall_alone_shows_it_to_whom_it_is_raised_and_can_fail(arranging, as_owner, world):
    with arranging():
        to_group = AirFlagFactory(membership=world.memberships["member"], circle="group")
    for flag, readers in ((world.flag, {"member", "facilitator"}), (to_group, READERS)):
        assert who_sees(world, arranging, flag) == readers
        assert who_finds(world, flag) == readers
    with as_owner("ALTER TABLE feedback_airflag DISABLE ROW LEVEL SECURITY"):
        assert who_finds(world, world.flag) == set(CAST[1:])


@pytest.mark.parametrize("happened", ["a newcomer facilitates", "the raiser has left"])
def test_nobody_who_came_later_is_told_and_nobody_of_who_has_left(arranging, world, happened):
    with arranging():
        if happened == "the raiser has left":
            Membership.objects.filter(pk=world.memberships["member"].pk).update(left_at=NOW)
        else:
            Membership.objects.filter(pk=world.memberships["facilitator"].pk).update(reads_from=NOW)

    assert "facilitator" not in who_finds(world, world.flag)
    assert "facilitator" not in who_sees(world, arranging, world.flag)


def test_nobody_raises_one_in_the_name_of_another(world):
    with pytest.raises(DatabaseError, match="row-level security"), acting_as(MEMBER, person=world.people["peer"]):
        AirFlagFactory(membership=world.memberships["both"])


@pytest.mark.parametrize("role", [HR, WORKER])
def test_hr_reads_no_row_and_the_worker_no_word(world, role):
    with pytest.raises(DatabaseError, match="permission denied"), acting_as(
        role, **({"person": world.people["hr"], "organization": world.organization} if role == HR else {})
    ):  # fmt: skip
        list(AirFlag.objects.values_list("text"))


# The page and the mail -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 2])
def test_the_page_asks_as_often_for_one_as_for_three(as_person, arranging, world, django_assert_num_queries, count):
    with arranging():
        for membership in MembershipFactory.create_batch(count, group=world.group, admitted_at=NOW):
            AirFlagFactory(membership=membership)
    client = as_person(world.people["facilitator"])

    # login session, person, savepoint, context, membership, places, who facilitates, sessions, their agendas, flags,
    # the group's key, context back, release
    with django_assert_num_queries(13):
        page = client.get(at("air", world)).content.decode()

    assert page.count("data-flag=") == count + 1


def test_the_mail_says_neither_who_nor_what_and_is_dropped_when_it_is_handled(as_person, arranging, world):
    raise_to(as_person(world.people["peer"]), world, "facilitator")
    with arranging():
        nudge = Nudge.objects.get(kind="air_raised")

    def build():
        with acting_as(WORKER):
            return kind_named("air_raised").build(nudge, NOW)

    context = {**build().context, "site_name": "Colloquy"}
    for part in ("subject.txt", "body.txt", "body.html"):
        text = render_to_string(f"emails/air_raised-{part}", context)
        assert world.group.name in text
        assert SECRET not in text
        assert world.people["peer"].name not in text
    as_person(world.people["facilitator"]).post(
        at("air_handled", world, flags(arranging, world, "peer")[0].pk), follow=True
    )
    with pytest.raises(NotWanted):
        build()


def test_off_and_on_again_keeps_the_order(arranging, world, agenda):
    with acting_as(MEMBER, person=world.people["facilitator"]):
        for _ in range(2):
            put_air_on_agenda(coaching_session=agenda, now=NOW + timedelta(minutes=1))
            take_air_off_agenda(coaching_session=agenda, now=NOW)
        put_air_on_agenda(coaching_session=agenda, now=NOW)

    assert [kind for kind, _minutes in blocks(arranging, agenda)][:3] == ["arrive", "check_in", CLEAR_AIR.kind]
