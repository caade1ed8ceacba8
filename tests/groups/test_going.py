"""Leaving, being removed, and what is left to somebody who is gone."""

from types import SimpleNamespace

import pytest
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone

from common.actor import acting_as
from common.fences import MEMBER, SELF, WORKER
from common.models import AuditEntry
from feedback.models import (
    AirFlag,
    FeedbackNote,
    FeedbackRequest,
    HelpRequest,
    Introduction,
    Mirror,
    MirrorChoice,
    NoteAnswer,
    WatchedBehavior,
)
from goals.models import ActionStep, CheckIn, ConversationTurn, Goal, GoalVersion, ProgressReading
from groups.models import Draft, Membership
from groups.services import going, joining
from nudges.kinds import NotWanted, kind_named
from nudges.models import Nudge
from tests.factories import (
    NOW,
    ActionStepFactory,
    CharterFactory,
    CoachingGroupFactory,
    DraftFactory,
    FeedbackNoteFactory,
    GoalFactory,
    MembershipFactory,
    PersonFactory,
    ProgramFactory,
)

WORDS = (
    Goal, GoalVersion, CheckIn, ActionStep, ConversationTurn, FeedbackNote, NoteAnswer, HelpRequest, FeedbackRequest,
    WatchedBehavior, AirFlag, Introduction, Mirror, MirrorChoice, Draft,
)  # fmt: skip


def url(name, *args):
    return reverse(f"groups:{name}", args=args)


def ending_of(membership, arranging):
    with arranging():
        return Membership.objects.values_list("ended_as", "ended_for").get(pk=membership.pk)


def words_of(membership, arranging):
    """How many rows of each kind the membership has written."""
    with arranging():
        return {
            model.__name__: model.objects.filter(
                **{
                    "author"
                    if model in (FeedbackNote, NoteAnswer, ConversationTurn, MirrorChoice)
                    else "membership": membership
                }
            ).count()
            for model in WORDS
        }


def read_by(person):
    with acting_as(MEMBER, person=person):
        return {model.__name__: model.objects.exists() for model in WORDS}


EVERYTHING = {
    "Goal": 2,
    "GoalVersion": 1,
    "CheckIn": 1,
    "ActionStep": 3,
    "ConversationTurn": 1,
    "FeedbackNote": 1,
    "NoteAnswer": 1,
    "HelpRequest": 1,
    "FeedbackRequest": 1,
    "WatchedBehavior": 1,
    "AirFlag": 1,
    "Introduction": 1,
    "Mirror": 1,
    "MirrorChoice": 0,
    "Draft": 1,
}
NOTHING = dict.fromkeys(EVERYTHING, 0)


# Leaving -------------------------------------------------------------------------------------------------------------


def test_the_page_says_what_leaving_means_and_changes_nothing(as_person, world, arranging):
    page = as_person(world.people["member"]).get(url("leave", world.group.pk)).content.decode()

    assert "From the next moment you read nothing of the group" in page
    assert "Your name stays" in page
    assert reverse("accounts:own_words") in page
    assert 'value="stays"' in page
    assert ending_of(world.memberships["member"], arranging) == ("", "")


def test_whoever_has_not_signed_is_not_asked_about_words(as_person, world, arranging):
    client = as_person(world.people["unsigned"])

    page = client.get(url("leave", world.group.pk)).content.decode()
    client.post(url("leave", world.group.pk))

    assert 'name="words"' not in page
    assert ending_of(world.memberships["unsigned"], arranging) == ("left", "")


@pytest.mark.parametrize("data", [{}, {"words": "stays"}], ids=["no answer", "stays"])
def test_what_a_leaver_wrote_stays_unless_they_say_otherwise(as_person, world, arranging, data):
    as_person(world.people["member"]).post(url("leave", world.group.pk), data)

    assert ending_of(world.memberships["member"], arranging) == ("left", "")
    assert words_of(world.memberships["member"], arranging) == EVERYTHING
    assert read_by(world.people["member"]) == dict.fromkeys(EVERYTHING, False)


