"""Pages of goals through the client: who is let in, what each shows, what happens twice."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from common.ids import new_id
from goals.models import ActionStep, CheckIn, Goal
from tests.factories import NOW, ActionStepFactory, CheckInFactory, GoalFactory, MembershipFactory
from tests.forms import form_to

TODAY = NOW.date()
SECRET = "zugzwang-quokka"


def url(name, world, **ids):
    return reverse(f"goals:{name}", kwargs={"group_id": world.group.pk, **ids})


def own(world):
    return {
        "goal": ("goals:goal", {"goal_id": world.goal.pk}, "GET"),
        "goal_edit": ("goals:goal_edit", {"goal_id": world.goal.pk}, "POST"),
        "goal_share": ("goals:goal_share", {"goal_id": world.draft.pk}, "POST"),
        "check_in": ("goals:check_in", {"goal_id": world.goal.pk}, "POST"),
        "step_close": ("goals:step_close", {"step_id": world.step.pk}, "POST"),
    }


DRAFT_CAST = {
    "nobody": 302, "member": 200, "peer": 404, "facilitator": 404, "both": 404, "unsigned": 302, "former": 404,
    "elsewhere": 404, "hr": 404, "owner": 404, "coach": 404, "stranger": 404, "foreign hr": 404, "super": 404,
}  # fmt: skip


@pytest.mark.parametrize(("who", "status"), DRAFT_CAST.items())
@pytest.mark.parametrize("page", ["goal", "goal_edit"])
def test_a_draft_exists_for_its_author_alone(as_person, world, page, who, status):
    response = as_person(world.people[who]).get(url(page, world, goal_id=world.draft.pk))

    assert (response.status_code, b"A draft" in response.content) == (status, who == "member")


@pytest.mark.parametrize("who", ["peer", "facilitator", "both"])
def test_sharing_a_draft_is_its_authors_alone(as_person, arranging, world, who):
    response = as_person(world.people[who]).post(url("goal_share", world, goal_id=world.draft.pk))

    assert response.status_code == 404
    with arranging():
        assert Goal.objects.get(pk=world.draft.pk).shared_at is None


@pytest.mark.parametrize("name", ["goal", "goal_edit", "goal_share", "check_in", "step_close"])
@pytest.mark.parametrize("who", ["both", "elsewhere"])
def test_an_id_of_one_group_opens_nothing_in_the_address_of_another(as_person, world, name, who):
    address, ids, method = own(world)[name]
    path = reverse(address, kwargs={"group_id": world.other_group.pk, **ids})

    response = getattr(as_person(world.people[who]), method.lower())(path, {"how_it_went": "Well"})

    assert response.status_code == 404


def test_a_step_is_closed_by_its_coachee_once(as_person, arranging, world):
    client, path = as_person(world.people["member"]), url("step_close", world, step_id=world.step.pk)

    first, second = client.post(path, follow=True), client.post(path, follow=True)

    assert "Step closed." in first.content.decode()
    assert "That step was already closed." in second.content.decode()
    with arranging():
        assert ActionStep.objects.get(pk=world.step.pk).closed_at == NOW


@pytest.mark.parametrize("page", ["board", "goal"])
def test_the_button_of_each_page_closes_a_step(as_person, arranging, world, page):
    with arranging():
        step = ActionStepFactory(membership=world.goal.membership, goal=world.goal)
    client, path = as_person(world.people["member"]), url("step_close", world, step_id=step.pk)
    client.handler.enforce_csrf_checks = True
    shown = client.get(url(page, world, **({"goal_id": world.goal.pk} if page == "goal" else {})))

    client.post(path, form_to(shown.text, path))

    with arranging():
        assert ActionStep.objects.get(pk=step.pk).closed_at == NOW


@pytest.mark.parametrize(
    ("who", "status"),
    [("peer", 403), ("facilitator", 403), ("both", 403), ("unsigned", 302), ("former", 404), ("super", 404)],
)
def test_a_step_is_closed_by_nobody_else(as_person, arranging, world, who, status):
    response = as_person(world.people[who]).post(url("step_close", world, step_id=world.step.pk))

    assert response.status_code == status
    with arranging():
        assert ActionStep.objects.get(pk=world.step.pk).closed_at is None


@pytest.mark.parametrize("method", ["goal_share", "step_close"])
def test_looking_at_an_act_changes_nothing(as_person, arranging, world, method):
    address, ids, _ = own(world)[method]

    response = as_person(world.people["member"]).get(reverse(address, kwargs={"group_id": world.group.pk, **ids}))

    assert response.status_code == 405


def test_a_goal_goes_from_draft_to_the_group_to_a_check_in(as_person, world):
    author, peer = as_person(world.people["peer"]), as_person(world.people["both"])
    words = {"title": f"Learn {SECRET}", "behavior": "Visible", "why": "", "target_on": "2027-05-01"}

    page = author.post(url("goal_new", world), words)
    path = page.url
    assert SECRET in author.get(path).content.decode()
    assert SECRET in author.get(url("board", world)).content.decode()
    assert SECRET not in peer.get(url("board", world)).content.decode()

    author.post(path + "share/")
    again = author.post(path + "share/", follow=True)
    assert "Your group could see it already." in again.content.decode()
    assert SECRET in peer.get(url("board", world)).content.decode()

    author.post(path + "check-in/", {"how_it_went": "It went sideways", "confidence": "7"})
    shown = peer.get(path).content.decode()
    assert "It went sideways" in shown
    assert "7 of 10" in shown


@pytest.mark.parametrize("who", ["peer", "facilitator", "both"])
def test_pages_of_others_show_no_word_of_a_draft(as_person, arranging, world, who):
    with arranging():
        draft = GoalFactory(
            membership=world.memberships["member"], shared_at=None, title=SECRET, behavior=SECRET, why=SECRET
        )
        CheckInFactory(goal=draft, how_it_went=SECRET)
    client = as_person(world.people[who])

    pages = [
        client.get(url("board", world)),
        client.get(url("goal", world, goal_id=world.goal.pk)),
        client.get(url("step_new", world)),
    ]

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert not any(SECRET in page.content.decode() for page in pages)
    assert SECRET in as_person(world.people["member"]).get(url("board", world)).content.decode()


def test_no_page_prints_a_sealed_value(as_person, world):
    client = as_person(world.people["member"])
    paths = [
        url("board", world), url("goal_new", world), url("goal", world, goal_id=world.goal.pk),
        url("goal", world, goal_id=world.draft.pk), url("goal_edit", world, goal_id=world.goal.pk),
        url("check_in", world, goal_id=world.goal.pk), url("step_new", world),
    ]  # fmt: skip

    for path in paths:
        page = client.get(path).content.decode()
        assert "sealed&gt;" not in page
        assert "<sealed" not in page


def test_every_page_says_who_reads_it(as_person, world):
    client = as_person(world.people["member"])
    circles = {
        url("goal_new", world): "Only you",
        url("goal", world, goal_id=world.draft.pk): "Only you",
        url("goal", world, goal_id=world.goal.pk): "Your group and Facilitator (facilitator)",
        url("goal_edit", world, goal_id=world.goal.pk): "Your group and Facilitator (facilitator)",
        url("check_in", world, goal_id=world.goal.pk): "Your group and Facilitator (facilitator)",
        url("step_new", world): "Your group and Facilitator (facilitator)",
        url("board", world): "Your group and Facilitator (facilitator)",
    }

    for path, circle in circles.items():
        assert circle in client.get(path).content.decode()


def test_a_check_in_on_a_draft_is_turned_down_kindly(as_person, arranging, world):
    response = as_person(world.people["member"]).post(
        url("check_in", world, goal_id=world.draft.pk), {"how_it_went": "Well"}, follow=True
    )

    assert "Share this goal first." in response.content.decode()
    with arranging():
        assert not CheckIn.objects.filter(goal=world.draft).exists()


def test_the_one_who_asks_is_chosen_among_current_peers(as_person, world):
    page = as_person(world.people["member"]).get(url("step_new", world)).content.decode()

    asker = re.search(r'<select[^>]*name="asker".*?</select>', page, re.DOTALL).group()
    assert re.findall(r">([^<>]+)</option>", asker) == ["Nobody", "Both", "Facilitator", "Peer"]


@pytest.mark.parametrize("who", ["member", "former", "unsigned", "elsewhere"])
def test_a_smuggled_asker_is_refused(as_person, arranging, world, who):
    membership = world.memberships.get(who) or world.other_memberships[who]

    response = as_person(world.people["member"]).post(
        url("step_new", world), {"text": "Call Lin", "due_on": TODAY.isoformat(), "asker": membership.pk}
    )

    assert response.status_code == 422
    with arranging():
        assert ActionStep.objects.count() == 3  # those of the world


def test_a_form_sent_twice_writes_one_row(as_person, arranging, world):
    client, key = as_person(world.people["peer"]), new_id()
    goal = {"key": key, "title": "Once", "behavior": "Once", "target_on": "2027-05-01"}
    step = {"key": key, "text": "Once", "due_on": TODAY.isoformat()}
    member = as_person(world.people["member"])
    check_in = {"key": key, "how_it_went": "Once"}

    for _ in range(2):
        assert client.post(url("goal_new", world), goal).status_code == 302
        assert client.post(url("step_new", world), step).status_code == 302
        assert member.post(url("check_in", world, goal_id=world.goal.pk), check_in).status_code == 302

    with arranging():
        assert [model.objects.filter(pk=key).count() for model in (Goal, ActionStep, CheckIn)] == [1, 1, 1]
        assert (Goal.objects.count(), ActionStep.objects.count(), CheckIn.objects.count()) == (3, 4, 2)


@pytest.mark.parametrize("count", [1, 3, 300])
def test_board_query_count_does_not_grow(as_person, arranging, django_assert_num_queries, count):
    with arranging():
        viewer = MembershipFactory()
        for _ in range(count):
            peer = MembershipFactory(group=viewer.group)
            CheckInFactory(goal=GoalFactory(membership=peer))
            ActionStepFactory(membership=peer, asker=viewer)
    client = as_person(viewer.person)

    # savepoint and its release, login session, person, context and back, membership, places, facilitators, goals,
    # steps, check-ins, key, people, next session
    with django_assert_num_queries(15):
        response = client.get(reverse("goals:board", args=[viewer.group_id]))

    assert [response.content.count(mark) for mark in (b"data-goal=", b"data-step=")] == [count, count]


def test_a_board_that_is_shown_to_all_shows_nobodys_drafts_and_nothing_to_press(as_person, arranging, world):
    with arranging():
        GoalFactory(membership=world.memberships["member"], shared_at=None, title=SECRET)
    client = as_person(world.people["member"])

    page = client.get(url("board_shown", world)).content.decode()

    assert "data-goal=" in page
    assert SECRET not in page
    assert SECRET in client.get(url("board", world)).content.decode()
    assert "<form" not in page
    assert "data-place" in page


def test_the_board_says_what_is_wanted_in_words_and_who_has_no_goal_kindly(as_person, arranging, world):
    with arranging():
        CheckIn.objects.update(created_at=NOW - timedelta(days=7))
        CheckInFactory(goal=world.goal, help_wanted="A listener for ten minutes", confidence="6")
    page = as_person(world.people["peer"]).get(url("board", world)).content.decode()

    assert "Help wanted" in page
    assert "A listener for ten minutes" in page
    assert "confidence 6 of 10" in page
    assert "You have not shared a goal yet." in page
    assert page.count("No goal shared yet.") == 1
    assert "Next session:" in page
    assert "Peer will ask" in page


def test_a_goals_page_draws_the_course_and_says_it_in_numbers(as_person, arranging, world):
    with arranging():
        CheckInFactory(goal=world.goal, confidence="8")
    page = as_person(world.people["peer"]).get(url("goal", world, goal_id=world.goal.pk)).content.decode()

    picture = page[page.index('<figure class="chart weeks"') : page.index("</figure>")]
    assert 'role="img"' in picture
    assert "Confidence over 2 check-ins" in picture
    assert picture.count("<circle") == picture.count("<tr><th") - 1 == 2
    assert "<table" in picture


@pytest.mark.parametrize("count", [1, 3])
def test_goal_query_count_does_not_grow(as_person, arranging, django_assert_num_queries, count):
    with arranging():
        goal = GoalFactory()
        CheckInFactory.create_batch(count, goal=goal)
        ActionStepFactory.create_batch(count, membership=goal.membership, goal=goal)
    client = as_person(goal.membership.person)

    # savepoint and its release, login session, person, context and back, membership, places, goal, check-ins and
    # their number, key, notes of peers, facilitators, steps, those that are closed, moves, readings, requests for them
    with django_assert_num_queries(19):
        response = client.get(reverse("goals:goal", args=[goal.group_id, goal.pk]))

    assert [response.content.count(mark) for mark in (b"data-check-in=", b"data-step=")] == [count, count]


@pytest.mark.parametrize(("zone", "status"), [("Pacific/Kiritimati", 422), ("Pacific/Pago_Pago", 302)])
def test_today_is_the_persons_own_day(as_person, arranging, clock, world, zone, status):
    clock.move_to(NOW + timedelta(hours=2))  # Monday 11:00 in London; on Kiritimati it is Tuesday already
    with arranging():
        type(world.people["peer"]).objects.filter(pk=world.people["peer"].pk).update(timezone=zone)

    response = as_person(world.people["peer"]).post(
        url("step_new", world), {"text": "Call Lin", "due_on": "2027-02-08"}
    )

    assert response.status_code == status
