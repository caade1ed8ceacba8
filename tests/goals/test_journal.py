"""The journal: its writer's alone, wherever they are; found again in memory only; and nothing of it is lost."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from common.actor import acting_as
from common.bootstrap import ARRANGER
from common.fences import HR, MEMBER, REPORT, SELF, WORKER
from common.ids import new_id
from common.keys import SealBroken
from goals import selectors, services
from goals.erasing import erase_words_of
from goals.journal_search import find, folded, words_of
from goals.models import JournalEntry
from groups.models import Draft, Membership, OwnDesk
from tests.factories import NOW, GoalFactory, JournalEntryFactory, MembershipFactory
from tests.world import CAST

SECRET = "zugzwang-quokka"


def url(name, **ids):
    return reverse(f"goals:{name}", kwargs=ids)


def entries(arranging, person):
    with arranging():
        return [row.pk for row in JournalEntry.objects.filter(person=person).order_by("created_at")]


def text_of(person, pk):
    with acting_as(MEMBER, person=person):
        return JournalEntry.objects.get(pk=pk).text.open()


# Whose it is ---------------------------------------------------------------------------------------------------------


def test_visible_to_alone_shows_an_entry_to_its_writer(world, arranging):
    with arranging():
        seers = {who for who in CAST[1:] if JournalEntry.objects.visible_to(world.people[who]).exists()}

    assert seers == {"member"}


def finders(world):
    found = set()
    for who in CAST[1:]:
        with acting_as(MEMBER, person=world.people[who]):
            if JournalEntry.objects.exists():
                found.add(who)
    return found


def test_row_security_alone_shows_an_entry_to_its_writer(world):
    assert finders(world) == {"member"}


def test_row_security_of_entries_can_fail(world, as_owner):
    with as_owner("ALTER TABLE goals_journalentry DISABLE ROW LEVEL SECURITY"):
        assert finders(world) == set(CAST[1:])


@pytest.mark.parametrize("role", [HR, WORKER, REPORT])
def test_hr_and_the_workers_read_no_entry_not_even_that_there_is_one(world, role):
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        acting_as(role, person=world.people["hr"], organization=world.organization),
    ):
        JournalEntry.objects.exists()


@pytest.mark.parametrize("who", ["peer", "facilitator", "former", "elsewhere", "super"])
def test_nobody_changes_deletes_or_writes_in_anothers_journal(world, who):
    with acting_as(MEMBER, person=world.people[who]):
        assert JournalEntry.objects.filter(pk=world.entry.pk).update(changed_at=NOW) == 0
        assert JournalEntry.objects.filter(pk=world.entry.pk).delete()[0] == 0
    row = JournalEntry(organization=world.organization, person=world.people["member"])
    row.text, row.goal_ref = "Not mine", ""
    with pytest.raises(DatabaseError), acting_as(MEMBER, person=world.people[who]):
        row.save(force_insert=True)


def test_an_entry_does_not_change_hands(world):
    with pytest.raises(DatabaseError, match="permission denied"), acting_as(MEMBER, person=world.people["member"]):
        JournalEntry.objects.filter(pk=world.entry.pk).update(person=world.people["peer"])


def test_nobody_writes_into_an_organization_where_they_never_were(world):
    desk = OwnDesk(world.people["member"].pk, world.foreign.pk)
    with pytest.raises(DatabaseError), acting_as(MEMBER, person=world.people["member"]):
        services.write_entry(desk=desk, key=new_id(), text="There", goal_ref="", now=NOW)


def test_the_table_says_neither_what_was_written_nor_about_which_goal(world):
    with acting_as(ARRANGER), transaction.get_connection().cursor() as cursor:
        cursor.execute("SELECT t::text FROM goals_journalentry t")
        (stored,) = cursor.fetchone()

    assert str(world.entry.pk) in stored
    assert "afraid" not in stored
    assert str(world.goal.pk) not in stored
    assert str(world.goal.pk).replace("-", "") not in stored


def test_pages_of_ones_group_show_no_word_of_a_journal(world, as_person, arranging):
    with arranging():
        JournalEntryFactory(membership=world.memberships["member"], text=SECRET)
    group = world.group.pk
    paths = [reverse("goals:board", args=[group]), reverse("groups:group", args=[group]), reverse("goals:journal")]

    for who in ("peer", "facilitator", "both"):
        pages = [as_person(world.people[who]).get(path).content.decode() for path in paths]
        assert not any(SECRET in page for page in pages)
    assert SECRET in as_person(world.people["member"]).get(paths[2]).content.decode()


# It outlasts every membership ----------------------------------------------------------------------------------------


@pytest.fixture
def leaver(world, arranging):
    """*member*, who has a journal and has left their only group."""
    with arranging():
        Membership.objects.filter(person=world.people["member"]).update(left_at=NOW)
    return world.people["member"]


def test_whoever_has_left_every_group_reads_searches_and_goes_on_writing(world, as_person, leaver, arranging):
    client = as_person(leaver)

    assert "afraid of the question" in client.get(url("journal")).content.decode()
    assert "afraid" in client.get(url("journal_entry", entry_id=world.entry.pk)).content.decode()
    assert 'data-found="1"' in client.post(url("journal_search"), {"words": "Afraid"}).content.decode()
    client.post(url("journal_new"), {"text": "After it all"})
    client.post(url("journal_edit", entry_id=world.entry.pk), edited(client, world.entry, text="Changed"))

    pks = entries(arranging, leaver)
    assert [text_of(leaver, pk) for pk in pks] == ["Changed", "After it all"]
    assert "Speak" not in client.get(url("journal_entry", entry_id=world.entry.pk)).content.decode()


def test_that_they_do_rests_on_their_own_key_going_with_them(world, leaver, as_owner):
    fence = "ALTER POLICY common_scopekey_walls_fence_member ON common_scopekey USING"
    old = f"{fence} (organization_id = ANY ((SELECT my_organizations())::uuid[]))"
    with as_owner(old), acting_as(MEMBER, person=leaver):
        row = JournalEntry.objects.get(pk=world.entry.pk)
        with pytest.raises(SealBroken):
            row.text.open()


def test_their_group_drafts_stay_closed_to_them_though_they_hold_the_key(world, leaver):
    with acting_as(MEMBER, person=leaver):
        assert not Draft.objects.exists()


def test_nobody_makes_a_key_of_their_own_where_they_are_not(world):
    desk = OwnDesk(world.people["former"].pk, world.organization.pk)
    with pytest.raises(DatabaseError, match="row-level security"), acting_as(MEMBER, person=world.people["former"]):
        services.write_entry(desk=desk, key=new_id(), text="There", goal_ref="", now=NOW)


def test_before_ones_first_group_the_page_says_when_it_opens(world, as_person, arranging):
    client = as_person(world.people["super"])

    assert "opens with your first group" in client.get(url("journal")).content.decode()
    assert client.post(url("journal_new"), {"text": "Early"}).url == url("journal")
    assert client.post(reverse("groups:own_draft_keep"), keep("Early")).status_code == 404
    assert entries(arranging, world.people["super"]) == []


# Writing -------------------------------------------------------------------------------------------------------------


def edited(client, entry, **words):
    page = client.get(url("journal_edit", entry_id=entry.pk))
    return {"version": page.context["form"]["version"].value(), "goal_ref": "", **words}


def test_an_entry_is_written_once_however_often_it_arrives(world, as_person, arranging):
    client, key = as_person(world.people["peer"]), new_id()

    first = client.post(url("journal_new"), {"key": key, "text": SECRET}, follow=True)
    second = client.post(url("journal_new"), {"key": key, "text": SECRET}, follow=True)

    assert "Only you can read it." in first.content.decode()
    assert "saved already" in second.content.decode()
    assert entries(arranging, world.people["peer"]) == [key]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", 422), (" \n ", 422), ("\u200b\u202e", 422), ("x" * 100_000, 422), ("x" * 20_000, 302), ("🙂 done", 302),
        ("מה אמרתי", 302), ("a\x07b", 302),
    ],
    ids=["empty", "blank", "unseen", "too long", "long", "emoji", "right to left", "control"],
)  # fmt: skip
def test_odd_texts_are_kept_or_given_back(world, as_person, arranging, text, status):
    response = as_person(world.people["peer"]).post(url("journal_new"), {"text": text})

    assert response.status_code == status
    assert len(entries(arranging, world.people["peer"])) == (status == 302)
    if status == 422 and text.strip():
        assert text.strip()[:50] in response.content.decode()


def test_a_null_character_is_refused_in_words_and_nothing_fails(world, as_person):
    response = as_person(world.people["peer"]).post(url("journal_new"), {"text": "a\x00b"})

    assert response.status_code == 422


def test_an_entry_about_a_goal_shows_it_to_its_writer(world, as_person, arranging):
    client = as_person(world.people["member"])
    page = client.get(f"{url('journal_new')}?goal={world.draft.pk}").content.decode()
    assert f'<option value="{world.draft.pk}" selected' in page

    client.post(url("journal_new"), {"text": "About it", "goal_ref": str(world.draft.pk)})

    assert "A draft" in client.get(url("journal")).content.decode()


@pytest.mark.parametrize("whose", ["peer", "elsewhere", "nobody"])
def test_an_entry_is_about_nobody_elses_goal(world, as_person, arranging, whose):
    with arranging():
        other = {**world.memberships, **world.other_memberships}.get(whose)
        goal = GoalFactory(membership=other).pk if other else new_id()

    response = as_person(world.people["member"]).post(url("journal_new"), {"text": "Hers", "goal_ref": str(goal)})

    assert response.status_code == 422
    assert len(entries(arranging, world.people["member"])) == 1


def test_an_entry_stays_when_its_goal_goes(world, as_person):
    with acting_as(SELF, person=world.people["member"]):
        erase_words_of([world.memberships["member"].pk])
    client = as_person(world.people["member"])

    page = client.get(url("journal_edit", entry_id=world.entry.pk))
    assert "A goal that you can no longer open" in page.content.decode()
    posted = edited(client, world.entry, text="Still here", goal_ref=str(world.goal.pk))
    assert client.post(url("journal_edit", entry_id=world.entry.pk), posted).status_code == 302
    assert text_of(world.people["member"], world.entry.pk) == "Still here"


def test_what_another_tab_saved_is_shown_and_not_overwritten(world, as_person):
    client, path = as_person(world.people["member"]), url("journal_edit", entry_id=world.entry.pk)
    first, second = edited(client, world.entry, text="First tab"), edited(client, world.entry, text="Second tab")

    client.post(path, first)
    refused = client.post(path, second)

    page = refused.content.decode()
    assert (refused.status_code, "First tab" in page, "Second tab" in page) == (409, True, True)
    assert text_of(world.people["member"], world.entry.pk) == "First tab"
    again = {**second, "version": refused.context["form"]["version"].value()}
    assert client.post(path, again).status_code == 302
    assert text_of(world.people["member"], world.entry.pk) == "Second tab"


def test_an_entry_is_deleted_for_good_by_a_button_and_not_by_looking(world, as_person, arranging):
    client, path = as_person(world.people["member"]), url("journal_delete", entry_id=world.entry.pk)

    assert "cannot be undone" in client.get(path).content.decode()
    assert entries(arranging, world.people["member"]) == [world.entry.pk]
    assert "deleted for good" in client.post(path, follow=True).content.decode()
    assert client.post(path).status_code == 404
    assert entries(arranging, world.people["member"]) == []


# What is typed is kept -----------------------------------------------------------------------------------------------


def keep(text, place="goals:journal_new", tab="0000000a-0000-4000-8000-000000000000"):
    return {"place": place, "tab": tab, "words": json.dumps({"text": text})}


def test_what_is_typed_is_kept_and_there_again_and_gone_once_saved(world, as_person, arranging):
    client = as_person(world.people["peer"])

    answer = client.post(reverse("groups:own_draft_keep"), keep(SECRET))
    page = client.get(url("journal_new"))

    assert (answer.status_code, answer.json()) == (200, {"others": 0})
    assert SECRET in page.content.decode()
    assert reverse("groups:own_draft_keep") in page.content.decode()
    kept = page.context["kept"]
    client.post(url("journal_new"), {"text": SECRET, "draft": kept.tab, "draft_from": kept.earlier})
    with arranging():
        assert not Draft.objects.filter(person=world.people["peer"]).exists()


def test_a_kept_text_is_thrown_away_by_its_writer_only(world, as_person, arranging):
    as_person(world.people["peer"]).post(reverse("groups:own_draft_keep"), keep(SECRET))
    with arranging():
        draft = Draft.objects.get(person=world.people["peer"])
    path = reverse("groups:own_draft_drop", args=[draft.pk])

    assert as_person(world.people["member"]).post(path).status_code == 404
    assert as_person(world.people["peer"]).post(path).url == url("journal_new")
    with arranging():
        assert not Draft.objects.filter(pk=draft.pk).exists()


@pytest.mark.parametrize("place", ["goals:goal_new", "goals:journal", "accounts:settings", "nothing:at_all"])
def test_only_writing_forms_outside_groups_are_kept_there(world, as_person, place):
    answer = as_person(world.people["peer"]).post(reverse("groups:own_draft_keep"), keep("x", place=place))

    assert answer.status_code == 404


def test_a_leaver_keeps_what_they_type(world, as_person, leaver):
    client = as_person(leaver)

    assert client.post(reverse("groups:own_draft_keep"), keep(SECRET)).status_code == 200
    assert SECRET in client.get(url("journal_new")).content.decode()


@pytest.mark.parametrize("who", ["peer", "facilitator", "super"])
def test_row_security_alone_keeps_a_draft_of_no_group_from_others(world, as_person, who):
    as_person(world.people["member"]).post(reverse("groups:own_draft_keep"), keep(SECRET))

    with acting_as(MEMBER, person=world.people[who]):
        assert not Draft.objects.exists()
        assert not Draft.objects.visible_to(world.people[who]).exists()
    with acting_as(MEMBER, person=world.people["member"]):
        assert Draft.objects.visible_to(world.people["member"]).filter(group=None).count() == 1


# By month ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("zone", "month"), [("Pacific/Kiritimati", 2), ("Etc/GMT+12", 1)])
def test_a_month_is_one_of_the_writers_own_calendar(world, as_person, arranging, zone, month):
    with arranging():
        person = world.people["peer"]
        type(person).objects.filter(pk=person.pk).update(timezone=zone)
        JournalEntryFactory(
            membership=world.memberships["peer"], text=SECRET, created_at=datetime(2027, 2, 1, 11, tzinfo=UTC)
        )
    client = as_person(person)

    shown = {m: SECRET in client.get(url("journal_month", year=2027, month=m)).content.decode() for m in (1, 2)}

    assert shown == {1: month == 1, 2: month == 2}
    assert SECRET in client.get(url("journal")).content.decode()


@pytest.mark.parametrize(("year", "month"), [(2027, 13), (2027, 0), (0, 1), (10_000, 1)])
def test_a_month_that_is_none_is_not_found(world, as_person, year, month):
    assert as_person(world.people["peer"]).get(url("journal_month", year=year, month=month)).status_code == 404


@pytest.mark.parametrize(("year", "month"), [(1, 1), (9999, 12), (2026, 2)])
def test_a_month_without_entries_says_so(world, as_person, year, month):
    page = as_person(world.people["peer"]).get(url("journal_month", year=year, month=month))

    assert (page.status_code, "Nothing was written in this month." in page.content.decode()) == (200, True)


@pytest.mark.parametrize("count", [1, 3, 300])
def test_the_journal_keeps_its_number_of_queries(as_person, arranging, django_assert_num_queries, count):
    with arranging():
        mine = MembershipFactory()
        goal = GoalFactory(membership=mine)
        for number in range(count):
            JournalEntryFactory(
                membership=mine, goal_ref=str(goal.pk), created_at=NOW - timedelta(days=2, minutes=number)
            )
    client = as_person(mine.person)

    # login session, person, begin, context, places, context back and commit; the months, the count of this one, its
    # entries, own goals; the group's key and one's own; where one writes
    with django_assert_num_queries(14):
        page = client.get(url("journal")).content.decode()

    assert page.count("data-entry=") == min(count, selectors.ENTRIES_ON_A_PAGE)


# Looking for words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("cafe", "Café"), ("CAFÉ", "Café"), ("strasse", "Straße"), ("naive", "naïve"), ("İSTANBUL", "İstanbul"),
        ("question naive", "naïve"), ("ﬁne", "fine"), ("tea", None), ("", None), ("\u0301", None),
    ],
)  # fmt: skip
def test_words_are_found_whatever_their_case_and_accents(query, found):
    place = find("At the Café on Straße 5 in İstanbul: a naïve question, fine.", words_of(query))

    assert (place and place.words) == found


@given(st.text(max_size=200), st.text(max_size=200), st.text(min_size=1, max_size=20))
def test_what_stands_in_a_text_is_found_there(before, after, word):
    words = words_of(word)
    place = find(f"{before} {word} {after}", words)

    assert bool(place) == bool(words)
    if place:
        assert folded(place.words)[0].startswith(tuple(words))


@given(st.text(max_size=300), st.text(max_size=20))
def test_an_excerpt_is_a_piece_of_the_text(text, query):
    place = find(text, words_of(query))

    if place:
        assert place.before.removeprefix("…") + place.words + place.after.removesuffix("…") in text


def test_what_is_looked_for_is_in_no_address_and_stays_on_the_page(world, as_person):
    client = as_person(world.people["member"])

    page = client.post(url("journal_search"), {"words": "AFRAID question"})

    assert page.status_code == 200
    assert "<mark>afraid</mark>" in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert client.get(f"{url('journal_search')}?words=afraid").content.decode().count("data-entry=") == 0


def test_a_search_finds_nothing_of_others(world, as_person, arranging):
    with arranging():
        JournalEntryFactory(membership=world.memberships["peer"], text=SECRET)

    page = as_person(world.people["member"]).post(url("journal_search"), {"words": SECRET}).content.decode()

    assert 'data-found="0"' in page
    assert "data-entry=" not in page


def test_a_search_looks_through_the_newest_and_says_so(world, as_person, arranging, monkeypatch):
    monkeypatch.setattr(selectors.journal, "MOST_SEARCHED", 3)
    with arranging():
        for number in range(4):
            JournalEntryFactory(
                membership=world.memberships["peer"], text=f"same {number}", created_at=NOW - timedelta(days=number)
            )

    page = as_person(world.people["peer"]).post(url("journal_search"), {"words": "same"}).content.decode()

    assert ('data-found="3"' in page, "same" in page, "<mark>same</mark> 3" in page) == (True, True, False)
    assert "entries of 4" in page


@pytest.mark.parametrize("words", ["", "   ", "x" * 100_000])
def test_odd_searches_are_told_what_to_do(world, as_person, words):
    assert as_person(world.people["peer"]).post(url("journal_search"), {"words": words}).status_code == 422


# Taking it along, and its end ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["html", "json"])
def test_it_is_taken_along_by_whoever_has_just_shown_who_they_are(world, as_person, arranging, form):
    path = url(f"journal_take_{form}")

    response = as_person(world.people["member"]).post(path)
    later = as_person(world.people["member"], minutes_ago=30).post(path)

    assert "attachment" in response.headers["Content-Disposition"]
    assert "afraid of the question" in response.content.decode()
    assert "Half a thought" not in response.content.decode()
    assert later.status_code == 302
    assert later.url.startswith("/accounts/")
    assert "afraid" not in as_person(world.people["peer"]).post(path).content.decode()
    if form == "json":
        (entry,) = json.loads(response.content)["journal"]
        assert (entry["goal_id"], bool(entry["goal_title"])) == (str(world.goal.pk), True)


def test_leaving_with_ones_words_leaves_the_journal(world, as_person, arranging):
    as_person(world.people["member"]).post(reverse("groups:leave", args=[world.group.pk]), {"words": "goes"})

    assert entries(arranging, world.people["member"]) == [world.entry.pk]


def test_erasing_the_account_erases_journal_and_what_was_typed(world, as_person, arranging):
    client = as_person(world.people["member"])
    client.post(reverse("groups:own_draft_keep"), keep(SECRET))

    client.post(reverse("accounts:erase"), {"email": world.people["member"].email})

    assert entries(arranging, world.people["member"]) == []
    with arranging():
        assert not Draft.objects.filter(person=world.people["member"]).exists()