def test_that_a_leaver_reads_nothing_hangs_on_the_end_of_the_membership_alone(as_person, world, arranging):
    as_person(world.people["member"]).post(url("leave", world.group.pk))

    with arranging():
        Membership.objects.filter(pk=world.memberships["member"].pk).update(left_at=None)

    assert read_by(world.people["member"]) == dict.fromkeys(EVERYTHING, True)


def test_a_leaver_can_take_their_words_with_them_and_nobody_elses(as_person, world, arranging):
    with arranging():
        back = FeedbackNoteFactory(author=world.memberships["peer"], recipient=world.memberships["member"])
        others = GoalFactory(membership=world.memberships["peer"])
        asked = ActionStepFactory(membership=world.memberships["peer"], asker=world.memberships["member"])

    answer = as_person(world.people["member"]).post(url("leave", world.group.pk), {"words": "goes"})

    assert answer.url == url("mine")
    assert ending_of(world.memberships["member"], arranging) == ("left", "")
    assert words_of(world.memberships["member"], arranging) == NOTHING
    with acting_as(MEMBER, person=world.people["peer"]):
        assert list(Goal.objects.all()) == [others]
        assert list(ActionStep.objects.all()) == [asked]
        assert list(FeedbackNote.objects.all()) == [back]
        assert AuditEntry.objects.filter(act="words_withdrawn").values_list("subject_id", "facts").get() == (
            world.people["member"].pk,
            {},
        )


def test_words_go_only_after_one_has_shown_lately_who_one_is(as_person, world, arranging):
    member = world.people["member"]
    member.set_password("a-long-good-phrase")
    member.save(update_fields=["password"])
    client = as_person(member, minutes_ago=60)

    answer = client.post(url("leave", world.group.pk), {"words": "goes"})

    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert ending_of(world.memberships["member"], arranging) == ("", "")
    assert words_of(world.memberships["member"], arranging) == EVERYTHING


def test_an_answer_that_is_none_leaves_nothing_changed(as_person, world, arranging):
    answer = as_person(world.people["member"]).post(url("leave", world.group.pk), {"words": "all"})

    assert answer.status_code == 422
    assert ending_of(world.memberships["member"], arranging) == ("", "")


def test_leaving_one_group_leaves_the_other_alone(as_person, world, arranging):
    both, other = world.people["both"], world.other_memberships["both"]
    with arranging():
        here = GoalFactory(membership=world.memberships["both"])
        there, draft = GoalFactory(membership=other), DraftFactory(membership=other)
    client = as_person(both)

    client.post(url("leave", world.group.pk), {"words": "goes"})

    assert client.get(url("group", world.group.pk)).status_code == 404
    assert client.get(url("group", world.other_group.pk)).status_code == 200
    with acting_as(MEMBER, person=both):
        assert list(Goal.objects.all()) == [there]
        assert list(Draft.objects.all()) == [draft]
    with arranging():
        assert not Goal.objects.filter(pk=here.pk).exists()


def test_a_leaver_is_still_known_by_name_and_nobody_is_told_why(as_person, world):
    as_person(world.people["peer"]).post(url("leave", world.group.pk))

    page = as_person(world.people["member"]).get(url("group", world.group.pk)).content.decode()

    past = page.partition("Who was here")[2]
    assert "Peer" in past
    assert "left" in past


# Pages that are still open -------------------------------------------------------------------------------------------


def open_pages(world):
    """What a page that is still open may send: every address of the group that takes a post, and what it takes."""
    group, by = world.group.pk, world.memberships
    return {
        "goals:goal_new": ([group], {"title": "Late"}),
        "goals:goal_share": ([group, world.draft.pk], {}),
        "goals:goal_version": ([group, world.goal.pk], {"title": "Late"}),
        "goals:goal_close": ([group, world.goal.pk], {"outcome": "reached"}),
        "goals:readings_ask": ([group, world.goal.pk], {"peers": [by["peer"].pk]}),
        "goals:step_new": ([group], {"text": "Late"}),
        "goals:step_close": ([group, world.step.pk], {}),
        "feedback:note_new": ([group], {"recipient": by["peer"].pk}),
        "feedback:ask": ([group], {"about": "Late", "peers": [by["peer"].pk]}),
        "feedback:air_raise": ([group], {"circle": "group"}),
        "feedback:air_handled": ([group, world.flag.pk], {}),
        "feedback:introduce": ([group], {"outside": "Late"}),
        "feedback:mirror_new": ([group], {"words": "calm", "peers": [by["peer"].pk]}),
        "feedback:mirror_open": ([group, world.mirror.pk], {}),
        "feedback:note_answer": ([group, world.note.pk], {"text": "Late"}),
        "groups:draft_keep": ([group], {"place": "goals:goal_new", "tab": world.kept.tab, "words": "{}"}),
        "groups:charter": ([group], {"charter": world.charter.pk}),
        "groups:leave": ([group], {"words": "goes"}),
    }


