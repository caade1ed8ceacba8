"""What peers notice in a check-in: read by the group, one each, thanked for once, and no thread."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from common.actor import acting_as
from common.fences import MEMBER, SELF, WORKER
from common.ids import new_id
from goals import services
from goals.erasing import erase_words_of
from goals.models import CheckIn, CheckInNote
from groups.models import Membership
from nudges.kinds import NotWanted, kind_named
from nudges.models import Nudge
from tests.factories import NOW, CheckInFactory, CheckInNoteFactory, GoalFactory, MembershipFactory
from tests.world import CAST

SIGNED_IN = CAST[1:]
READERS = {"member", "peer", "facilitator", "both"}


def notice(world, check_in=None):
    return reverse("goals:notice_new", args=[world.group.pk, (check_in or world.check_in).pk])


def act(world, name, note=None):
    return reverse(f"goals:{name}", args=[world.group.pk, (note or world.noticed).pk])


def goal_page(world):
    return reverse("goals:goal", args=[world.group.pk, world.goal.pk])


def test_a_peer_says_what_they_noticed_and_the_group_reads_it(as_person, world):
    both = as_person(world.people["both"])
    assert (
        "Saved. Your group can see it now."
        in both.post(notice(world), {"text": "You asked\nfirst \U0001f600 \u202etfel"}, follow=True).content.decode()
    )

    for who in READERS:
        page = as_person(world.people[who]).get(goal_page(world)).content.decode()
        assert "You asked\nfirst \U0001f600 \u202etfel" in page
        assert "Both noticed" in page
    assert page.count('id="writing"') == 0  # no form to answer in


def test_an_offer_of_help_is_a_choice_only_where_help_was_wanted(as_person, arranging, world):
    client = as_person(world.people["both"])
    with arranging():
        wanting = CheckInFactory(goal=world.goal, help_wanted="A listener")

    page = client.get(notice(world)).content.decode()
    assert "What you noticed in Member’s check-in" in page
    assert f'href="{goal_page(world)}"' in page
    assert 'name="kind"' not in page
    assert b'name="kind"' in client.get(notice(world, wanting)).content
    client.post(notice(world), {"text": "I have time", "kind": "help"})
    client.post(notice(world, wanting), {"text": "I have time", "kind": "help"})

    with arranging():
        kinds = dict(CheckInNote.objects.filter(membership=world.memberships["both"]).values_list("check_in", "kind"))
    assert kinds == {world.check_in.pk: "noticed", wanting.pk: "help"}
    assert "Both offers help" in client.get(goal_page(world)).content.decode()


def test_the_service_refuses_help_that_nobody_wanted_and_ones_own_check_in(world):
    def write(who, kind):
        with acting_as(MEMBER, person=world.people[who]):
            services.write_check_in_note(
                check_in=CheckIn.objects.get(pk=world.check_in.pk), membership=world.memberships[who], key=new_id(),
                kind=kind, text="x", now=NOW,
            )  # fmt: skip

    with pytest.raises(services.NoHelpWanted):
        write("both", "help")
    with pytest.raises(services.NotAPeer):
        write("member", "noticed")


@pytest.mark.parametrize("text", ["", "   ", "\x00", "x" * 100_000])
def test_what_does_not_fit_comes_back(as_person, arranging, world, text):
    answer = as_person(world.people["both"]).post(notice(world), {"text": text})

    assert (answer.status_code, answer.content.count(b"x" * 301) > 0) == (422, len(text) > 300)


def test_each_peer_writes_once_and_the_same_form_sent_twice_is_one(as_person, arranging, world):
    client, key = as_person(world.people["both"]), new_id()

    answers = [client.post(notice(world), {"text": "Once", "key": key}) for _ in range(2)]
    another = client.post(notice(world), {"text": "Second thought"})

    assert [answer.status_code for answer in [*answers, another]] == [302, 302, 422]
    assert "Second thought" in another.content.decode()
    with arranging():
        assert CheckInNote.objects.filter(membership=world.memberships["both"]).count() == 1


def test_the_coachee_thanks_once_and_then_the_note_stays(as_person, arranging, world):
    coachee, author = as_person(world.people["member"]), as_person(world.people["peer"])

    first, second = (coachee.post(act(world, "notice_thank"), follow=True).content.decode() for _ in range(2))
    stays = author.post(act(world, "notice_take_back"), follow=True).content.decode()

    assert "They can see that you thanked." in first
    assert "You have thanked for that already." in second
    assert "It was thanked for, and stays." in stays
    assert "thanked" in author.get(goal_page(world)).content.decode()
    with arranging():
        assert CheckInNote.objects.get(pk=world.noticed.pk).thanked_at == NOW


def test_a_note_is_taken_back_by_its_author_until_then(as_person, arranging, world):
    as_person(world.people["peer"]).post(act(world, "notice_take_back"))

    with arranging():
        assert not CheckInNote.objects.filter(pk=world.noticed.pk).exists()


def test_whoever_leaves_midway_writes_nothing_and_reads_nothing(as_person, arranging, world):
    client = as_person(world.people["both"])
    assert client.get(notice(world)).status_code == 200
    with arranging():
        Membership.objects.filter(pk=world.memberships["both"].pk).update(left_at=NOW)

    assert client.post(notice(world), {"text": "Too late"}).status_code == 404
    with arranging():
        assert CheckInNote.objects.count() == 1


# The walls -----------------------------------------------------------------------------------------------------------


def test_visible_to_alone_is_the_circle_of_the_check_in(arranging, world):
    with arranging():
        sees = {who for who in SIGNED_IN if CheckInNote.objects.visible_to(world.people[who]).exists()}

    assert sees == READERS


def test_a_newcomer_reads_notes_on_check_ins_from_after_they_came(arranging, world):
    with arranging():
        CheckIn.objects.filter(pk=world.check_in.pk).update(created_at=NOW - timedelta(days=5))
        late = MembershipFactory(group=world.group, is_founding=False, reads_from=NOW - timedelta(days=2))
        recent = CheckInNoteFactory(check_in=CheckInFactory(goal=world.goal), membership=world.memberships["peer"])

    with acting_as(MEMBER, person=late.person):
        assert list(CheckInNote.objects.all()) == [recent]
        assert list(CheckInNote.objects.visible_to(late.person)) == [recent]


@pytest.mark.parametrize("who", [who for who in SIGNED_IN if who != "member"])
def test_row_security_lets_only_the_coachee_thank(world, who):
    with acting_as(MEMBER, person=world.people[who]):
        assert CheckInNote.objects.filter(pk=world.noticed.pk).update(thanked_at=NOW) == 0


@pytest.mark.parametrize("who", [who for who in SIGNED_IN if who != "peer"])
def test_row_security_lets_only_the_author_take_back(world, who):
    with acting_as(MEMBER, person=world.people[who]):
        assert CheckInNote.objects.filter(pk=world.noticed.pk).delete()[0] == 0


def test_those_proofs_can_fail(world, as_owner):
    with (
        as_owner("ALTER TABLE goals_checkinnote DISABLE ROW LEVEL SECURITY"),
        acting_as(MEMBER, person=world.people["both"]),
    ):
        assert CheckInNote.objects.filter(pk=world.noticed.pk).update(thanked_at=NOW) == 1
        assert CheckInNote.objects.filter(pk=world.noticed.pk).delete()[0] == 1


def test_row_security_keeps_a_thanked_note(arranging, world, as_owner):
    def take_back():
        with acting_as(MEMBER, person=world.people["peer"]):
            return CheckInNote.objects.filter(pk=world.noticed.pk).delete()[0]

    with arranging():
        CheckInNote.objects.filter(pk=world.noticed.pk).update(thanked_at=NOW)

    assert take_back() == 0
    with as_owner("CREATE POLICY any_note ON goals_checkinnote FOR DELETE TO colloquy_member USING (true)"):
        assert take_back() == 1


def test_nobody_writes_a_note_on_their_own_check_in(world, as_owner):
    def write():
        with acting_as(MEMBER, person=world.people["member"]):
            return CheckInNoteFactory(check_in=world.check_in, membership=world.memberships["member"])

    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        write()
    with as_owner("CREATE POLICY any_note ON goals_checkinnote FOR INSERT TO colloquy_member WITH CHECK (true)"):
        assert write().pk


def test_with_an_erased_check_in_goes_what_was_noticed_in_it(arranging, world):
    with acting_as(SELF, person=world.people["member"]):
        erase_words_of([world.memberships["member"].pk])

    with arranging():
        assert not CheckInNote.objects.exists()


# The mail ------------------------------------------------------------------------------------------------------------


def test_the_coachee_is_told_once_that_somebody_noticed_something_and_never_what(arranging, world):
    secret = "zugzwang-quokka"
    with arranging():
        CheckInNote.objects.all().delete()
    for who in ("peer", "both"):
        with acting_as(MEMBER, person=world.people[who]):
            services.write_check_in_note(
                check_in=CheckIn.objects.select_related("membership").get(pk=world.check_in.pk),
                membership=world.memberships[who], key=new_id(), kind="noticed", text=secret, now=NOW,
            )  # fmt: skip

    with acting_as(WORKER):
        [nudge] = Nudge.objects.filter(kind="check_in_noticed")
        context = kind_named("check_in_noticed").build(nudge, NOW).context
    assert nudge.recipient_id == world.people["member"].pk
    assert secret not in str(context)
    assert "Peer" not in str(context)
    assert context["action_url"].endswith(goal_page(world))


@pytest.mark.parametrize("happened", ["taken back", "thanked", "left"])
def test_that_mail_is_dropped_when_there_is_nothing_to_tell(arranging, world, happened):
    nudge = Nudge(
        kind="check_in_noticed", recipient=world.people["member"], context={"check_in": str(world.check_in.pk)}
    )
    with arranging():
        if happened == "taken back":
            CheckInNote.objects.all().delete()
        elif happened == "thanked":
            CheckInNote.objects.update(thanked_at=NOW)
        else:
            Membership.objects.filter(pk=world.memberships["member"].pk).update(left_at=NOW)

    with acting_as(WORKER), pytest.raises(NotWanted):
        kind_named("check_in_noticed").build(nudge, NOW)


@pytest.mark.parametrize("count", [1, 3])
def test_the_goals_page_needs_the_same_queries_for_any_number_of_notes(
    as_person, arranging, django_assert_num_queries, count
):
    with arranging():
        goal = GoalFactory()
        for row in CheckInFactory.create_batch(count, goal=goal):
            CheckInNoteFactory.create_batch(count, check_in=row)
    client = as_person(goal.membership.person)

    # savepoint and its release, login session, person, context and back, membership, places, goal, check-ins and
    # their number, key, notes, facilitators, steps, those that are closed, moves, readings, requests for readings
    with django_assert_num_queries(19):
        response = client.get(reverse("goals:goal", args=[goal.group_id, goal.pk]))

    assert response.content.count(b"data-note=") == count * count
