"""A goal's life: three at a time, words that freeze, new versions, and its end."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from common.actor import acting_as
from common.fences import MEMBER
from goals import selectors, services
from goals.models import ActionStep, Goal, GoalVersion, ReadingRequest, text_of
from tests.factories import NOW, GoalFactory, GoalVersionFactory, ProgressReadingFactory, ReadingRequestFactory

TODAY = NOW.date()
NEW = {"title": "Ask first", "behavior": "I ask before I answer", "why": "", "first_steps": "Ask Lin"}
POSTED = {**NEW, "target_on": "2027-07-01"}


@pytest.fixture
def goal(world, arranging):
    """A shared goal of *member* on whose words *peer* has given a reading, and *both* is still asked."""
    with arranging():
        goal = GoalFactory(membership=world.memberships["member"], title="Old words")
        ProgressReadingFactory(request__goal=goal, request__peer=world.memberships["peer"])
        ReadingRequestFactory(goal=goal, peer=world.memberships["both"])
    return goal


@pytest.fixture
def as_member(world):
    with acting_as(MEMBER, person=world.people["member"]):
        yield


def address(goal, name="goal"):
    return reverse(f"goals:{name}", args=[goal.group_id, goal.pk])


# Three at a time -----------------------------------------------------------------------------------------------------


@pytest.fixture
def three(world, arranging):
    """Three shared goals of *peer*, and a draft."""
    with arranging():
        own = world.memberships["peer"]
        titles = ("One", "Two", "Three")
        return [GoalFactory(membership=own, title=title) for title in titles], GoalFactory(
            membership=own, shared_at=None, title="Four"
        )


def test_a_fourth_goal_is_refused_by_naming_the_three_and_keeps_the_draft(as_person, world, three):
    (_, draft) = three

    response = as_person(world.people["peer"]).post(address(draft, "goal_share"))

    page = response.content.decode()
    assert response.status_code == 409
    assert all(title in page for title in ("One", "Two", "Three", "Four"))
    assert "Close this goal" in page
    with acting_as(MEMBER, person=world.people["peer"]):
        assert Goal.objects.get(pk=draft.pk).shared_at is None


def test_closing_one_makes_room(world, three):
    (goals, draft) = three

    with acting_as(MEMBER, person=world.people["peer"]):
        services.close_goal(goal=goals[0], outcome="reached", lesson="", now=NOW)
        services.share_goal(goal=draft, now=NOW)

        assert Goal.objects.get(pk=draft.pk).shared_at == NOW


def test_goals_of_others_do_not_count(world, three, arranging):
    with arranging():
        draft = GoalFactory(membership=world.memberships["both"], shared_at=None)

    with acting_as(MEMBER, person=world.people["both"]):
        services.share_goal(goal=draft, now=NOW)

        assert Goal.objects.get(pk=draft.pk).shared_at == NOW


def test_a_title_stays_out_of_the_login_session(as_person, world, three):
    client = as_person(world.people["peer"])

    client.post(address(three[1], "goal_share"))

    assert "Three" not in str(dict(client.session))
    assert "Three" not in str(client.cookies)


# Looking once more ---------------------------------------------------------------------------------------------------


def test_looking_once_more_gives_all_of_it_back_with_questions_and_stores_nothing(as_person, world):
    client, before = as_person(world.people["member"]), count(world)
    typed = {"title": "Calm", "behavior": "Be more <calm>", "why": "", "first_steps": "x" * 5000, "target_on": "soon"}

    response = client.post(reverse("goals:goal_new", args=[world.group.pk]), {**typed, "look": "1"})

    page = response.content.decode()
    assert response.status_code == 200
    assert all(words in page for words in ("Be more &lt;calm&gt;", "x" * 5000, 'value="Calm"', 'value="soon"'))
    assert "how you want to be" in page
    assert "field__error" not in page
    assert count(world) == before


def test_a_looked_at_form_is_the_same_form_when_it_is_sent(as_person, world):
    client = as_person(world.people["member"])
    url, key = reverse("goals:goal_new", args=[world.group.pk]), "0190a1de-0000-7000-8000-000000000001"

    page = client.post(url, {**POSTED, "key": key, "look": "1"}).content.decode()
    client.post(url, {**POSTED, "key": key})
    client.post(url, {**POSTED, "key": key})

    assert key in page
    with acting_as(MEMBER, person=world.people["member"]):
        assert Goal.objects.filter(pk=key).count() == 1


def test_each_question_is_tied_to_its_field(as_person, world):
    page = as_person(world.people["member"]).post(
        reverse("goals:goal_edit", args=[world.group.pk, world.draft.pk]), {**POSTED, "why": "", "look": "1"}
    )

    assert b'id="id_why_questions"' in page.content
    assert b"id_why_questions id_why_privacy" in page.content


def count(world):
    with acting_as(MEMBER, person=world.people["member"]):
        return Goal.objects.count()


# Words that stay -----------------------------------------------------------------------------------------------------


def test_words_with_a_reading_on_them_stay_and_the_day_moves(goal, as_member):
    with pytest.raises(services.WordingFrozen):
        services.edit_goal(goal=goal, today=TODAY, target_on=date(2027, 7, 1), **NEW)

    services.move_goal(goal=goal, target_on=date(2027, 8, 1), today=TODAY)

    saved = Goal.objects.get(pk=goal.pk)
    assert (saved.title.open(), saved.target_on) == ("Old words", date(2027, 8, 1))


def test_the_page_offers_what_was_typed_as_a_new_version(as_person, world, goal):
    response = as_person(world.people["member"]).post(address(goal, "goal_edit"), POSTED)

    page = response.content.decode()
    assert response.status_code == 409
    assert "I ask before I answer" in page
    assert f'formaction="{address(goal, "goal_version")}"' in page


def test_a_new_version_keeps_the_old_words_and_asks_nobody_any_more(as_person, world, goal):
    response = as_person(world.people["member"]).post(address(goal, "goal_version"), POSTED)

    assert response.status_code == 302
    with acting_as(MEMBER, person=world.people["peer"]):
        saved = Goal.objects.get(pk=goal.pk)
        (kept,) = GoalVersion.objects.filter(goal=goal)
        assert (saved.version_number, saved.title.open(), text_of(saved.first_steps)) == (2, "Ask first", "Ask Lin")
        assert (kept.number, kept.title.open(), kept.target_on) == (1, "Old words", date(2027, 6, 30))
    with acting_as(MEMBER, person=world.people["both"]):
        assert ReadingRequest.objects.get(goal=goal).ended_as == "withdrawn"
    page = as_person(world.people["peer"]).get(address(goal)).content.decode()
    assert 'data-version="1"' in page
    assert "Old words" in page


def test_a_version_that_is_sent_twice_is_one(as_person, world, goal):
    client = as_person(world.people["member"])
    token = client.get(address(goal, "goal_version")).context["form"]["version"].value()

    answers = [client.post(address(goal, "goal_version"), {**POSTED, "version": token}).status_code for _ in range(2)]

    assert answers == [302, 302]
    with acting_as(MEMBER, person=world.people["member"]):
        assert Goal.objects.get(pk=goal.pk).version_number == 2


def test_a_version_written_on_words_that_changed_meanwhile_overwrites_nothing(as_person, world, goal):
    client = as_person(world.people["member"])
    token = client.get(address(goal, "goal_version")).context["form"]["version"].value()
    client.post(address(goal, "goal_version"), {**POSTED, "version": token})

    response = client.post(address(goal, "goal_version"), {**POSTED, "title": "Third", "version": token})

    assert response.status_code == 409
    assert "Third" in response.content.decode()


def test_the_words_of_a_version_may_change_again_until_there_is_a_reading_on_them(goal, as_member):
    services.write_new_version(goal=goal, target_on=date(2027, 7, 1), today=TODAY, now=NOW, **NEW)

    services.edit_goal(goal=goal, today=TODAY, target_on=date(2027, 7, 1), **{**NEW, "title": "Ask twice"})

    assert (Goal.objects.get(pk=goal.pk).title.open(), GoalVersion.objects.filter(goal=goal).count()) == (
        "Ask twice",
        1,
    )


def test_a_version_is_read_by_whoever_reads_the_goal_and_changed_by_nobody(world):
    with acting_as(MEMBER, person=world.people["peer"]):
        assert world.version in GoalVersion.objects.all()
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            GoalVersionFactory(goal=world.goal, number=7)
    denied = pytest.raises(DatabaseError, match="permission denied")
    with acting_as(MEMBER, person=world.people["member"]), denied, transaction.atomic():
        GoalVersion.objects.filter(pk=world.version.pk).update(number=9)


def test_that_a_version_stays_is_the_grants_doing(world, as_owner):
    with (
        as_owner(
            "GRANT UPDATE ON goals_goalversion TO colloquy_member",
            "CREATE POLICY sabotage ON goals_goalversion FOR UPDATE TO colloquy_member USING (true)",
        ),
        acting_as(MEMBER, person=world.people["member"]),
    ):
        assert GoalVersion.objects.filter(pk=world.version.pk).update(number=9) == 1


# Its end -------------------------------------------------------------------------------------------------------------


def test_a_goal_is_let_go_with_what_was_learned_and_stays_to_be_read(as_person, world, goal):
    closed = {"outcome": "let_go", "lesson": "It was my predecessor's goal"}

    response = as_person(world.people["member"]).post(address(goal, "goal_close"), closed)

    assert response.status_code == 302
    peer = as_person(world.people["peer"])
    for page in (peer.get(address(goal)), peer.get(reverse("goals:earlier", args=[goal.group_id]))):
        assert "It was my predecessor&#x27;s goal" in page.content.decode()
        assert "Let go" in page.content.decode()


def test_letting_go_asks_for_a_sentence_and_loses_nothing(as_person, world, goal):
    response = as_person(world.people["member"]).post(address(goal, "goal_close"), {"outcome": "let_go", "lesson": " "})

    assert response.status_code == 422
    assert "Write a sentence" in response.content.decode()
    assert "checked" in response.content.decode()


@pytest.mark.parametrize("lesson", ["x" * 100_000, "\x00\x1b" + "x" * 1001])
def test_a_lesson_that_is_too_long_is_given_back(as_person, world, goal, lesson):
    response = as_person(world.people["member"]).post(
        address(goal, "goal_close"), {"outcome": "reached", "lesson": lesson}
    )

    assert response.status_code == 422
    assert "x" * 1001 in response.content.decode()


@pytest.mark.parametrize("lesson", ["🙂 ثمة درس <script>alert(1)</script>", ""])
def test_what_is_learned_may_be_odd_or_nothing_when_the_goal_is_reached(as_person, world, goal, lesson):
    as_person(world.people["member"]).post(address(goal, "goal_close"), {"outcome": "reached", "lesson": lesson})

    with acting_as(MEMBER, person=world.people["member"]):
        closed = Goal.objects.get(pk=goal.pk)
        assert (closed.outcome, closed.lesson.open(), closed.closed_at) == ("reached", lesson, NOW)


def test_a_goal_ends_once(as_person, world, goal):
    client = as_person(world.people["member"])
    client.post(address(goal, "goal_close"), {"outcome": "reached", "lesson": "First"})

    response = client.post(address(goal, "goal_close"), {"outcome": "let_go", "lesson": "Second"})

    assert response.status_code == 422
    assert "closed before" in response.content.decode()
    assert "Second" in response.content.decode()
    with acting_as(MEMBER, person=world.people["member"]):
        assert Goal.objects.get(pk=goal.pk).lesson.open() == "First"


def test_a_draft_is_not_closed(world, as_member):
    with pytest.raises(services.GoalNotShared):
        services.close_goal(goal=world.draft, outcome="reached", lesson="", now=NOW)


def test_a_closed_goal_changes_no_more_in_the_database_either(world, goal, arranging, as_owner):
    with arranging():
        Goal.objects.filter(pk=goal.pk).update(closed_at=NOW, outcome="reached")

    def change():
        with acting_as(MEMBER, person=world.people["member"]):
            return Goal.objects.filter(pk=goal.pk).update(target_on=date(2028, 1, 1))

    assert change() == 0
    with as_owner(
        "CREATE POLICY sabotage ON goals_goal FOR UPDATE TO colloquy_member USING (true) WITH CHECK (true)",
    ):
        assert change() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_earlier_goals_query_count_does_not_grow(as_person, world, arranging, django_assert_num_queries, count):
    with arranging():
        GoalFactory.create_batch(count, membership=world.memberships["peer"], closed_at=NOW, outcome="reached")
    client = as_person(world.people["member"])

    # savepoint and its release, login session, person, context and back, membership, places, number of goals, goals,
    # key, facilitators
    with django_assert_num_queries(12):
        response = client.get(reverse("goals:earlier", args=[world.group.pk]))

    assert response.content.count(b"data-earlier=") == count


# First steps ---------------------------------------------------------------------------------------------------------


def test_first_steps_are_offered_by_their_number_and_filled_in_behind_sign_in(as_person, world, goal):
    client = as_person(world.people["member"])
    link = f"{reverse('goals:step_new', args=[goal.group_id])}?goal={goal.pk}&amp;first=2"

    assert link in client.get(address(goal)).content.decode()
    page = client.get(link.replace("&amp;", "&"))
    assert page.context["form"]["text"].value() == "Ask Lin to tell me"


@pytest.mark.parametrize("first", ["0", "3", "-1", "x", "²", "9" * 400, ""])
def test_a_number_without_a_first_step_fills_in_nothing(as_person, world, goal, first):
    page = as_person(world.people["member"]).get(
        reverse("goals:step_new", args=[goal.group_id]), {"goal": goal.pk, "first": first}
    )

    assert (page.status_code, page.context["form"]["text"].value()) == (200, "")


def test_steps_of_another_goal_are_not_filled_in(as_person, world, goal):
    page = as_person(world.people["peer"]).get(
        reverse("goals:step_new", args=[goal.group_id]), {"goal": goal.pk, "first": "1"}
    )

    assert page.context["form"]["text"].value() == ""
    assert ActionStep.text.field.limit == 500


def test_a_goal_from_before_its_new_columns_is_read_and_reworded(world, arranging):
    with arranging():
        old = GoalFactory(membership=world.memberships["member"], first_steps=None, lesson=None)

    with acting_as(MEMBER, person=world.people["member"]):
        line = selectors.goal_line(Goal.objects.get(pk=old.pk), world.memberships["member"])
        services.edit_goal(goal=old, today=TODAY, target_on=TODAY + timedelta(days=9), **NEW)

        assert (line.first_steps, line.lesson, line.steps_to_offer) == ("", "", [])
        assert Goal.objects.get(pk=old.pk).first_steps.open() == "Ask Lin"


# A draft that is dropped ---------------------------------------------------------------------------------------------


@pytest.fixture
def draft(world, arranging):
    with arranging():
        return GoalFactory(membership=world.memberships["member"], shared_at=None, title="Too early")


def drop(goal):
    return Goal.objects.filter(pk=goal.pk).delete()[0]


def test_a_draft_is_deleted_for_good_once(as_person, world, draft):
    client = as_person(world.people["member"])

    asked = client.get(address(draft, "goal_drop"))
    answers = [client.post(address(draft, "goal_drop"), follow=True) for _ in range(2)]

    assert "Too early" in asked.content.decode()
    assert "deleted for good" in answers[0].content.decode()
    assert answers[1].status_code == 404
    with acting_as(MEMBER, person=world.people["member"]):
        assert not Goal.objects.filter(pk=draft.pk).exists()


def test_of_a_drop_and_a_sharing_the_first_one_counts(draft, as_member):
    services.share_goal(goal=draft, now=NOW)

    with pytest.raises(services.GoalAlreadyShared):
        services.drop_draft(goal=draft)


def test_a_shared_goal_is_not_dropped_by_its_page(as_person, world, goal):
    response = as_person(world.people["member"]).post(address(goal, "goal_drop"), follow=True)

    assert "It stays until you close it" in response.content.decode()
    with acting_as(MEMBER, person=world.people["member"]):
        assert Goal.objects.filter(pk=goal.pk).exists()


@pytest.fixture
def bare(world, arranging):
    """A shared goal of which nothing hangs."""
    with arranging():
        return GoalFactory(membership=world.memberships["member"], title="Shared")


@pytest.fixture
def of_peer(world, arranging):
    with arranging():
        return GoalFactory(membership=world.memberships["peer"], shared_at=None)


def test_the_database_deletes_ones_own_drafts_and_nothing_else(draft, bare, of_peer, as_member):
    assert [drop(one) for one in (bare, of_peer, draft)] == [0, 0, 1]


def test_that_a_shared_goal_stays_is_the_policys_doing(world, bare, as_owner):
    policy = "CREATE POLICY sabotage ON goals_goal FOR DELETE TO colloquy_member USING (true)"
    with as_owner(policy), acting_as(MEMBER, person=world.people["member"]):
        assert drop(bare) == 1
