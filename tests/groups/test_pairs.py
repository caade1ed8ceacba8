"""Two colleagues with no program at all: inviting, answering, beginning."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organization, OrganizationRole
from common.actor import acting_as
from common.fences import MEMBER, SELF, WORKER
from common.keys import SealBroken
from groups.models import CoachingGroup, Membership, PairInvitation, PairTerms
from groups.services import joining, pairs
from nudges.models import Nudge
from tests.factories import PersonFactory

LINE = "Your plover question in the board meeting made me think."


@pytest.fixture
def ada(arranging):
    with arranging():
        return PersonFactory(name="Ada", email="ada@example.com")


@pytest.fixture
def ben(arranging):
    with arranging():
        return PersonFactory(name="Ben", email="ben@example.com")


@pytest.fixture
def cleo(arranging):
    with arranging():
        return PersonFactory(name="Cleo", email="cleo@example.com")


def form(**typed):
    day = timezone.localdate() + timedelta(weeks=12)
    return {"email": "ben@example.com", "line": LINE, "rhythm": 2, "decide_on": day.isoformat(), **typed}


@pytest.fixture
def invite(as_person, arranging):
    """Through the form: the invitation and its token."""

    def invite(by, **typed):
        answer = as_person(by).post(reverse("groups:pair_new"), form(**typed))
        assert answer.status_code == 302, answer.content.decode()
        with arranging():
            invitation = PairInvitation.objects.filter(inviter=by).latest("created_at")
        return invitation, pairs.token_of(invitation)

    return invite


def accept(client, token, rhythm=2):
    return client.post(reverse("groups:pair_accept", args=[token]), {"rhythm": rhythm})


def page(client, token):
    return client.get(reverse("groups:pair_invited", args=[token]))


def the_pair(person):
    with acting_as(MEMBER, person=person):
        return CoachingGroup.objects.get()


def sign(person, group):
    with acting_as(MEMBER, person=person):
        newest = joining.newest_charter(group)
        joining.sign_charter(charter=newest, read=str(newest.pk))


# From zero to a pair -------------------------------------------------------------------------------------------------


def test_the_invited_person_reads_the_line_and_both_are_in_after_signing(as_person, invite, ada, ben):
    _invitation, token = invite(ada)

    shown = page(as_person(ben), token).content.decode()
    assert LINE in shown
    assert "Ada invites you" in shown
    assert "ada@example.com" in shown

    answer = accept(as_person(ben), token)
    pair = the_pair(ben)
    assert answer.url == reverse("groups:charter", args=[pair.pk])
    assert as_person(ben).get(f"/groups/{pair.pk}/").status_code == 302  # not before the charter

    sign(ada, pair)
    sign(ben, pair)

    assert (pair.kind, pair.program_id) == ("pair", None)
    for person in (ada, ben):
        assert as_person(person).get(f"/groups/{pair.pk}/").status_code == 200
        with acting_as(MEMBER, person=person):
            assert {one.person.name for one in Membership.objects.reading().select_related("person")} == {"Ada", "Ben"}
            terms = PairTerms.objects.get()
            assert (terms.rhythm, terms.decide_on) == (2, timezone.localdate() + timedelta(weeks=12))


def test_its_organization_is_nobodys(as_person, arranging, invite, ada, ben, world):
    _invitation, token = invite(ada)
    accept(as_person(ben), token)

    with arranging():
        organization = Organization.objects.get(kind=Organization.Kind.PERSONAL)
        assert not OrganizationRole.objects.filter(organization=organization).exists()
    for who in (ada, ben, world.people["owner"], world.people["hr"], world.people["super"]):
        for path in (f"/o/{organization.slug}/programs/", f"/o/{organization.slug}/people/",
                     f"/o/{organization.slug}/participation/", f"/o/{organization.slug}/audit/"):  # fmt: skip
            assert as_person(who).get(path).status_code == 404, (who, path)
    assert as_person(ada).get("/what-hr-sees/").status_code in (302, 404)


def test_a_no_is_a_no_without_an_account_and_the_line_goes(client, arranging, invite, ada, ben):
    invitation, token = invite(ada)

    answer = client.post(reverse("groups:pair_decline", args=[token]))

    assert "You said no" in answer.content.decode()
    with arranging():
        invitation.refresh_from_db()
    assert invitation.declined_at
    assert invitation.line == {}
    assert page(client, token).status_code == 404


def test_another_rhythm_waits_for_the_inviters_word(as_person, invite, ada, ben):
    invitation, token = invite(ada)

    accept(as_person(ben), token, rhythm=4)

    with acting_as(MEMBER, person=ben):
        assert not CoachingGroup.objects.exists()
    shown = as_person(ada).get(reverse("groups:pairs")).content.decode()
    assert "Ben says yes" in shown
    assert "every four weeks" in shown
    as_person(ada).post(reverse("groups:pair_confirm", args=[invitation.pk]))
    with acting_as(MEMBER, person=ben):
        assert PairTerms.objects.get().rhythm == 4


# Links that are handed over or on ------------------------------------------------------------------------------------


@pytest.mark.parametrize("email", ["", "ben@example.com"])
def test_a_forwarded_link_lets_in_one_person_whom_the_inviter_confirms(as_person, invite, ada, ben, cleo, email):
    invitation, token = invite(ada, email=email)

    assert LINE not in page(as_person(cleo), token).content.decode()
    accept(as_person(cleo), token)

    with acting_as(MEMBER, person=cleo):  # nothing has opened, the line neither
        assert not CoachingGroup.objects.exists()
        assert not PairInvitation.objects.exists()
    assert LINE not in page(as_person(cleo), token).content.decode()
    assert page(as_person(ben), token).status_code == 404  # it is held
    assert accept(as_person(ben), token).status_code == 404
    waiting = as_person(ada).get(reverse("groups:pairs")).content.decode()
    assert "cleo@example.com" in waiting

    answer = as_person(ada).post(reverse("groups:pair_confirm", args=[invitation.pk]))

    pair = the_pair(cleo)
    assert answer.url == reverse("groups:charter", args=[pair.pk])
    with acting_as(MEMBER, person=ben):
        assert not CoachingGroup.objects.exists()


def test_somebody_the_inviter_does_not_know_stays_outside(as_person, invite, ada, cleo):
    invitation, token = invite(ada, email="")
    accept(as_person(cleo), token)

    as_person(ada).post(reverse("groups:pair_withdraw", args=[invitation.pk]))

    assert as_person(ada).post(reverse("groups:pair_confirm", args=[invitation.pk])).url == reverse("groups:pairs")
    assert page(as_person(cleo), token).status_code == 404
    with acting_as(MEMBER, person=cleo):
        assert not CoachingGroup.objects.exists()


def test_only_the_inviter_confirms(as_person, invite, ada, ben, cleo):
    invitation, token = invite(ada, email="")
    accept(as_person(cleo), token)

    for who in (ben, cleo):
        assert as_person(who).post(reverse("groups:pair_confirm", args=[invitation.pk])).status_code == 404
        with acting_as(MEMBER, person=who), pytest.raises(pairs.NotGood):
            pairs.confirm(invitation=invitation)


def test_the_token_of_a_mail_is_nowhere_but_in_the_mail(as_person, invite, ada, ben):
    _invitation, token = invite(ada)
    assert token not in as_person(ada).get(reverse("groups:pairs")).content.decode()

    _invitation, handed_over = invite(ada, email="")
    assert handed_over in as_person(ada).get(reverse("groups:pairs")).content.decode()


def test_wrong_used_and_old_answer_alike(as_person, arranging, invite, ada, ben, cleo):
    _used, used = invite(ada)
    accept(as_person(ben), used)
    old, old_token = invite(ada, email="")
    withdrawn, withdrawn_token = invite(ada, email="dora@example.com")
    declined, declined_token = invite(ada, email="emil@example.com")
    with arranging():
        PairInvitation.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(hours=1))
    as_person(ada).post(reverse("groups:pair_withdraw", args=[withdrawn.pk]))
    as_person(None).post(reverse("groups:pair_decline", args=[declined_token]))
    tokens = ["0" * 64, "wrong", used, old_token, withdrawn_token, declined_token]

    for who in (None, cleo):
        for name in ("pair_invited", "pair_start", "pair_decline", "pair_accept"):
            if who is None and name == "pair_accept":
                continue
            answers = set()
            for token in tokens:
                asking = as_person(who)
                url = reverse(f"groups:{name}", args=[token])
                answer = asking.get(url) if name == "pair_invited" else asking.post(url, {"rhythm": 2})
                body = answer.content.replace(token.encode(), b"")
                answers.add((answer.status_code, strip(body)))
            assert len(answers) == 1, name
            assert {status for status, _body in answers} == {404}


def strip(body):
    import re

    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"', b"", body)


USHER = "SET LOCAL ROLE colloquy_usher"


def test_that_a_withdrawn_link_is_dead_is_the_doors_doing(as_person, as_owner, invite, ada, cleo):
    invitation, token = invite(ada, email="")
    as_person(ada).post(reverse("groups:pair_withdraw", args=[invitation.pk]))
    careless = (
        "CREATE OR REPLACE FUNCTION is_good_pair_invitation(i groups_pairinvitation) RETURNS boolean"
        " LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS"
        " $$ BEGIN RETURN i.id IS NOT NULL; END $$"
    )

    with as_owner(USHER, careless):
        assert page(as_person(cleo), token).status_code == 200
    assert page(as_person(cleo), token).status_code == 404


def test_that_a_forwarded_mail_waits_is_the_addresss_doing(as_person, as_owner, invite, ada, cleo):
    _invitation, token = invite(ada)
    careless = (
        "CREATE OR REPLACE FUNCTION has_verified_address(p_person uuid, p_email text) RETURNS boolean"
        " LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS"
        " $$ BEGIN RETURN true; END $$"
    )

    with as_owner(USHER, careless):
        accept(as_person(cleo), token)
        with acting_as(MEMBER, person=cleo):
            assert CoachingGroup.objects.exists()
    accept(as_person(cleo), token)
    with acting_as(MEMBER, person=cleo):
        assert not CoachingGroup.objects.exists()


# Clear and harmless --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"email": "ADA@example.com"}, "your own address"),
        ({"email": "not an address"}, "valid email"),
        ({"rhythm": 3}, "valid choice"),
        ({"decide_on": "2020-01-01"}, "after today"),
        ({"line": "x" * 601}, "601 characters"),
        ({"line": "A\x00B"}, "Null characters"),
    ],
)
def test_what_cannot_be_sent_is_said_and_nothing_is_lost(as_person, ada, typed, says):
    answer = as_person(ada).post(reverse("groups:pair_new"), form(**typed))

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert says in shown
    if "line" not in typed:
        assert LINE in shown


def test_markup_is_shown_as_typed(as_person, arranging, invite, ada, ben):
    with arranging():
        type(ada).objects.filter(pk=ada.pk).update(name="<b>Ada</b>")
    _invitation, token = invite(ada, line="<script>alert(1)</script>\u202e")

    shown = page(as_person(ben), token).content.decode()

    assert "&lt;script&gt;" in shown
    assert "<script>alert" not in shown
    assert "<b>Ada" not in shown


def test_nobody_answers_their_own_invitation(as_person, invite, ada):
    _invitation, token = invite(ada, email="")

    assert "your own invitation" in page(as_person(ada), token).content.decode()
    accept(as_person(ada), token)

    with acting_as(MEMBER, person=ada):
        assert not CoachingGroup.objects.exists()


def test_a_second_pair_with_the_same_person_is_none(as_person, invite, ada, ben):
    _invitation, token = invite(ada)
    _link, link = invite(ada, email="")
    accept(as_person(ben), token)

    again = as_person(ada).post(reverse("groups:pair_new"), form())
    answer = accept(as_person(ben), link)

    assert "a pair with this person already" in again.content.decode()
    assert LINE in again.content.decode()
    assert answer.url == reverse("groups:group", args=[the_pair(ben).pk])


def test_who_invite_each_other_become_one_pair(as_person, arranging, invite, ada, ben):
    _one, to_ben = invite(ada)
    _other, to_ada = invite(ben, email="ada@example.com")

    accept(as_person(ben), to_ben)
    accept(as_person(ben), to_ben)  # pressed twice
    accept(as_person(ada), to_ada)

    with arranging():
        assert CoachingGroup.objects.filter(kind="pair").count() == 1
        assert Organization.objects.filter(kind="personal").count() == 1


def test_a_form_that_comes_twice_invites_once(as_person, arranging, ada):
    key = "0197f0a0-0000-7000-8000-000000000001"
    for _time in range(2):
        assert as_person(ada).post(reverse("groups:pair_new"), form(key=key)).status_code == 302

    with arranging():
        assert PairInvitation.objects.count() == 1


def test_the_id_of_anothers_invitation_loses_nothing(as_person, arranging, invite, ada, cleo):
    theirs, _token = invite(ada)

    assert as_person(cleo).post(reverse("groups:pair_new"), form(key=str(theirs.pk))).status_code == 302

    with acting_as(MEMBER, person=cleo):
        mine = PairInvitation.objects.get()
        assert mine.pk != theirs.pk
        assert mine.read_line() == LINE


def test_somebody_invites_so_many_a_day_and_no_more(as_person, arranging, invite, ada):
    for number in range(pairs.MOST_A_DAY):
        invite(ada, email=f"colleague{number}@example.com")

    answer = as_person(ada).post(reverse("groups:pair_new"), form())

    assert answer.status_code == 422
    assert "as many invitations" in answer.content.decode()
    assert LINE in answer.content.decode()


def test_an_address_is_invited_once_at_a_time(as_person, invite, ada):
    invite(ada)

    assert "invited this address already" in as_person(ada).post(reverse("groups:pair_new"), form()).content.decode()


# The line ------------------------------------------------------------------------------------------------------------


def test_the_line_is_sealed_and_bound_to_its_row(arranging, invite, ada):
    one, _token = invite(ada)
    other, _token = invite(ada, email="dora@example.com", line="Another")

    with arranging(), connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, '') FROM groups_pairinvitation t")
        stored = cursor.fetchone()[0]
        assert "plover" not in stored
        assert len(one.line["line"]) == len(other.line["line"])  # padded
        one.line = other.line
        with pytest.raises(SealBroken):
            one.read_line()


def test_who_finds_an_invitation(as_person, invite, ada, ben, cleo):
    _invitation, token = invite(ada)

    def finds(person, role=MEMBER):
        with acting_as(role, person=person):
            return PairInvitation.objects.facts().exists()

    assert [finds(one) for one in (ada, ben, cleo)] == [True, False, False]
    accept(as_person(ben), token)
    assert [finds(one) for one in (ada, ben, cleo)] == [True, True, False]
    with acting_as(MEMBER, person=ben):
        assert PairInvitation.objects.visible_to(ben).get().read_line() == LINE
    with acting_as(MEMBER, person=cleo):
        assert not PairInvitation.objects.visible_to(cleo).exists()


# Messages ------------------------------------------------------------------------------------------------------------


def owed(arranging):
    with acting_as(WORKER):
        pairs.plan_pair_nudges(now=timezone.now())
        pairs.plan_pair_nudges(now=timezone.now())
    with arranging():
        rows = Nudge.objects.filter(kind__startswith="pair_").order_by("kind")
        return [(one.kind, one.email or one.recipient.name, one.context.get("what")) for one in rows]


def test_the_mail_goes_to_the_address_and_the_inviter_hears(as_person, arranging, invite, ada, ben):
    _invitation, token = invite(ada)
    assert owed(arranging) == [("pair_invitation", "ben@example.com", None)]

    accept(as_person(ben), token)

    assert owed(arranging)[0] == ("pair_answered", "Ada", "accepted")


def test_who_waited_for_the_inviters_word_hears_it(as_person, arranging, invite, ada, cleo):
    invitation, token = invite(ada, email="")
    accept(as_person(cleo), token)
    assert owed(arranging) == [("pair_answered", "Ada", "claimed")]

    with arranging():
        PairInvitation.objects.update(claimed_at=timezone.now() - timedelta(hours=1))
    as_person(ada).post(reverse("groups:pair_confirm", args=[invitation.pk]))

    assert ("pair_opened", "Cleo", None) in owed(arranging)


def test_one_reads_ones_own_invitations_and_takes_them_along(invite, ada, ben):
    invite(ada)

    with acting_as(SELF, person=ada):
        assert PairInvitation.objects.get().read_line() == LINE
    with acting_as(SELF, person=ben):
        assert not PairInvitation.objects.exists()


# Without an account --------------------------------------------------------------------------------------------------


def sign_up(client, email):
    return client.post(
        reverse("account_signup"),
        {"email": email, "name": "Nia", "timezone": "UTC", "password1": "a-long-good-phrase"},
    )


def test_the_mail_proves_the_address_and_leads_back_to_the_invitation(as_person, invite, ada):
    _invitation, token = invite(ada, email="nia@example.com")
    client = as_person(None)

    assert client.post(reverse("groups:pair_start", args=[token])).url == reverse("account_signup")
    assert sign_up(client, "somebody@example.com").url == reverse("groups:pair_invited", args=[token])

    shown = client.get(reverse("groups:pair_invited", args=[token])).content.decode()
    assert LINE in shown  # signed up with the invited address, whatever was typed


def test_a_link_proves_no_address(as_person, invite, ada):
    _invitation, token = invite(ada, email="")
    client = as_person(None)

    assert client.post(reverse("groups:pair_start", args=[token]), {"sign_in": "1"}).url == reverse("account_login")
    client.post(reverse("groups:pair_start", args=[token]))
    answer = sign_up(client, "nia@example.com")

    assert answer.url == reverse("account_email_verification_sent")
    assert client.get(reverse("groups:pairs")).status_code == 302  # not signed in before the code


def test_what_nobody_took_up_is_forgotten(arranging, invite, ada):
    kept, _token = invite(ada)
    old, _token = invite(ada, email="dora@example.com")
    with arranging():
        PairInvitation.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(days=31))

    with acting_as(WORKER):
        pairs.forget_old_invitations(now=timezone.now())
        pairs.forget_old_invitations(now=timezone.now() + timedelta(days=365))  # the policy asks the clock itself

    with arranging():
        assert PairInvitation.objects.get() == kept