@pytest.mark.parametrize("how", ["left", "removed"])
def test_a_page_that_is_still_open_posts_into_nothing(as_person, world, arranging, how):
    client = as_person(world.people["member"])
    if how == "left":
        client.post(url("leave", world.group.pk))
    else:
        remove(as_person, world, "member")

    answers = {
        name: client.post(reverse(name, args=args), data, headers={"HX-Request": "true"})
        for name, (args, data) in open_pages(world).items()
    }

    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 404)
    assert {b"This page is not here" in answer.content for answer in answers.values()} == {True}
    assert words_of(world.memberships["member"], arranging) == EVERYTHING


# Removing ------------------------------------------------------------------------------------------------------------


def remove(as_person, world, name, reason="absent"):
    client = as_person(world.people["facilitator"])
    return client.post(url("remove", world.group.pk, world.memberships[name].pk), {"reason": reason})


def test_removing_ends_access_with_the_next_request_and_is_told(as_person, world, arranging):
    client = as_person(world.people["peer"])
    page = url("group", world.group.pk)
    before = client.get(page).status_code

    answer = remove(as_person, world, "peer")

    after = client.get(page)
    assert answer.url == page
    assert (before, after.status_code) == (200, 404)
    assert b"This page is not here" in after.content
    assert read_by(world.people["peer"]) == dict.fromkeys(EVERYTHING, False)
    assert ending_of(world.memberships["peer"], arranging) == ("removed", "absent")
    with arranging():
        assert list(Nudge.objects.values_list("kind", "recipient_id", "email")) == [
            ("membership_ended", world.people["peer"].pk, "")
        ]


def test_the_removed_read_why_and_the_group_reads_that_it_happened(as_person, world):
    remove(as_person, world, "peer", reason="conflict")

    def past(caller):
        return (
            as_person(world.people[caller]).get(url("group", world.group.pk)).content.decode().partition("Who was")[2]
        )

    own = as_person(world.people["peer"]).get(url("mine")).content.decode()
    why = "A reporting line or a conflict of interest came up"
    assert "was removed" in past("member")
    assert why not in past("member")
    assert why in past("facilitator")
    assert "Harbor" in own
    assert f"The facilitator ended your membership. {why}." in own


@pytest.mark.parametrize("reason", ["", "nasty"])
def test_nobody_is_removed_without_a_reason_of_the_list(as_person, world, arranging, reason):
    answer = remove(as_person, world, "peer", reason=reason)

    assert answer.status_code == 422
    assert ending_of(world.memberships["peer"], arranging) == ("", "")


@pytest.mark.parametrize("who", ["facilitator", "elsewhere"])
def test_facilitators_and_other_groups_are_not_to_be_removed_here(as_person, world, who):
    membership = world.memberships.get(who) or world.other_memberships[who]

    answer = as_person(world.people["facilitator"]).post(
        url("remove", world.group.pk, membership.pk), {"reason": "absent"}
    )

    assert answer.status_code == 404


def test_removing_in_two_tabs_says_that_it_is_done_and_keeps_the_first_reason(as_person, world, arranging):
    client, page = as_person(world.people["facilitator"]), url("remove", world.group.pk, world.memberships["peer"].pk)

    client.post(page, {"reason": "absent"})
    told = [
        client.get(page, follow=True).content.decode(),
        client.post(page, {"reason": "charter"}, follow=True).content.decode(),
    ]

    assert ["is no longer in the group." in text for text in told] == [True, True]
    assert ending_of(world.memberships["peer"], arranging) == ("removed", "absent")


