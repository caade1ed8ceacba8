"""A pair decides again on its day: new terms that both agree to, or the end."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from common.actor import acting_as
from common.fences import MEMBER, SELF, WORKER
from common.tokens import token_for
from goals.models import Goal
from groups.models import CoachingGroup, PairInvitation, PairTerms
from groups.services import joining, pair_terms
from nudges.models import Nudge
from tests.factories import GoalFactory, PairInvitationFactory


def propose(client, group, rhythm=4, weeks=10, **more):
    day = timezone.localdate() + timedelta(weeks=weeks)
    return client.post(
        reverse("groups:pair", args=[group.pk]), {"rhythm": rhythm, "decide_on": day.isoformat(), **more}
    )


def what_counts(two):
    with acting_as(MEMBER, person=two["ada"]):
        return PairTerms.objects.agreed().first().rhythm


def waiting(two):
    with acting_as(MEMBER, person=two["ada"]):
        return PairTerms.objects.waiting().get()


def test_new_terms_count_when_the_other_agrees(as_person, two):
    propose(as_person(two["ada"]), two["group"])
    assert what_counts(two) == 2
    assert "Ada proposes to go on" in as_person(two["ben"]).get(f"/groups/{two['group'].pk}/pair/").content.decode()

    address = reverse("groups:terms_agree", args=[two["group"].pk, waiting(two).pk])
    assert as_person(two["ada"]).post(address).status_code == 403  # not one's own
    for _time in range(2):
        assert as_person(two["ben"]).post(address).status_code == 302

    assert what_counts(two) == 4


def test_both_proposing_lose_nothing(as_person, two):
    propose(as_person(two["ada"]), two["group"])

    answer = propose(as_person(two["ben"]), two["group"], rhythm=1)

    assert answer.status_code == 422
    assert "Answer that first" in answer.content.decode()
    assert waiting(two).rhythm == 4


def test_a_proposal_is_let_go_or_replaced_by_whoever_made_it(as_person, two):
    propose(as_person(two["ada"]), two["group"])
    propose(as_person(two["ada"]), two["group"], rhythm=1)
    assert waiting(two).rhythm == 1

    as_person(two["ben"]).post(reverse("groups:terms_let_go", args=[two["group"].pk, waiting(two).pk]))

    assert what_counts(two) == 2
    with acting_as(MEMBER, person=two["ada"]):
        assert not PairTerms.objects.waiting().exists()


def test_nobody_agrees_for_the_other_in_the_database_too(as_person, two):
    propose(as_person(two["ada"]), two["group"])
    terms = waiting(two)

    for name in ("Ada", "Ben"):
        with acting_as(MEMBER, person=two["ada"]), pytest.raises(DatabaseError), transaction.atomic():
            PairTerms.objects.filter(pk=terms.pk).update(agreed_by=two["of"][name], agreed_at=timezone.now())
    with acting_as(MEMBER, person=two["ada"]), pytest.raises(DatabaseError), transaction.atomic():
        PairTerms.objects.filter(pk=terms.pk).update(rhythm=1)


def test_either_ends_it_and_the_other_keeps_reading_what_stays(as_person, arranging, two):
    with arranging():
        goal = GoalFactory(membership=two["of"]["Ada"])

    shown = as_person(two["ada"]).get(reverse("groups:leave", args=[two["group"].pk])).content.decode()
    assert "End the pair" in shown
    as_person(two["ada"]).post(reverse("groups:leave", args=[two["group"].pk]), {"words": "stays"})

    with arranging():
        two["group"].refresh_from_db()
    assert two["group"].state == "ended"
    with acting_as(MEMBER, person=two["ada"]):  # a former partner
        assert not Goal.objects.exists()
        assert not CoachingGroup.objects.exists()
        assert not PairTerms.objects.exists()
    with acting_as(SELF, person=two["ada"]):
        assert Goal.objects.get().pk == goal.pk
    with acting_as(MEMBER, person=two["ben"]):
        assert Goal.objects.get().pk == goal.pk
    assert propose(as_person(two["ben"]), two["group"]).status_code == 422
    assert "Ada" in as_person(two["ben"]).get(reverse("groups:pairs")).content.decode()


@pytest.mark.parametrize(("words", "is_left"), [("stays", True), ("goes", False)])
def test_the_line_goes_with_the_words_of_whoever_sent_it(as_person, arranging, two, words, is_left):
    as_person(two["ada"]).post(reverse("groups:leave", args=[two["group"].pk]), {"words": words})

    with arranging():
        assert PairInvitation.objects.filter(group_id=two["group"].pk).exists() == is_left


@pytest.mark.parametrize("leaves", ["ada", "ben"])
def test_who_proposes_or_agrees_while_one_of_the_two_leaves_is_told_it(as_person, arranging, two, monkeypatch, leaves):
    propose(as_person(two["ben"]), two["group"])
    terms, client = waiting(two), as_person(two["ada"])
    checks = pair_terms._must_go_on

    def passes(membership):
        checks(membership)
        with acting_as(MEMBER, person=two[leaves]):
            joining.leave_group(group=two["group"])

    monkeypatch.setattr(pair_terms, "_must_go_on", passes)
    with pytest.raises(pair_terms.AlreadyAnswered), acting_as(MEMBER, person=two["ada"]), transaction.atomic():
        pair_terms.agree(terms=terms, membership=two["of"]["Ada"], now=timezone.now())
    with acting_as(MEMBER, person=two["ben"]):
        pair_terms.let_go(terms=terms, now=timezone.now())
    answer = propose(client, two["group"], rhythm=1)

    assert answer.status_code == 422
    assert "The pair has ended" in answer.content.decode()
    with arranging():
        assert not PairTerms.objects.filter(rhythm=1).exists()


def test_after_an_end_the_two_may_begin_anew(as_person, arranging, two):
    as_person(two["ada"]).post(reverse("groups:leave", args=[two["group"].pk]), {"words": "stays"})
    with arranging():
        again = PairInvitationFactory(inviter=two["ada"], email=two["ben"].email)

    answer = as_person(two["ben"]).post(
        reverse("groups:pair_accept", args=[token_for("pair_invitation", again.pk)]), {"rhythm": 2}
    )

    assert "/charter/" in answer.url
    with arranging():
        assert PairInvitation.objects.get(pk=again.pk).group_id != two["group"].pk


def test_the_pages_of_a_pair_speak_of_the_two(as_person, two):
    for page in ("", "goals/", "goals/new/", "sessions/", "record/", "pair/", "leave/"):
        shown = as_person(two["ada"]).get(f"/groups/{two['group'].pk}/{page}").content.decode()
        shown = shown.partition("<main")[2].partition("</main>")[0]
        assert "facilitat" not in shown, page
        assert "Your group" not in shown, page


def test_a_group_that_is_no_pair_has_no_such_page(as_person, world):
    assert as_person(world.people["member"]).get(f"/groups/{world.group.pk}/pair/").status_code == 404


def owed(arranging, now):
    for _time in range(2):
        with acting_as(WORKER):
            pair_terms.plan_term_nudges(now=now)
    with arranging():
        rows = Nudge.objects.filter(kind__startswith="pair_").order_by("kind", "recipient__name")
        return [(one.kind, one.recipient.name) for one in rows]


def test_both_are_asked_on_the_day(arranging, two):
    with arranging():
        day = PairTerms.objects.get(group=two["group"]).decide_on
    at = timezone.now().replace(year=day.year, month=day.month, day=day.day)

    assert owed(arranging, at - timedelta(days=1)) == []
    assert owed(arranging, at) == [("pair_decide", "Ada"), ("pair_decide", "Ben")]
    assert len(owed(arranging, at + timedelta(days=8))) == 4
    assert len(owed(arranging, at + timedelta(days=90))) == 4


def test_who_is_to_answer_and_who_stays_hear_it(as_person, arranging, two):
    propose(as_person(two["ada"]), two["group"])
    assert owed(arranging, timezone.now()) == [("pair_proposed", "Ben")]

    as_person(two["ada"]).post(reverse("groups:leave", args=[two["group"].pk]), {"words": "stays"})

    assert ("pair_ended", "Ben") in owed(arranging, timezone.now())
