"""The charter's words: proposing others, signing, saying no, the list of versions; and the messages about it."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from common.actor import acting_as
from common.fences import HR, MEMBER, SELF, WORKER
from common.models import AuditEntry
from groups import charter_words, permissions
from groups.charter_words import changes, clauses_of, rearranged, runs
from groups.models import Charter, CoachingGroup, Membership
from groups.services import charters, joining
from groups.tasks import plan_charter_nudges
from nudges.kinds import NotWanted, kind_named
from nudges.models import Nudge
from tests.groups.begun import come, invite, is_in, sign

ALL = ("ada", "ben", "fay")
OURS = [("Trust", "What is said here stays here, owlwing."), ("Candor", "We say it to the face.")]


@pytest.fixture
def page(begun, as_person):
    """``page("ada", "groups:charter")`` → the text of a page as this person reads it."""

    def read(name, address, *args):
        return as_person(begun.people[name]).get(reverse(address, args=[begun.group.pk, *args])).text

    return read


def typed(clauses, **more):
    """What the form of words sends."""
    data = {"rows": str(len(clauses))}
    for number, (title, text) in enumerate(clauses, start=1):
        data |= {f"title_{number}": title, f"text_{number}": text}
    return data | more


def newest(begun, name="ada"):
    with acting_as(MEMBER, person=begun.people[name]):
        return joining.newest_charter(begun.group)


def words(begun, name="ada"):
    with acting_as(MEMBER, person=begun.people[name]):
        return clauses_of(joining.newest_charter(begun.group))


def propose(begun, name="ada", clauses=OURS):
    with acting_as(MEMBER, person=begun.people[name]):
        membership = Membership.objects.select_related("group").get(pk=begun.memberships[name].pk)
        read = str(charter_words.words_of(joining.newest_charter(begun.group)))
        return charters.propose_words(membership=membership, key=Charter._meta.pk.default(), clauses=clauses, read=read)


def decline(begun, charter, name="ben"):
    with acting_as(MEMBER, person=begun.people[name]):
        charters.decline_words(charter=charter)


def signers(begun):
    with acting_as(MEMBER, person=begun.people["ada"]):
        rows = joining.newest_charter(begun.group).signatures.order_by("membership__person__name")
        return list(rows.values_list("membership__person__name", flat=True))


# Which words count, and how two versions differ (no database) --------------------------------------------------------


def version(number, *, withdrawn=False):
    return Charter(version=number, withdrawn_at=timezone.now() if withdrawn else None)


def in_force(signatures, *, readers="abc", withdrawn=()):
    """The number of the version in force; ``signatures`` such as "a1 b1 a2"."""
    made = {number: version(number, withdrawn=number in withdrawn) for number in (1, 2, 3)}
    signed = {(made[int(one[1])].pk, one[0]) for one in signatures.split()}
    return charter_words.in_force([made[3], made[2], made[1]], set(readers), signed).version


@pytest.mark.parametrize(
    ("signatures", "more", "expected"),
    [
        ("", {}, 1),
        ("a1 b1 c1", {}, 1),
        ("a1 b1 c1 a2 b2", {}, 1),
        ("a1 b1 c1 a2 b2 c2 a3", {}, 2),
        ("a1 b1 c1 a2 b2 c2 a3 b3 c3", {}, 3),
        ("a1 b1 c1 a2 b2 c2 a3 b3 c3", {"withdrawn": [3]}, 2),
        # d came in by version 2, and is not asked about version 1
        ("a1 b1 c1 a2 b2 c2 d2 a3", {"readers": "abcd"}, 2),
        # d came in by a version that was declined later: what counted before counts
        ("a1 b1 c1 a2 b2 c2 a3 d3", {"readers": "abcd", "withdrawn": [3]}, 2),
        # d signed the older one and not the newer: the newer does not count
        ("a1 b1 c1 d1 a2 b2 c2", {"readers": "abcd"}, 1),
        # whoever has left is not asked
        ("a1 b1 c1 a2 b2", {"readers": "ab"}, 2),
    ],
)
def test_the_version_in_force_is_the_newest_that_all_readers_have_signed(signatures, more, expected):
    assert in_force(signatures, **more) == expected


def test_changes_say_of_each_clause_what_became_of_it():
    old = [("Trust", "It stays here."), ("Listening", "I ask."), ("Candor", "I say it."), ("Time", "We start on time.")]
    new = [("Time", "We start on time."), ("Trust", "It all stays here."), ("Candor", "I say it."), ("Risk", "I dare.")]

    found = changes(old, new)

    assert [(change.kind, change.title[0][1]) for change in found] == [
        ("moved", "Time"),
        ("changed", "Trust"),
        ("same", "Candor"),
        ("new", "Risk"),
        ("gone", "Listening"),
    ]
    assert found[1].text == [("same", "It "), ("new", "all "), ("same", "stays here.")]


def test_a_clause_with_another_name_and_the_same_words_is_the_same_clause():
    [change] = changes([("Trust", "It stays here and only here.")], [("Safety", "It stays here and only here.")])

    assert (change.kind, change.title) == ("changed", [("gone", "Trust"), ("new", "Safety")])


@pytest.mark.parametrize(("before", "after"), [("a b c", "a c b d"), ("", "x y"), ("x y", ""), ("one  two", "one two")])
def test_runs_lose_no_word_of_either_text(before, after):
    found = runs(before, after)

    def joined(*kinds):
        return " ".join("".join(part if what in kinds else " " for what, part in found).split())

    assert (joined("same", "gone"), joined("same", "new")) == (" ".join(before.split()), " ".join(after.split()))


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (("up", "2"), "bac"), (("up", "1"), "abc"), (("down", "1"), "bac"), (("down", "3"), "abc"),
        (("drop", "2"), "ac"), (("add",), "abc "), (("drop", "9"), "abc"), (("drop", "x"), "abc"),
    ],
)  # fmt: skip
def test_rows_move_drop_and_grow(what, expected):
    rows = [(letter, letter) for letter in "abc"]

    assert "".join(title or " " for title, _text in rearranged(rows, *what)) == expected


def test_no_more_rows_than_clauses_fit():
    full = [("a", "b")] * charter_words.MOST_CLAUSES

    assert rearranged(full, "add") == full


# Proposing -----------------------------------------------------------------------------------------------------------


def test_whoever_proposes_signs_and_the_earlier_words_count_until_all_have(begun, page):
    propose(begun)

    assert (signers(begun), words(begun)) == (["Ada"], OURS)
    assert "The charter has new words" in page("ben", "groups:group")
    assert "The charter has new words" not in page("ada", "groups:group")
    assert "These words do not count yet" in page("ada", "groups:charter")
    history = page("ben", "groups:charter_history")
    assert history.index("Waits for signatures") < history.index("Counts now")
    sign(begun, "ben", "fay")
    history = page("ben", "groups:charter_history")
    assert "Waits for signatures" not in history
    assert history.index("Counts now") < history.index("The founding of the group.")


def test_members_keep_their_access_while_words_wait(begun):
    propose(begun)

    assert [is_in(begun, name) for name in ALL] == [True] * 3


def test_today_says_calmly_that_the_charter_has_new_words(begun, as_person):
    client = as_person(begun.people["ben"])
    before = client.get(reverse("today")).text
    propose(begun)

    assert "The charter of Harbor has new words" not in before
    assert "The charter of Harbor has new words" in client.get(reverse("today")).text
    sign(begun, "ben")
    assert "The charter of Harbor has new words" not in client.get(reverse("today")).text


def test_today_names_the_newcomer_for_whom_one_signs(begun, noor, as_person):
    assert "Noor is asked to join Harbor" in as_person(begun.people["ben"]).get(reverse("today")).text
    own = as_person(begun.people["noor"]).get(reverse("today")).text
    assert "Harbor waits for your signature" in own


def test_the_way_from_words_to_a_new_version(begun, as_person):
    client, url = as_person(begun.people["ada"]), reverse("groups:charter_edit", args=[begun.group.pk])
    begin = client.get(url)
    key, read = str(begin.context["form"]["key"].value()), str(begin.context["read"])

    preview = client.post(url, typed(OURS, key=key, read=read, action="preview"))
    again = client.post(url, typed(OURS, key=key, read=read, action="again"))
    answer = client.post(url, typed(OURS, key=key, read=read, action="propose"))
    twice = client.post(url, typed(OURS, key=key, read=read, action="propose"))

    assert "Trust and support" in begin.text
    assert all(part in preview.text for part in ("<ins>", "<del>", "Taken out", "owlwing", "Propose these words"))
    assert all(part in again.text for part in ("owlwing", "See what is different"))
    assert [one.status_code for one in (begin, preview, again, answer, twice)] == [200, 200, 200, 302, 302]
    assert answer.url == twice.url == reverse("groups:charter", args=[begun.group.pk])
    assert (newest(begun).version, words(begun), signers(begun)) == (2, OURS, ["Ada"])


def test_proposing_is_noted_with_a_number_and_without_a_word(begun):
    propose(begun)

    with acting_as(MEMBER, person=begun.people["ben"]):
        entry = AuditEntry.objects.get(act="charter_proposed", group_id=begun.group.pk)
    assert (entry.actor_id, entry.facts, entry.circle) == (begun.people["ada"].pk, {"version": 2}, "group")


def test_rows_are_added_moved_and_taken_out_without_scripts_and_nothing_is_lost(begun, as_person):
    client, url = as_person(begun.people["ada"]), reverse("groups:charter_edit", args=[begun.group.pk])
    half = [("Only a name", ""), ("Trust", "x" * 2000)]

    grown = client.post(url, typed(half, action="add"))
    moved = client.post(url, typed(half, down="1"))
    fewer = client.post(url, typed(half, drop="1"))

    assert [answer.status_code for answer in (grown, moved, fewer)] == [200] * 3
    assert [number for number, *_fields in grown.context["form"].shown_rows()] == [1, 2, 3]
    assert moved.context["form"].typed() == half[::-1]
    assert fewer.context["form"].typed() == half[1:]


@pytest.mark.parametrize(
    ("clauses", "complaint"),
    [
        ([], "A charter has at least one clause."),
        ([("", "")], "A charter has at least one clause."),
        ([("Trust", ""), ("Kept", "owlwing")], "Say in a sentence or two"),
        ([("", "owlwing")], "Give this clause a name"),
        ([("Trust", "owlwing" * 200)], "at most 800 fit"),
        ([("owlwing" * 20, "x")], "at most 80 fit"),
        ([("Q" * 79, '"' * 790 + "owlwing")] * 12, "All clauses together are too long"),
    ],
)
@pytest.mark.parametrize("action", ["preview", "propose"])
def test_words_that_do_not_fit_come_back_as_they_were_typed(begun, as_person, clauses, complaint, action):
    client, url = as_person(begun.people["ada"]), reverse("groups:charter_edit", args=[begun.group.pk])

    answer = client.post(url, typed(clauses, action=action, read="six_commitments"))

    assert answer.status_code == 422
    assert complaint in answer.text
    assert answer.context["form"].typed() == (clauses or [("", "")])
    assert newest(begun).version == 1


def test_a_kept_draft_does_not_bring_back_a_clause_that_was_taken_out(begun, as_person):
    client, url = as_person(begun.people["ada"]), reverse("groups:charter_edit", args=[begun.group.pk])
    fewer = client.post(url, typed(words(begun), drop="6")).context["form"].typed()
    kept = {"place": "groups:charter_edit", "tab": "00000000-0000-4000-8000-000000000001"}
    half = [("Half", "a"), *fewer[1:]]
    client.post(reverse("groups:draft_keep", args=[begun.group.pk]), {**kept, "words": json.dumps(typed(half))})

    again = client.get(url)

    assert len(fewer) == 5
    assert again.context["form"].typed() == half
    client.post(url, typed(fewer, action="propose", read="six_commitments", draft=kept["tab"]))
    assert words(begun) == fewer


def test_empty_rows_drop(begun, as_person):
    url = reverse("groups:charter_edit", args=[begun.group.pk])
    rows = [("", ""), OURS[0], (" ", "\u200b"), OURS[1]]

    as_person(begun.people["ada"]).post(url, typed(rows, action="propose", read="six_commitments"))

    assert words(begun) == OURS


def test_while_words_wait_nobody_proposes_others_and_what_was_typed_stays(begun, as_person):
    propose(begun)
    client, url = as_person(begun.people["ben"]), reverse("groups:charter_edit", args=[begun.group.pk])
    mine = [("Mine", "heronfeather")]

    looked, sent = client.get(url), client.post(url, typed(mine, action="propose", read="six_commitments"))

    assert (looked.status_code, looked.url) == (302, reverse("groups:charter", args=[begun.group.pk]))
    assert sent.status_code == 422
    assert "There are new words already" in sent.text
    assert sent.context["form"].typed() == mine
    assert newest(begun).version == 2


def test_words_that_changed_meanwhile_are_compared_again_first(begun, as_person):
    propose(begun)
    sign(begun, "ben", "fay")
    client, url = as_person(begun.people["ben"]), reverse("groups:charter_edit", args=[begun.group.pk])
    mine = [("Mine", "heronfeather")]

    refused = client.post(url, typed(mine, action="propose", read="six_commitments"))
    accepted = client.post(url, typed(mine, action="propose", read=refused.context["read"]))

    assert (refused.status_code, "has changed since you began" in refused.text) == (422, True)
    assert (accepted.status_code, words(begun)) == (302, mine)


def test_the_same_words_are_no_proposal(begun):
    with pytest.raises(charters.NothingChanged):
        propose(begun, clauses=words(begun))


def test_in_a_group_that_has_ended_nobody_proposes(begun, arranging, as_person):
    with arranging():
        CoachingGroup.objects.filter(pk=begun.group.pk).update(state=CoachingGroup.State.ENDED)

    assert as_person(begun.people["ada"]).get(reverse("groups:charter_edit", args=[begun.group.pk])).status_code == 403
    with pytest.raises(charters.GroupHasEnded):
        propose(begun)


# Saying no -----------------------------------------------------------------------------------------------------------


def test_one_no_brings_the_earlier_words_back_and_names_nobody(begun, as_person, page):
    proposed = propose(begun)
    url = reverse("groups:charter_decline", args=[begun.group.pk, proposed.pk])
    client = as_person(begun.people["ben"])

    looked = client.get(url)
    waiting = newest(begun)
    answer = client.post(url, follow=True)

    assert "One no is enough" in looked.text
    assert (waiting, newest(begun)) == (proposed, begun.charter)
    assert "The words before count again. Nobody is told who said no." in answer.text
    history = page("fay", "groups:charter_history")
    assert "The group said no" in history
    assert "Trust and support" in page("fay", "groups:charter")
    with acting_as(MEMBER, person=begun.people["fay"]):
        entry = AuditEntry.objects.get(act="charter_declined", group_id=begun.group.pk)
        assert (entry.actor_id, entry.subject_id, entry.facts) == (None, None, {"version": 2})


def test_words_that_all_have_signed_cannot_be_declined(begun, as_person):
    proposed = propose(begun)
    sign(begun, "ben", "fay")

    answer = as_person(begun.people["ben"]).post(
        reverse("groups:charter_decline", args=[begun.group.pk, proposed.pk]), follow=True
    )

    assert "That was decided meanwhile." in answer.text
    assert newest(begun) == proposed


def test_the_founding_version_and_one_made_for_a_newcomer_are_no_words_to_decline(begun, noor):
    for charter in (begun.charter, newest(begun)):
        with pytest.raises(charters.NothingToDecline):
            decline(begun, charter)


def test_nobody_outside_declines_in_the_database_too(begun, noor):
    proposed = propose(begun)

    with pytest.raises(DatabaseError, match="Only who reads a group"), transaction.atomic():
        decline(begun, proposed, name="noor")


def test_words_are_declined_also_while_a_newcomer_waits_who_is_asked_again(begun, arranging):
    proposed = propose(begun)
    with arranging():
        invitation = invite(begun, "noor")
    come(begun, "noor", invitation)
    sign(begun, "noor", "ada")
    signed_with_the_words = words(begun, "noor")

    decline(begun, proposed)

    assert signed_with_the_words == OURS
    assert words(begun, "noor")[0][0] == "Trust and support"
    assert (newest(begun).version, newest(begun).made_for_id) == (4, begun.memberships["noor"].pk)
    sign(begun, *ALL)
    before = is_in(begun, "noor")
    sign(begun, "noor")
    assert (before, is_in(begun, "noor")) == (False, True)


def test_a_newcomer_who_waits_signs_new_words_too(begun, noor):
    sign(begun, "noor", "ada", "ben")
    propose(begun, "ben")
    sign(begun, "ada", "fay")
    before = is_in(begun, "noor")

    sign(begun, "noor")

    assert (before, is_in(begun, "noor")) == (False, True)


def test_when_new_words_are_declined_a_newcomers_version_waits_again(begun, noor):
    sign(begun, "noor", "ada", "ben")
    proposed = propose(begun, "ada")
    decline(begun, proposed)
    before = is_in(begun, "noor")

    sign(begun, "fay")

    assert (before, is_in(begun, "noor")) == (False, True)


def test_declining_what_somebody_came_in_by_keeps_them_in(begun, arranging):
    """A founding member who came late signed proposed words; the words go, their place stays."""
    proposed = propose(begun)
    with arranging():
        invitation = invite(begun, "lin", is_founding=True)
    come(begun, "lin", invitation)
    sign(begun, "lin")

    decline(begun, proposed)

    assert is_in(begun, "lin")
    assert words(begun, "lin")[0][0] == "Trust and support"


# Who reads the words -------------------------------------------------------------------------------------------------


def test_words_are_sealed_and_open_to_the_group_and_its_door_only(begun, noor, arranging):
    proposed = propose(begun)
    with arranging():
        stored = bytes(Charter.objects.filter(pk=proposed.pk).values_list("clauses", flat=True).get())

    assert b"owlwing" not in stored
    assert words(begun, "noor") == words(begun, "ben") == OURS
    as_hr = {"person": begun.hr, "organization": begun.organization}
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), acting_as(HR, **as_hr):
        list(Charter.objects.values_list("clauses", flat=True))
    with acting_as(HR, **as_hr):
        assert Charter.objects.facts().filter(pk=proposed.pk).exists()
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), acting_as(WORKER):
        list(Charter.objects.values_list("clauses", flat=True))


def test_a_member_writes_no_version_in_anothers_name(begun):
    charter = Charter(
        organization_id=begun.organization.pk, group=begun.group, version=2, written_by=begun.memberships["ada"]
    )
    charter.clauses = "[]"

    with pytest.raises(DatabaseError, match="row-level security"), acting_as(MEMBER, person=begun.people["ben"]):
        charter.save(force_insert=True)


def test_a_former_member_no_longer_opens_the_words(begun):
    proposed = propose(begun)
    with acting_as(MEMBER, person=begun.people["ben"]):
        joining.leave_group(group=begun.group)

    with acting_as(MEMBER, person=begun.people["ben"]):
        assert not Charter.objects.filter(pk=proposed.pk).exists()
    with acting_as(SELF, person=begun.people["ben"]):
        assert not Charter.objects.filter(pk=proposed.pk).exists()


def test_signatures_and_versions_are_listed_with_names_for_those_who_read(begun, noor, page):
    proposed = propose(begun)
    sign(begun, "ben", "noor")

    charter = page("ben", "groups:charter")
    history = page("ben", "groups:charter_history")
    words_page = page("ben", "groups:charter_version", proposed.pk)

    signatures = charter[charter.index("Signatures") :]
    assert [name for name in ("Ada", "Ben", "Noor", "Fay") if name in signatures] == ["Ada", "Ben", "Noor", "Fay"]
    assert signatures.count("has not signed yet") == 1
    assert "Because Noor was asked to join; the words did not change." in history
    assert "owlwing" in words_page


def test_the_table_of_who_sees_what_tells_of_newcomers_drafts_and_the_trail(begun, page):
    table = page("ada", "groups:charter")

    for what in ("whatever you are still writing", "The words of the charter", "Nobody: it is not kept"):
        assert what in table
    assert "The group and its facilitator" not in table
    assert "Your group and Fay (facilitator)" in table
    assert [len(row) for row in permissions.who_sees_what(["Fay"])] == [2] * 16


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("address", "queries"),
    # login session, person; savepoint, context, membership, places; people, versions, signatures; release, context back
    # charter: and facilitators, and the words of three versions with their key
    [("groups:charter_history", 11), ("groups:charter", 15)],
)
def test_query_counts_do_not_grow_with_versions(begun, as_person, django_assert_num_queries, address, queries, count):
    for number in range(count):
        propose(begun, clauses=[("Trust", f"Words {number}")])
        sign(begun, "ben", "fay")
    propose(begun, clauses=OURS)
    client = as_person(begun.people["ada"])

    with django_assert_num_queries(queries):
        answer = client.get(reverse(address, args=[begun.group.pk]))

    assert answer.status_code == 200


# Messages ------------------------------------------------------------------------------------------------------------


def owed(kind):
    with acting_as(WORKER):
        return list(Nudge.objects.filter(kind=kind).select_related(None).order_by("created_at", "dedupe_key"))


def plan(now=None):
    with acting_as(WORKER):
        charters.plan_charter_nudges(now=now or timezone.now())


def build(nudge, now=None):
    with acting_as(WORKER):
        return kind_named(nudge.kind).build(nudge, now or timezone.now())


def mail(nudge):
    context = build(nudge).context
    return {
        part: render_to_string(f"emails/{nudge.kind}-{part}", context)
        for part in ("subject.txt", "body.txt", "body.html")
    }


def to(begun, nudges):
    names = {person.pk: name for name, person in begun.people.items()}
    return sorted(names[nudge.recipient_id] for nudge in nudges)


def test_who_has_not_signed_is_asked_at_once_after_three_days_after_seven_and_never_again(begun):
    propose(begun)
    now, counts = timezone.now(), []

    for day in (0, 0, 1, 3, 4, 7, 9, 10, 11, 30):
        plan(now + timedelta(days=day, minutes=1))
        counts.append(len(owed("charter_unsigned")))

    assert counts == [2, 2, 2, 4, 4, 6, 6, 6, 6, 6]
    assert to(begun, owed("charter_unsigned")) == ["ben"] * 3 + ["fay"] * 3


def test_who_was_not_asked_in_time_is_asked_once_and_not_three_times(begun):
    propose(begun)

    plan(timezone.now() + timedelta(days=8))

    assert to(begun, owed("charter_unsigned")) == ["ben", "fay"]


def test_somebody_who_just_came_is_not_hurried(begun, noor):
    now = timezone.now()
    plan(now)
    at_once = to(begun, owed("charter_unsigned"))
    plan(now + timedelta(days=3, minutes=1))

    assert at_once == ["ada", "ben", "fay"]
    assert to(begun, owed("charter_unsigned")) == ["ada", "ada", "ben", "ben", "fay", "fay", "noor"]


def test_a_version_that_waits_again_is_asked_for_again(begun, noor, arranging):
    now = timezone.now()
    with arranging():
        Charter.objects.filter(made_for=noor).update(created_at=now - timedelta(days=15))
        Membership.objects.filter(pk=noor.pk).update(joined_at=now - timedelta(days=15))
    sign(begun, "noor", "ada")
    proposed = propose(begun, "ada")
    sign(begun, "noor")
    decline(begun, proposed)

    plan()

    assert to(begun, owed("charter_unsigned")) == ["ben", "fay"]


@pytest.mark.parametrize("state", ["signed", "left", "group ended", "declined", "another version"])
def test_a_reminder_is_dropped_when_there_is_nothing_to_sign_any_more(begun, arranging, state):
    proposed = propose(begun)
    plan()
    [nudge] = [one for one in owed("charter_unsigned") if one.recipient_id == begun.people["ben"].pk]
    build(nudge)
    match state:
        case "signed":
            sign(begun, "ben")
        case "left":
            with acting_as(MEMBER, person=begun.people["ben"]):
                joining.leave_group(group=begun.group)
        case "group ended":
            with arranging():
                CoachingGroup.objects.filter(pk=begun.group.pk).update(state=CoachingGroup.State.ENDED)
        case "declined":
            decline(begun, proposed)
        case "another version":
            decline(begun, proposed)
            propose(begun)

    with pytest.raises(NotWanted):
        build(nudge)


@pytest.mark.parametrize("reason", ["words", "newcomer", "at the door"])
def test_a_reminder_names_group_and_newcomer_and_never_a_word(begun, arranging, reason):
    recipient = begun.people["ben"]
    if reason == "words":
        propose(begun)
    else:
        with arranging():
            invitation = invite(begun, "noor")
        come(begun, "noor", invitation)
        recipient = begun.people["noor"] if reason == "at the door" else recipient
    plan(timezone.now() + timedelta(days=4))
    [nudge] = [one for one in owed("charter_unsigned") if one.recipient_id == recipient.pk]

    parts = mail(nudge)

    said = " ".join(parts.values())
    assert all("Harbor" in part for part in parts.values())
    assert ("Noor" in said) == (reason == "newcomer")
    assert not any(word in said for word in ("owlwing", "Ada", "Fay", "Trust"))
    assert reverse("groups:charter", args=[begun.group.pk]) in parts["body.html"]


def test_a_newcomer_is_told_once_that_they_are_in(begun, noor):
    sign(begun, "noor", *ALL)

    plan()
    plan(timezone.now() + timedelta(days=1))

    [nudge] = owed("newcomer_admitted")
    said = " ".join(mail(nudge).values())
    assert nudge.recipient_id == begun.people["noor"].pk
    assert "Harbor has admitted you" in said
    assert not any(name in said for name in ("Ada", "Ben", "Fay"))
    with acting_as(MEMBER, person=begun.people["noor"]):
        joining.leave_group(group=begun.group)
    with pytest.raises(NotWanted):
        build(nudge)


def test_a_declined_newcomer_is_told_kindly_and_the_facilitator_whom(begun, noor):
    with acting_as(MEMBER, person=begun.people["ben"]):
        charters.decline_newcomer(newcomer=noor)

    plan()
    plan(timezone.now() + timedelta(days=1))

    [kind_words], [notice] = owed("newcomer_declined"), owed("newcomer_turned_away")
    assert to(begun, [kind_words, notice]) == ["fay", "noor"]
    said, told = " ".join(mail(kind_words).values()), " ".join(mail(notice).values())
    assert "You will not join Harbor" in said
    assert not any(name in said for name in ("Ada", "Ben", "Fay", "Noor"))
    assert "Noor will not join Harbor" in told
    assert not any(name in told for name in ("Ada", "Ben", "Fay"))
    assert owed("charter_unsigned") == []


def test_a_facilitator_who_was_replaced_meanwhile_is_told_nothing(begun, noor):
    with acting_as(MEMBER, person=begun.people["ben"]):
        charters.decline_newcomer(newcomer=noor)
    plan()
    [notice] = owed("newcomer_turned_away")

    with acting_as(MEMBER, person=begun.people["fay"]):
        joining.leave_group(group=begun.group)

    with pytest.raises(NotWanted):
        build(notice)


def test_what_was_decided_long_ago_is_not_told_any_more(begun, noor):
    sign(begun, "noor", *ALL)

    plan(timezone.now() + timedelta(days=4))

    assert owed("newcomer_admitted") == []


def test_nudges_about_charters_hold_ids_only(begun, noor):
    propose(begun)

    plan_charter_nudges()

    for nudge in owed("charter_unsigned"):
        assert set(nudge.context) == {"membership", "charter"}
        assert "owlwing" not in json.dumps(nudge.context)