@pytest.mark.parametrize("caller", ["peer", "unsigned", "former", "elsewhere", "other facilitator", "hr", "super"])
def test_the_door_lets_nobody_but_the_facilitator_remove(world, arranging, caller):
    with pytest.raises(DatabaseError, match="Only the facilitator"), acting_as(MEMBER, person=world.people[caller]):
        going.remove_member(membership=world.memberships["member"], reason="absent", now=NOW)

    assert ending_of(world.memberships["member"], arranging) == ("", "")


def test_the_door_keeps_to_the_list_of_reasons(world):
    with pytest.raises(DatabaseError, match="says why"), acting_as(MEMBER, person=world.people["facilitator"]):
        going.remove_member(membership=world.memberships["member"], reason="nasty", now=NOW)


def test_removing_twice_tells_once(world, arranging):
    for again in range(2):
        with acting_as(MEMBER, person=world.people["facilitator"]):
            try:
                going.remove_member(membership=world.memberships["peer"], reason=("absent", "charter")[again], now=NOW)
            except going.AlreadyGone:
                assert again

    assert ending_of(world.memberships["peer"], arranging) == ("removed", "absent")
    with arranging():
        assert Nudge.objects.count() == 1


def mail_about(membership):
    nudge = SimpleNamespace(context={"membership": str(membership.pk)}, recipient_id=membership.person_id)
    with acting_as(WORKER):
        return kind_named("membership_ended").build(nudge, NOW).context


def test_the_mail_says_what_happened_and_nothing_that_anybody_wrote(as_person, world):
    remove(as_person, world, "peer", reason="moved_on")

    said = mail_about(world.memberships["peer"])

    assert said["group"] == "Harbor"
    assert said["what_happened"] == "The facilitator ended your membership. You left the organization or the program."
    assert said["url"].endswith(url("mine"))


def test_no_mail_goes_out_about_a_membership_that_goes_on(world):
    with pytest.raises(NotWanted):
        mail_about(world.memberships["peer"])


# Afterwards ----------------------------------------------------------------------------------------------------------


def test_whoever_was_removed_can_still_take_out_what_they_wrote(as_person, world, arranging):
    remove(as_person, world, "member")
    client = as_person(world.people["member"])
    page = url("withdraw_words", world.memberships["member"].pk)

    asked = client.get(page).content.decode()
    before = words_of(world.memberships["member"], arranging)
    answers = [client.post(page).url for _twice in range(2)]

    assert "This cannot be undone" in asked
    assert before == EVERYTHING
    assert words_of(world.memberships["member"], arranging) == NOTHING
    assert answers == [url("mine")] * 2


@pytest.mark.parametrize("caller", ["peer", "former", "facilitator", "stranger", "super"])
def test_nobody_takes_out_what_another_wrote(as_person, world, arranging, caller):
    remove(as_person, world, "member")

    answer = as_person(world.people[caller]).post(url("withdraw_words", world.memberships["member"].pk))

    assert answer.status_code == 404
    assert words_of(world.memberships["member"], arranging) == EVERYTHING


def test_the_role_of_ones_own_words_erases_nobody_elses(world, arranging):
    with acting_as(SELF, person=world.people["peer"]):
        for model in (ProgressReading, *WORDS):
            model.objects.all().delete()

    assert words_of(world.memberships["member"], arranging) == EVERYTHING


def test_words_are_not_taken_out_while_one_is_in_the_group(as_person, world, arranging):
    answer = as_person(world.people["member"]).post(url("withdraw_words", world.memberships["member"].pk))

    assert answer.status_code == 404
    with pytest.raises(going.StillThere), acting_as(MEMBER, person=world.people["member"]):
        going.withdraw_words(membership=world.memberships["member"])
    assert words_of(world.memberships["member"], arranging) == EVERYTHING


