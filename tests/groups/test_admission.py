"""Coming to a group that has begun: nothing until all have signed, then what is open, and the past when all agree."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Duty
from common import doors
from common.actor import acting_as
from common.fences import MEMBER
from common.models import AuditEntry
from goals.models import Goal
from groups.models import Charter, CharterSignature, Membership, PastConsent
from groups.services import charters, joining
from tests.factories import CheckInFactory, OrganizationRoleFactory, PersonFactory
from tests.forms import form_to
from tests.groups.begun import come, invite, is_in, name_facilitator, sign

ALL = ("ada", "ben", "fay")
OPEN = {"goal", "step"}
PAST = {"session", "attendance", "check-in", "closed goal", "closed step"}
STAGES = {"at the door": set(), "admitted": OPEN, "past open": OPEN | PAST}


def bring_to(begun, stage):
    """Lead Noor through the door up to this stage."""
    if stage != "at the door":
        sign(begun, "noor", *ALL)
    if stage == "past open":
        for name in ALL:
            agree(begun, name)


def agree(begun, name, newcomer="noor"):
    with acting_as(MEMBER, person=begun.people[name]):
        return charters.agree_to_past(newcomer=begun.memberships[newcomer])


def acts(begun, *about):
    """What the trail of the group holds, as the group reads it."""
    with acting_as(MEMBER, person=begun.people["ada"]):
        found = AuditEntry.objects.filter(group_id=begun.group.pk, act__in=about).order_by("act")
        return list(found.values_list("act", "actor_id"))


def rows(begun):
    return {**begun.open, **begun.past}


# What a newcomer reads, wall by wall ---------------------------------------------------------------------------------


def found_by_row_security(begun):
    with acting_as(MEMBER, person=begun.people["noor"]):
        return {name for name, row in rows(begun).items() if type(row).objects.filter(pk=row.pk).exists()}


def found_by_python(begun, arranging):
    """``visible_to`` alone, past row security; what has none is reached through what has."""
    seen = set()
    with arranging():
        for name, row in rows(begun).items():
            if name == "attendance":
                row = row.coaching_session
            if type(row).objects.visible_to(begun.people["noor"]).filter(pk=row.pk).exists():
                seen.add(name)
    return seen


def found_on_pages(begun, client):
    """By the pages that show each."""
    group = begun.group.pk
    past, goal = begun.past, begun.open["goal"]
    pages = {
        "goal": (reverse("goals:board", args=[group]), "Speak first, not last"),
        "step": (reverse("goals:board", args=[group]), "Call Priya"),
        "session": (reverse("sessions:session", args=[group, past["session"].pk]), "Session 1"),
        "attendance": (reverse("sessions:session", args=[group, past["session"].pk]), "Ada"),
        "check-in": (reverse("goals:goal", args=[group, goal.pk]), "Twice this week"),
        "closed goal": (reverse("goals:goal", args=[group, past["closed goal"].pk]), "Over and done"),
    }
    answers = {name: (client.get(url), words) for name, (url, words) in pages.items()}
    return {name for name, (page, words) in answers.items() if page.status_code == 200 and words in page.text}


@pytest.mark.parametrize("stage", STAGES)
def test_row_security_alone_shows_a_newcomer_what_their_stage_allows(begun, noor, stage):
    bring_to(begun, stage)

    assert found_by_row_security(begun) == STAGES[stage]


@pytest.mark.parametrize("stage", STAGES)
def test_visible_to_alone_shows_a_newcomer_what_their_stage_allows(begun, noor, arranging, stage):
    bring_to(begun, stage)

    assert found_by_python(begun, arranging) == STAGES[stage]


@pytest.mark.parametrize("stage", STAGES)
def test_pages_show_a_newcomer_what_their_stage_allows(begun, noor, as_person, stage):
    bring_to(begun, stage)

    # A closed step is on no page, whoever asks.
    assert found_on_pages(begun, as_person(begun.people["noor"])) == STAGES[stage] - {"closed step"}


def test_those_who_were_there_read_on_meanwhile(begun, noor):
    with acting_as(MEMBER, person=begun.people["ben"]):
        found = {name for name, row in rows(begun).items() if type(row).objects.filter(pk=row.pk).exists()}

    assert found == OPEN | PAST


@pytest.mark.parametrize("stage", ["at the door", "admitted"])
@pytest.mark.parametrize("name", sorted(OPEN | PAST))
def test_what_is_closed_is_closed_by_its_tables_policies(begun, noor, as_owner, stage, name):
    bring_to(begun, stage)
    table = rows(begun)[name]._meta.db_table

    with as_owner(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"):
        assert name in found_by_row_security(begun)


def test_pages_without_row_security_are_closed_by_python(begun, noor, as_person, as_owner):
    bring_to(begun, "admitted")
    tables = {row._meta.db_table for row in rows(begun).values()}

    with as_owner(*(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY" for table in tables)):
        assert found_on_pages(begun, as_person(begun.people["noor"])) == OPEN


def test_what_happens_after_the_admission_is_open_to_a_newcomer(begun, noor, arranging):
    bring_to(begun, "admitted")
    with arranging():
        begun.open["new check-in"] = CheckInFactory(goal=begun.open["goal"])
        type(begun.open["step"]).objects.filter(pk=begun.open["step"].pk).update(closed_at=timezone.now())

    assert found_by_row_security(begun) == OPEN | {"new check-in"}
    assert found_by_python(begun, arranging) == OPEN | {"new check-in"}


# Admission -----------------------------------------------------------------------------------------------------------


def test_a_newcomer_is_admitted_by_the_last_signature_and_not_before(begun, noor):
    seen = []
    for name in ("noor", *ALL):
        seen.append(is_in(begun, "noor"))
        sign(begun, name)

    assert (seen, is_in(begun, "noor")) == ([False] * 4, True)
    assert acts(begun, "newcomer_came", "newcomer_admitted") == [
        ("newcomer_admitted", None),
        ("newcomer_came", begun.people["noor"].pk),
    ]


def test_the_newcomers_own_signature_can_be_the_last(begun, noor):
    sign(begun, *ALL)
    before = is_in(begun, "noor")

    sign(begun, "noor")

    assert (before, is_in(begun, "noor")) == (False, True)


def test_a_signature_on_an_older_version_admits_nobody(begun, noor, arranging):
    with arranging():
        second = invite(begun, "mina")
    sign(begun, "noor", "ada", "ben")
    older = joining.newest_charter
    with acting_as(MEMBER, person=begun.people["fay"]):
        version = older(begun.group)
    come(begun, "mina", second)

    with pytest.raises(joining.CharterChanged), acting_as(MEMBER, person=begun.people["fay"]):
        joining.sign_charter(charter=version, read=str(version.pk))

    assert not is_in(begun, "noor")


def test_that_it_does_not_is_the_doors_doing(begun, noor, arranging):
    """The same signatures, all on the newest version, admit."""
    with arranging():
        second = invite(begun, "mina")
    come(begun, "mina", second)
    sign(begun, "noor", *ALL)

    assert (is_in(begun, "noor"), is_in(begun, "mina")) == (True, False)


def test_two_newcomers_at_once_come_in_together(begun, noor, arranging):
    with arranging():
        second = invite(begun, "mina")
    come(begun, "mina", second)
    sign(begun, *ALL, "noor")
    first_in = (is_in(begun, "noor"), is_in(begun, "mina"))

    sign(begun, "mina")

    # Noor reads the group when Mina signs, and had signed already.
    assert (first_in, is_in(begun, "mina")) == ((True, False), True)


def test_a_newcomer_who_waits_is_not_held_up_by_another_who_never_signs(begun, noor, arranging):
    with arranging():
        second = invite(begun, "mina")
    come(begun, "mina", second)

    sign(begun, "noor", *ALL)

    assert is_in(begun, "noor")


def test_when_one_of_two_newcomers_is_declined_the_other_comes_in(begun, noor, arranging):
    sign(begun, "noor", *ALL[:2])
    with arranging():
        second = invite(begun, "mina")
    mina = come(begun, "mina", second)
    with acting_as(MEMBER, person=begun.people["ben"]):
        charters.decline_newcomer(newcomer=mina)
    before = is_in(begun, "noor")

    sign(begun, "fay")  # the version made for Noor waits again

    assert (before, is_in(begun, "noor"), is_in(begun, "mina")) == (False, True, False)


def test_declining_the_one_whom_all_but_she_had_signed_for_admits_the_other(begun, noor, arranging):
    sign(begun, "noor", "ada")
    with arranging():
        second = invite(begun, "mina")
    mina = come(begun, "mina", second)
    with acting_as(MEMBER, person=begun.people["ada"]):
        charters.decline_newcomer(newcomer=mina)

    sign(begun, "ben", "fay")

    assert is_in(begun, "noor")


@pytest.mark.parametrize("last", ["ben", "fay"])
def test_when_the_last_who_has_not_signed_leaves_the_newcomer_comes_in(begun, noor, last):
    sign(begun, "noor", *(name for name in ALL if name != last))
    before = is_in(begun, "noor")

    with acting_as(MEMBER, person=begun.people[last]):
        joining.leave_group(group=begun.group)

    assert (before, is_in(begun, "noor")) == (False, True)


def test_a_founding_member_who_comes_late_reads_from_their_own_signature(begun, arranging):
    with arranging():
        late = invite(begun, "lin", is_founding=True)
    come(begun, "lin", late)
    before = is_in(begun, "lin")

    sign(begun, "lin")

    assert (before, is_in(begun, "lin")) == (False, True)
    with acting_as(MEMBER, person=begun.people["lin"]):
        assert Membership.objects.get(person=begun.people["lin"]).reads_from is None
        assert all(type(row).objects.filter(pk=row.pk).exists() for row in rows(begun).values())


def test_a_founding_member_who_has_not_signed_holds_up_no_newcomer(begun, noor, arranging):
    with arranging():
        late = invite(begun, "lin", is_founding=True)
    come(begun, "lin", late)

    sign(begun, "noor", *ALL)

    assert (is_in(begun, "noor"), is_in(begun, "lin")) == (True, False)


@pytest.mark.parametrize("replaced", [None, "fay"], ids=["a co-facilitator", "a new facilitator"])
def test_a_facilitator_who_comes_later_reads_nothing_until_all_have_signed(begun, arranging, replaced):
    with arranging():
        begun.people["noor"] = PersonFactory(name="Noor")
        OrganizationRoleFactory(organization=begun.organization, person=begun.people["noor"], role=Duty.FACILITATOR)
    name_facilitator(begun, "noor", replaces=replaced and begun.memberships[replaced])
    at_the_door = found_by_row_security(begun)

    sign(begun, "noor", *(name for name in ALL if name != replaced))

    assert (at_the_door, found_by_row_security(begun)) == (set(), OPEN)


def test_of_two_who_sign_last_at_once_one_admits(transactional_db, begun, noor, arranging):
    sign(begun, "noor", "fay")
    gate = Barrier(2)

    def work(name):
        try:
            gate.wait(timeout=10)
            sign(begun, name)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, ["ada", "ben"]))

    assert is_in(begun, "noor")
    assert len(acts(begun, "newcomer_admitted")) == 1


def test_of_a_last_signature_and_a_no_at_once_one_counts(transactional_db, begun, noor, arranging):
    sign(begun, "noor", "ada", "fay")
    gate = Barrier(2)

    def work(what):
        try:
            gate.wait(timeout=10)
            with acting_as(MEMBER, person=begun.people["ben" if what == "sign" else "ada"]):
                newest = joining.newest_charter(begun.group)
                if what == "sign":
                    joining.sign_charter(charter=newest, read=str(newest.pk))
                else:
                    charters.decline_newcomer(newcomer=noor)
        except (charters.NothingToDecline, joining.CharterChanged):
            return "too late"
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(work, ["sign", "no"]))

    assert len(acts(begun, "newcomer_admitted", "membership_declined")) == 1
    assert is_in(begun, "noor") == (said[1] == "too late")


# At the door ---------------------------------------------------------------------------------------------------------


def test_a_newcomer_at_the_door_sees_the_words_and_neither_names_nor_counts(begun, noor, as_person):
    client, url = as_person(begun.people["noor"]), reverse("groups:charter", args=[begun.group.pk])
    sign(begun, "ada")

    unsigned, _signed, waiting = client.get(url), sign(begun, "noor"), client.get(url)

    for page in (unsigned, waiting):
        assert "Trust and support" in page.text
        assert not any(name in page.text for name in ("Ada", "Ben", "Fay", "has not signed yet", "Signatures"))
    assert "I sign the charter" in unsigned.text
    assert "I sign the charter" not in waiting.text
    assert "Everybody in the group has been asked; you get a mail when they have signed." in waiting.text


@pytest.mark.parametrize("signed", [False, True])
def test_every_page_of_the_group_leads_a_newcomer_to_the_charter(begun, noor, as_person, signed):
    if signed:
        sign(begun, "noor")
    client = as_person(begun.people["noor"])
    for name in ("groups:group", "groups:charter_history", "groups:charter_edit", "goals:board", "sessions:list"):
        answer = client.get(reverse(name, args=[begun.group.pk]))

        assert (name, answer.status_code, answer.get("Location")) == (
            name,
            302,
            reverse("groups:charter", args=[begun.group.pk]),
        )


@pytest.mark.parametrize("model", [CharterSignature, Membership, PastConsent], ids=lambda m: m.__name__)
def test_at_the_door_a_newcomer_finds_no_others_in_the_database(begun, noor, arranging, model):
    sign(begun, "noor", "ada")
    with acting_as(MEMBER, person=begun.people["noor"]):
        own = {str(row) for row in model.objects.filter(group=begun.group)}
        others = model.objects.filter(group=begun.group)
        others = others.exclude(pk=noor.pk) if model is Membership else others.exclude(membership=noor)
        assert list(others) == []
        assert bool(own) == (model is not PastConsent)


@pytest.mark.parametrize("model", [CharterSignature, Membership], ids=lambda m: m.__name__)
def test_that_they_find_none_is_row_securitys_doing(begun, noor, as_owner, model):
    sign(begun, "noor", "ada")
    with (
        as_owner(f"ALTER TABLE {model._meta.db_table} DISABLE ROW LEVEL SECURITY"),
        acting_as(MEMBER, person=begun.people["noor"]),
    ):
        assert model.objects.filter(group=begun.group).count() > 3


def test_the_one_that_signed_last_is_welcomed_and_the_others_wait(begun, noor, as_person):
    client = as_person(begun.people["noor"])
    url = reverse("groups:charter", args=[begun.group.pk])
    sign(begun, *ALL)
    with acting_as(MEMBER, person=begun.people["ada"]):
        newest = joining.newest_charter(begun.group)

    answer = client.post(url, {"charter": str(newest.pk)}, follow=True)

    assert "Welcome to Harbor" in answer.text
    assert "is closed to you" not in answer.text
    assert "are closed to you" in answer.text  # what was written before


# Saying no -----------------------------------------------------------------------------------------------------------


def test_one_no_is_enough_and_is_kept_without_a_name(begun, noor, as_person, arranging):
    sign(begun, "noor", "ada", "fay")
    url = reverse("groups:newcomer_decline", args=[begun.group.pk, noor.pk])
    client = as_person(begun.people["ben"])

    page, answer = client.get(url), client.post(url, follow=True)

    assert "One no is enough" in page.text
    assert "Noor is not admitted. Nobody is told who said no." in answer.text
    assert acts(begun, "membership_declined") == [("membership_declined", None)]
    with arranging():
        gone = Membership.objects.get(pk=noor.pk)
        assert (gone.ended_as, gone.admitted_at, gone.ended_for) == ("declined", None, "")
        assert Charter.objects.standing().filter(group=begun.group).first() == begun.charter
        noted = AuditEntry.objects.filter(act="membership_declined").get()
        assert str(begun.people["ben"].pk) not in str(noted.facts)
    assert as_person(begun.people["noor"]).get(reverse("groups:charter", args=[begun.group.pk])).status_code == 404


def test_looking_at_the_page_of_no_declines_nobody(begun, noor, as_person):
    as_person(begun.people["ben"]).get(reverse("groups:newcomer_decline", args=[begun.group.pk, noor.pk]))

    assert acts(begun, "membership_declined") == []


def test_a_no_that_comes_too_late_changes_nothing(begun, noor, as_person):
    sign(begun, "noor", *ALL)

    answer = as_person(begun.people["ben"]).post(
        reverse("groups:newcomer_decline", args=[begun.group.pk, noor.pk]), follow=True
    )

    assert "That was decided meanwhile." in answer.text
    assert is_in(begun, "noor")


@pytest.mark.parametrize("caller", ["noor", "stranger"])
def test_nobody_outside_says_no_for_a_group_in_the_database_too(begun, noor, arranging, caller):
    with arranging():
        begun.people["stranger"] = PersonFactory()
    with (
        pytest.raises(DatabaseError, match="Only who reads a group"),
        transaction.atomic(),
        acting_as(MEMBER, person=begun.people[caller]),
    ):
        doors.call("decline_newcomer", noor.pk)


def test_members_read_on_the_groups_page_who_comes_and_what_would_open(begun, noor, as_person):
    page = as_person(begun.people["ben"]).get(reverse("groups:group", args=[begun.group.pk])).text

    assert "Noor is asked to join" in page
    assert "Noor would be a member of the group." in page
    assert "From then on Noor reads the goals that are open now" in page
    assert reverse("groups:newcomer_decline", args=[begun.group.pk, noor.pk]) in page


# The past ------------------------------------------------------------------------------------------------------------


def test_the_past_opens_when_the_last_agrees_and_the_trail_says_so(begun, noor):
    bring_to(begun, "admitted")

    seen = [(agree(begun, name), found_by_row_security(begun)) for name in ALL]

    assert seen == [(True, OPEN), (True, OPEN), (True, OPEN | PAST)]
    assert acts(begun, "past_opened") == [("past_opened", None)]


def test_an_agreement_can_be_taken_back_until_it_is_open(begun, noor):
    bring_to(begun, "admitted")
    agree(begun, "ada")
    agree(begun, "ben")
    with acting_as(MEMBER, person=begun.people["ada"]):
        taken = [charters.take_back_past(newcomer=noor), charters.take_back_past(newcomer=noor)]

    agree(begun, "fay")
    closed = found_by_row_security(begun)
    agree(begun, "ada")
    with acting_as(MEMBER, person=begun.people["ada"]):
        too_late = charters.take_back_past(newcomer=noor)

    assert (taken, closed, too_late, found_by_row_security(begun)) == ([True, False], OPEN, False, OPEN | PAST)


def test_a_newcomer_opens_no_past_of_their_own(begun, noor, as_person):
    bring_to(begun, "admitted")
    with (
        pytest.raises(DatabaseError, match="Only the others"),
        transaction.atomic(),
        acting_as(MEMBER, person=begun.people["noor"]),
    ):
        charters.agree_to_past(newcomer=noor)

    assert (
        as_person(begun.people["noor"]).post(reverse("groups:past_agree", args=[begun.group.pk, noor.pk])).status_code
        == 404
    )


def test_another_newcomer_is_asked_as_well(begun, noor, arranging):
    bring_to(begun, "admitted")
    with arranging():
        second = invite(begun, "mina")
    come(begun, "mina", second)
    sign(begun, "mina", "noor", *ALL)

    for name in ALL:
        agree(begun, name)
    without_mina = found_by_row_security(begun)
    agree(begun, "mina")

    assert (without_mina, found_by_row_security(begun)) == (OPEN, OPEN | PAST)


def test_the_buttons_of_the_page_open_the_past_and_take_it_back(begun, noor, as_person, arranging):
    bring_to(begun, "admitted")
    url = reverse("groups:group", args=[begun.group.pk])
    client = as_person(begun.people["ben"])
    client.handler.enforce_csrf_checks = True
    agree, take_back = (
        reverse(f"groups:past_{name}", args=[begun.group.pk, noor.pk]) for name in ("agree", "take_back")
    )

    said = []
    for address in (agree, take_back):
        response = client.post(address, form_to(client.get(url).text, address))
        with arranging():
            said.append((response.status_code, PastConsent.objects.filter(newcomer=noor).count()))

    assert said == [(302, 1), (302, 0)]


def test_who_agrees_last_reads_that_the_past_is_open(begun, noor, as_person):
    bring_to(begun, "admitted")
    for name in ALL[:-1]:
        agree(begun, name)

    answer = as_person(begun.people[ALL[-1]]).post(
        reverse("groups:past_agree", args=[begun.group.pk, noor.pk]), follow=True
    )

    assert "You have agreed, as everybody has. Noor reads now what was written before." in answer.text


def test_somebody_new_reads_that_check_ins_are_closed_and_not_that_there_are_none(begun, noor, as_person, arranging):
    with arranging():
        Goal.objects.update(shared_at=begun.past["session"].starts_at)
    bring_to(begun, "admitted")
    board = reverse("goals:board", args=[begun.group.pk])
    goal = reverse("goals:goal", args=[begun.group.pk, begun.open["goal"].pk])
    client = as_person(begun.people["noor"])

    closed = client.get(board).text, client.get(goal).text
    for name in ALL:
        agree(begun, name)
    opened = client.get(board).text, client.get(goal).text

    assert ["No check-in since you came" in page for page in (*closed, *opened)] == [True, True, False, False]
    assert ["No check-in yet" in page for page in closed] == [False, False]


def test_the_others_read_who_has_agreed_and_the_newcomer_only_that_it_is_closed(begun, noor, as_person):
    bring_to(begun, "admitted")
    url = reverse("groups:group", args=[begun.group.pk])
    client = as_person(begun.people["ben"])

    client.post(reverse("groups:past_agree", args=[begun.group.pk, noor.pk]))
    others, own = client.get(url).text, as_person(begun.people["noor"]).get(url).text

    assert "Open it to Noor?" in others
    assert "Take back" in others
    assert "Have agreed" in others
    assert "They open when everybody who was there agrees" in own
    assert "Have agreed" not in own
    client.post(reverse("groups:past_take_back", args=[begun.group.pk, noor.pk]))
    assert "I agree" in client.get(url).text


def test_once_open_nobody_is_asked_any_more(begun, noor, as_person):
    bring_to(begun, "past open")

    pages = [
        as_person(begun.people[name]).get(reverse("groups:group", args=[begun.group.pk])) for name in ("ben", "noor")
    ]

    assert [page.text.count("What was written before") for page in pages] == [0, 0]


@pytest.mark.parametrize("count", [1, 3])
def test_group_page_query_count_does_not_grow_with_newcomers(
    begun, as_person, arranging, django_assert_num_queries, count
):
    for number in range(count):
        with arranging():
            waits, comes = invite(begun, f"waits{number}"), invite(begun, f"came{number}")
        come(begun, f"came{number}", comes)
        sign(begun, f"came{number}", *ALL, *(f"came{before}" for before in range(number)))
        come(begun, f"waits{number}", waits)
    client = as_person(begun.people["ada"])

    # login session, person; savepoint, context, membership, places; people, versions, signatures, consents, the past,
    # facilitators, whether the group has met; size; release, context back
    with django_assert_num_queries(16):
        page = client.get(reverse("groups:group", args=[begun.group.pk]))

    assert page.text.count("is asked to join</p>") == count
    assert page.text.count("Open it to") == count


@pytest.mark.parametrize("name", ["newcomer_decline", "charter_decline"])
def test_not_even_the_log_of_requests_says_who_said_no(world, as_person, caplog, name):
    row = world.memberships["newcomer"] if name == "newcomer_decline" else world.charter
    client = as_person(world.people["peer"])
    caplog.clear()
    client.post(reverse(f"groups:{name}", args=[world.group.pk, row.pk]))
    said_no = caplog.text
    caplog.clear()
    client.get(reverse("groups:group", args=[world.group.pk]))

    assert f"groups:{name}" in said_no
    assert str(world.people["peer"].pk) not in said_no
    assert str(world.people["peer"].pk) in caplog.text
