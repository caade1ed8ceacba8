"""The link in a mail: it writes one check-in, reads nothing, and says nothing to whoever tries others."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from common import doors
from common.actor import acting_as
from common.fences import MEMBER, WORKER
from common.ids import new_id
from common.tokens import hash_token, token_for
from goals import services
from goals.models import CheckIn, CheckInLink, Goal
from groups.models import CoachingGroup, Draft, Membership
from nudges.kinds import kind_named
from nudges.models import Nudge
from tests.factories import NOW, CheckInLinkFactory, GoalFactory, MembershipFactory

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)  # for the database's clock too, which nobody moves
SECRET = "zugzwang-quokka"


@pytest.fixture
def goal(arranging):
    with arranging():
        membership = MembershipFactory(person__name="Amara Quokkason")
        CoachingGroup.objects.filter(pk=membership.group_id).update(name="Zugzwang")
        return GoalFactory(membership=membership, title=SECRET, behavior=SECRET, why=SECRET)


@pytest.fixture
def link(arranging, goal):
    with arranging():
        return CheckInLinkFactory(goal=goal, expires_at=NOW + timedelta(days=7))


def path_of(link, name="check_in_by_link"):
    return reverse(f"goals:{name}", args=[token_for("check_in_link", link.pk)])


def half():
    return {"place": "x", "tab": str(new_id()), "words": '{"how_it_went": "Half"}'}


def written(arranging, goal):
    with arranging():
        return CheckIn.objects.filter(goal=goal).count()


def test_one_checks_in_without_signing_in_and_the_group_reads_it(client, arranging, goal, link):
    page = client.get(path_of(link))
    answer = client.post(path_of(link), {"how_it_went": "It went\nsideways \U0001f600 \u202etfel", "confidence": "7"})

    assert (page.status_code, answer.status_code) == (200, 200)
    assert "Your check-in is saved" in answer.content.decode()
    with acting_as(MEMBER, person=goal.membership.person):
        row = CheckIn.objects.get(goal=goal)
        assert (row.how_it_went.open(), row.confidence.open()) == ("It went\nsideways \U0001f600 \u202etfel", "7")
        assert row.membership_id == goal.membership_id


def test_looking_changes_nothing_however_often_a_scanner_does(client, arranging, goal, link):
    for _ in range(3):
        client.get(path_of(link))
        client.head(path_of(link))

    assert written(arranging, goal) == 0
    with arranging():
        assert CheckInLink.objects.get(pk=link.pk).used_at is None


def test_no_page_behind_the_link_holds_a_word_of_anybody(client, arranging, goal, link):
    client.post(
        path_of(link, "check_in_link_keep"), {"place": "x", "tab": new_id(), "words": '{"how_it_went": "Half"}'}
    )
    pages = [
        client.get(path_of(link)),
        client.post(path_of(link), {"how_it_went": ""}),
        client.post(path_of(link), {"how_it_went": "Well"}),
        client.get(path_of(link)),
    ]

    assert [page.status_code for page in pages] == [200, 422, 200, 404]
    for page in pages:
        text = page.content.decode()
        assert not any(word in text for word in (SECRET, "Zugzwang", "Amara", "Quokkason", "Half"))
        assert str(goal.pk) not in text
        assert str(goal.group_id) not in text
        assert "no-store" in page["Cache-Control"]


def spoil(arranging, goal, link, how):
    with arranging():
        if how == "used":
            CheckInLink.objects.filter(pk=link.pk).update(used_at=NOW, used_for=new_id())
        elif how == "old":
            CheckInLink.objects.filter(pk=link.pk).update(expires_at=LONG_AGO)
        elif how == "goal closed":
            Goal.objects.filter(pk=goal.pk).update(closed_at=NOW)
        elif how == "left":
            Membership.objects.filter(pk=goal.membership_id).update(left_at=NOW)
        elif how == "group ended":
            CoachingGroup.objects.filter(pk=goal.group_id).update(state=CoachingGroup.State.ENDED)
        elif how == "account closed":
            type(goal.membership.person).objects.filter(pk=goal.membership.person_id).update(is_active=False)


GONE = ["used", "old", "goal closed", "left", "group ended", "account closed", "wrong"]


@pytest.mark.parametrize("how", GONE)
def test_whatever_is_not_open_answers_alike_and_gives_back_what_was_typed(client, arranging, goal, link, how):
    path = reverse("goals:check_in_by_link", args=["0" * 64]) if how == "wrong" else path_of(link)
    nothing = reverse("goals:check_in_by_link", args=["never-made"])
    spoil(arranging, goal, link, how)
    words = {"how_it_went": "Long and\ncareful words", "help_wanted": "A listener", "key": str(new_id())}

    page, answer, other = client.get(path), client.post(path, words), client.post(nothing, words)

    assert (page.status_code, answer.status_code) == (404, 404)
    assert answer.content == other.content
    assert page.content == client.get(nothing).content
    assert "careful words" in answer.content.decode()
    assert "A listener" in answer.content.decode()
    assert "Sign in" in page.content.decode()
    assert written(arranging, goal) == 0


def test_the_same_form_sent_twice_is_one_check_in_and_another_form_none(client, arranging, goal, link):
    words = {"how_it_went": "Once", "key": str(new_id())}

    answers = [client.post(path_of(link), words) for _ in range(2)]
    later = client.post(path_of(link), {"how_it_went": "Twice"})

    assert [answer.status_code for answer in [*answers, later]] == [200, 200, 404]
    assert written(arranging, goal) == 1


@pytest.mark.parametrize("text", ["", "\x00\u200b", "x" * 100_000])
def test_what_does_not_fit_comes_back_and_the_link_stays_good(client, arranging, goal, link, text):
    answer = client.post(path_of(link), {"how_it_went": text, "what_next": "Kept here"})

    assert answer.status_code == 422
    assert "Kept here" in answer.content.decode()
    assert client.post(path_of(link), {"how_it_went": "Well"}).status_code == 200


def test_what_is_typed_is_kept_where_its_writer_finds_it_once_signed_in(client, as_person, arranging, goal, link):
    keep = {"place": "groups:anything", "tab": str(new_id()), "words": json.dumps({"how_it_went": "Half a", "x": "y"})}

    answers = [client.post(path_of(link, "check_in_link_keep"), keep) for _ in range(2)]

    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, {"others": 0})] * 2
    own = as_person(goal.membership.person)
    page = own.get(reverse("goals:check_in", args=[goal.group_id, goal.pk])).content.decode()
    assert "Half a" in page
    with arranging():
        assert Draft.objects.filter(membership=goal.membership).count() == 1
    client.post(path_of(link), {"how_it_went": "All of it"})
    with arranging():
        assert not Draft.objects.filter(membership=goal.membership).exists()


@pytest.mark.parametrize("how", GONE)
def test_nothing_is_kept_behind_a_link_that_is_not_open(client, arranging, goal, link, how):
    path = (
        reverse("goals:check_in_link_keep", args=["0" * 64]) if how == "wrong" else path_of(link, "check_in_link_keep")
    )
    spoil(arranging, goal, link, how)

    answer = client.post(path, {"place": "x", "tab": str(new_id()), "words": '{"how_it_went": "Half"}'})

    assert (answer.status_code, answer.json()) == (404, {})
    with arranging():
        assert not Draft.objects.exists()


def test_a_draft_too_long_is_refused_by_its_number(client, link):
    keep = {"place": "x", "tab": str(new_id()), "words": json.dumps({"how_it_went": "x" * 31_000})}

    assert client.post(path_of(link, "check_in_link_keep"), keep).status_code == 413


def test_a_token_too_old_gives_the_text_back(goal, link):
    strict = Client(enforce_csrf_checks=True, headers={"origin": "http://testserver"})

    answer = strict.post(path_of(link), {"how_it_went": "Careful words"})

    assert (answer.status_code, "Careful words" in answer.content.decode()) == (403, True)


def test_the_mail_carries_both_links_and_no_word_and_is_the_same_when_made_again(arranging, goal):
    with acting_as(WORKER):
        services.plan_check_in_reminders(now=NOW)
        [nudge] = Nudge.objects.filter(kind="check_in_due")
        first, second = (kind_named("check_in_due").build(nudge, NOW).context for _ in range(2))

    assert first == second
    assert f"/check-in/{token_for('check_in_link', nudge.pk)}/" in first["action_url"]
    parts = [render_to_string(f"emails/check_in_due-body.{kind}", first) for kind in ("txt", "html")]
    assert all(first[name] in part for part in parts for name in ("action_url", "signed_in_url", "rhythm_url"))
    assert not any(SECRET in part for part in parts)
    with arranging():
        [row] = CheckInLink.objects.all()
    assert token_for("check_in_link", nudge.pk) not in str(vars(row))
    assert row.expires_at == NOW + timedelta(days=7)


def test_old_links_are_forgotten_and_open_ones_not(arranging, goal, link):
    with arranging():
        old = CheckInLinkFactory(goal=goal, expires_at=LONG_AGO)
        recent = CheckInLinkFactory(goal=goal, expires_at=NOW - timedelta(days=29))

    with acting_as(WORKER):
        services.forget_old_links(now=NOW)

    with arranging():
        left = set(CheckInLink.objects.values_list("pk", flat=True))
    assert left == {link.pk, recent.pk}
    assert old.pk not in left


def test_no_member_reads_a_link_and_its_coachee_does_not_either(goal, link, as_owner):
    def read():
        with acting_as(MEMBER, person=goal.membership.person):
            return CheckInLink.objects.count()

    with pytest.raises(DatabaseError, match="permission denied"):
        read()
    with as_owner("GRANT SELECT ON goals_checkinlink TO colloquy_member"):
        assert read() == 0  # no policy lets anything through either


def test_a_link_is_used_on_behalf_of_its_coachee_alone(goal, link, world):
    hashed = hash_token(token_for("check_in_link", link.pk))
    with acting_as(MEMBER, person=world.people["peer"]):
        assert doors.call("use_check_in_link", hashed, new_id()) is False
    with acting_as(MEMBER, person=goal.membership.person):
        assert doors.call("use_check_in_link", hashed, new_id()) is True