def test_whoever_never_read_a_group_is_not_told_its_name_afterwards(as_person, world):
    remove(as_person, world, "unsigned", reason="asked")

    page = as_person(world.people["unsigned"]).get(url("mine")).content.decode()

    assert "A group of Meridian" in page
    assert "You asked for it." in page
    assert "Harbor" not in page
    assert "Take out what you wrote" not in page


@pytest.mark.parametrize("caller", ["member", "peer", "hr", "stranger", "super"])
def test_groups_one_was_in_are_ones_own_alone(as_person, world, caller):
    page = as_person(world.people[caller]).get(url("mine"))
    own = as_person(world.people["former"]).get(url("mine"))

    assert b"Groups you were in" not in page.content
    assert b"Groups you were in" in own.content


def test_whoever_came_back_is_not_among_those_who_were_here(as_person, world, arranging):
    with arranging():
        MembershipFactory(group=world.group, person=world.people["former"])

    page = as_person(world.people["member"]).get(url("group", world.group.pk)).content.decode()

    assert "Former" in page
    assert "Who was here" not in page


def test_an_erased_person_is_a_former_member(as_person, world, arranging):
    with arranging():
        type(world.people["former"]).objects.filter(pk=world.people["former"].pk).update(name="")

    page = as_person(world.people["member"]).get(url("group", world.group.pk)).content.decode()

    assert "A former member" in page.partition("Who was here")[2]


# Too few -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def trio(arranging):
    """A group of three members, which is its program's minimum, and its facilitator."""
    with arranging():
        group = CoachingGroupFactory(program=ProgramFactory(size_min=3))
        CharterFactory(group=group)
        members = MembershipFactory.create_batch(3, group=group)
        facilitator = MembershipFactory(group=group, role=Membership.Role.FACILITATOR)
    return group, members, facilitator


def test_everybody_in_it_reads_that_the_group_has_become_too_small(as_person, trio):
    group, members, facilitator = trio
    page = url("group", group.pk)

    before = as_person(facilitator.person).get(page).content.decode()
    as_person(members[0].person).post(url("leave", group.pk))
    after = as_person(facilitator.person).get(page).content.decode()
    peers = as_person(members[1].person).get(page).content.decode()

    small = "Your group is below its program’s minimum"
    assert [small in text for text in (before, after, peers)] == [False, True, True]
    assert "2 members are here; groups of this program have at least 3" in after
    assert "ask your facilitator or HR to invite somebody" in peers
    assert "ask your facilitator" not in after


def test_a_group_that_has_not_filled_yet_is_not_called_too_small(as_person, trio, arranging):
    group, members, facilitator = trio
    with arranging():
        Membership.objects.filter(pk=members[0].pk).delete()

    page = as_person(facilitator.person).get(url("group", group.pk)).content.decode()

    assert "below its program" not in page


# Lists ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_query_count_of_groups_one_was_in_does_not_grow(as_person, arranging, django_assert_num_queries, count):
    with arranging():
        person = PersonFactory()
        MembershipFactory.create_batch(count, person=person, left_at=timezone.now(), ended_as="left")
    client = as_person(person)

    # login session, person; savepoint, context, places; savepoint, context, memberships, groups, organizations,
    # release, context back; current memberships; release, context back
    with django_assert_num_queries(15):
        response = client.get(url("mine"))

    assert response.content.count(b"You left.") == count


@pytest.mark.parametrize("count", [1, 3])
def test_query_count_of_those_who_were_here_does_not_grow(as_person, trio, arranging, django_assert_num_queries, count):
    group, _members, facilitator = trio
    with arranging():
        MembershipFactory.create_batch(count, group=group, left_at=timezone.now(), ended_as="left")
    client = as_person(facilitator.person)

    # login session, person; savepoint, context, membership, places; people, charters, signatures, consents to the past,
    # names of facilitators; whether the group has met, what they have in common; size; those who were here; release,
    # context back
    with django_assert_num_queries(17):
        response = client.get(url("group", group.pk))

    assert response.content.decode().partition("Who was here")[2].count("person--") == count


def test_the_service_leaves_words_alone_unless_asked(world, arranging):
    with acting_as(MEMBER, person=world.people["member"]):
        joining.leave_group(group=world.group)

    assert words_of(world.memberships["member"], arranging) == EVERYTHING
