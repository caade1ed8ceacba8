"""Text that somebody is still writing: kept for them, in each tab, and for nobody else."""

import html
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import DatabaseError, connection
from django.urls import reverse

from common.actor import acting_as
from common.fences import HR, MEMBER, SELF, WORKER
from common.ids import new_id
from goals.models import Goal
from groups.models import Draft
from groups.services import drafts
from tests.factories import NOW, DraftFactory
from tests.world import CAST

PLACE = "goals:goal_new"
CANARY = "zugzwang-quokka"


def keep_url(group):
    return reverse("groups:draft_keep", args=[group.pk])


def form_url(world, name="goal_new", **ids):
    return reverse(f"goals:{name}", kwargs={"group_id": world.group.pk, **ids})


def message(person, *, tab=None, place=PLACE, earlier="", **words):
    return {
        "place": place, "tab": str(tab or new_id()), "earlier": earlier, "by": str(person.pk),
        "words": json.dumps(words),
    }  # fmt: skip


@pytest.fixture
def kept(arranging):
    """What is kept of a person's words: {place: [words, …]}, oldest first."""

    def look(person, place=PLACE):
        with arranging():
            rows = Draft.objects.filter(person=person, place=place).order_by("saved_at", "pk")
            return [json.loads(row.fields.open()) for row in rows]

    return look


@pytest.fixture
def peer(as_person, world):
    """The peer of the cast, who has no draft yet, with a client."""
    person = world.people["peer"]
    client = as_person(person)
    client.person = person
    client.keep = lambda **kwargs: client.post(keep_url(world.group), message(person, **kwargs))
    return client


# The walls, one by one -----------------------------------------------------------------------------------------------


def finders(world, queryset):
    found = set()
    for caller in CAST:
        with acting_as(MEMBER, person=world.people[caller]):
            if queryset(caller).filter(pk=world.kept.pk).exists():
                found.add(caller)
    return found


def test_row_security_alone_shows_a_draft_to_its_writer(world):
    assert finders(world, lambda caller: Draft.objects.all()) == {"member"}


def test_row_security_of_drafts_can_fail(world, as_owner):
    with as_owner("ALTER TABLE groups_draft DISABLE ROW LEVEL SECURITY"):
        assert finders(world, lambda caller: Draft.objects.all()) == set(CAST)


def test_visible_to_alone_shows_a_draft_to_its_writer(world, arranging):
    with arranging():
        seen = {
            caller
            for caller, person in world.people.items()
            if person and Draft.objects.visible_to(person).filter(pk=world.kept.pk).exists()
        }

    assert seen == {"member"}


@pytest.mark.parametrize("caller", ["peer", "facilitator", "both", "former", "super"])
def test_nobody_changes_or_deletes_anothers_draft(world, caller):
    with acting_as(MEMBER, person=world.people[caller]):
        done = (Draft.objects.update(place="x"), Draft.objects.all().delete()[0])

    assert done == (0, 0)


def test_nobody_keeps_a_draft_in_anothers_name(world):
    for caller in ("peer", "both"):
        with pytest.raises(DatabaseError, match="row-level security"), acting_as(MEMBER, person=world.people[caller]):
            DraftFactory(membership=world.memberships[caller], person=world.people["member"])


@pytest.mark.parametrize("role", [HR, WORKER])
def test_hr_and_the_workers_read_no_draft(world, role):
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        acting_as(role, person=world.people["hr"], organization=world.organization),
    ):
        Draft.objects.exists()


def test_a_draft_is_sealed_in_the_table(peer, world, arranging):
    peer.keep(title=CANARY)

    with arranging(), connection.cursor() as cursor:
        cursor.execute("SELECT d::text, fields FROM groups_draft d WHERE person_id = %s", [peer.person.pk])
        row, sealed = cursor.fetchone()
    assert PLACE in row
    assert CANARY not in row
    assert CANARY.encode() not in bytes(sealed)


def test_leaving_closes_ones_drafts_and_leaves_them_to_be_taken_along(world, as_person, arranging):
    client = as_person(world.people["member"])
    client.post(reverse("groups:leave", args=[world.group.pk]))

    with acting_as(MEMBER, person=world.people["member"]):
        assert not Draft.objects.exists()
    with acting_as(SELF, person=world.people["member"]):
        assert [row.pk for row in Draft.objects.all()] == [world.kept.pk]
    assert client.post(keep_url(world.group), message(world.people["member"], title="x")).status_code == 404


def test_a_form_of_another_shows_nothing_of_ones_draft(world, as_person):
    assert "Half a thought" in as_person(world.people["member"]).get(form_url(world)).content.decode()
    assert "Half a thought" not in as_person(world.people["peer"]).get(form_url(world)).content.decode()


# Keeping -------------------------------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_once_for_each_tab(peer, kept):
    tab = new_id()

    first = peer.keep(tab=tab, title="One")
    second = peer.keep(tab=tab, title="One and two")

    assert (first.json(), second.json()) == ({"others": 0}, {"others": 0})
    assert kept(peer.person) == [{"title": "One and two"}]


def test_two_tabs_keep_two_texts_and_know_of_one_another(peer, kept):
    tabs = new_id(), new_id()

    answers = [peer.keep(tab=tab, title=f"Text {number}").json() for number, tab in enumerate(tabs)]
    again = peer.keep(tab=tabs[0], title="Text 0, longer").json()

    assert (answers, again) == ([{"others": 0}, {"others": 1}], {"others": 1})
    assert {row["title"] for row in kept(peer.person)} == {"Text 0, longer", "Text 1"}


@pytest.mark.django_db(transaction=True)
def test_one_tab_that_keeps_twice_at_once_keeps_one_text(world, kept):
    person, membership, tab = world.people["peer"], world.memberships["peer"], str(new_id())
    gate = Barrier(2)

    def keep(title):
        try:
            with acting_as(MEMBER, person=person):
                gate.wait(timeout=10)
                words = {"title": title}
                drafts.keep_draft(membership=membership, place=PLACE, tab=tab, words=words, earlier="", now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(keep, ("One", "Two")))

    assert kept(person) in ([{"title": "One"}], [{"title": "Two"}])


def test_a_tab_that_is_empty_again_keeps_nothing(peer, kept):
    tab = new_id()
    peer.keep(tab=tab, title="One")

    assert peer.keep(tab=tab, title=" ", why="").json() == {"others": 0}
    assert kept(peer.person) == []


def test_a_text_that_is_too_long_is_refused_in_words_and_the_earlier_one_stays(peer, kept):
    tab = new_id()
    peer.keep(tab=tab, title="Short")

    assert peer.keep(tab=tab, title="x" * (drafts.MOST_CHARACTERS + 1)).status_code == 413
    assert peer.keep(tab=tab, title="\n" * drafts.MOST_CHARACTERS).status_code == 413
    assert kept(peer.person) == [{"title": "Short"}]
    assert peer.keep(tab=tab, title="ж" * drafts.MOST_CHARACTERS).status_code == 200


def test_the_oldest_of_too_many_drafts_goes(world, arranging, kept):
    person, membership = world.people["peer"], world.memberships["peer"]
    with arranging():
        for age in range(drafts.MOST_DRAFTS):
            DraftFactory(
                membership=membership, fields=json.dumps({"title": str(age)}), saved_at=NOW - timedelta(hours=age + 1)
            )

    with acting_as(MEMBER, person=person):
        drafts.keep_draft(membership=membership, place=PLACE, tab="new", words={"title": "new"}, earlier="", now=NOW)

    titles = [row["title"] for row in kept(person)]
    assert len(titles) == drafts.MOST_DRAFTS
    assert (titles[-1], str(drafts.MOST_DRAFTS - 1) in titles) == ("new", False)


def test_a_draft_of_long_ago_goes_when_its_writer_keeps_another(world, arranging, kept):
    person, membership = world.people["peer"], world.memberships["peer"]
    with arranging():
        for days in (59, 61):
            DraftFactory(
                membership=membership, fields=json.dumps({"title": str(days)}), saved_at=NOW - timedelta(days=days)
            )

    with acting_as(MEMBER, person=person):
        drafts.keep_draft(membership=membership, place=PLACE, tab="new", words={"title": "new"}, earlier="", now=NOW)

    assert [row["title"] for row in kept(person)] == ["59", "new"]


@pytest.mark.parametrize(
    "place",
    ["", "goals", "goals:board", "goals:goal_share:{goal}", "goals:goal_edit", "goals:goal_edit:x", "account_login",
     "groups:draft_keep", "goals:goal_new:{goal}", "goals:check_in:{goal}:{goal}", "nonsense:nowhere"],
)  # fmt: skip
def test_only_writing_forms_keep_drafts(peer, world, kept, place):
    place = place.format(goal=world.goal.pk)

    assert peer.keep(place=place, title="x").status_code in {404, 422}
    assert kept(peer.person, place) == []


def test_writing_forms_do(peer, world, kept):
    for place in ("goals:goal_new", f"goals:check_in:{world.goal.pk}", "goals:step_new", "feedback:note_new"):
        assert peer.keep(place=place, title="x").status_code == 200
        assert kept(peer.person, place) == [{"title": "x"}]


@pytest.mark.parametrize(
    "changes", [{"words": "[1]"}, {"words": "{"}, {"words": '{"title": 1}'}, {"tab": "mine"}, {"tab": ""}]
)
def test_nonsense_is_refused(peer, world, kept, changes):
    answer = peer.post(keep_url(world.group), message(peer.person, title="x") | changes)

    assert (answer.status_code, kept(peer.person)) == (422, [])


@pytest.mark.parametrize(
    ("caller", "status"), [("former", 404), ("elsewhere", 404), ("unsigned", 302), ("nobody", 401)]
)
def test_who_does_not_read_the_group_keeps_nothing_there(world, as_person, kept, caller, status):
    person = world.people[caller]

    answer = as_person(person).post(keep_url(world.group), message(person or world.people["peer"], title="x"))

    assert answer.status_code == status
    assert kept(person or world.people["peer"]) == []


def test_a_form_that_another_person_opened_keeps_nothing_in_ones_own_name(peer, world, kept):
    answer = peer.post(keep_url(world.group), message(world.people["member"], title=CANARY))

    assert (answer.status_code, kept(peer.person)) == (409, [])


def test_a_form_that_another_person_opened_is_not_sent_in_ones_own_name(peer, world, arranging):
    words = {"title": CANARY, "behavior": "x", "why": "", "target_on": "2127-05-01"}

    answer = peer.post(form_url(world), words | {"draft_by": str(world.people["member"].pk)})

    page = answer.content.decode()
    assert (answer.status_code, CANARY in page, "Send again" in page) == (409, True, False)
    with arranging():
        assert not Goal.objects.filter(membership=world.memberships["peer"]).exists()
    assert peer.post(form_url(world), words | {"draft_by": str(peer.person.pk)}).status_code == 302


# Opening the form again ----------------------------------------------------------------------------------------------


def test_one_kept_text_is_filled_in_and_goes_on_in_its_place(peer, world, kept):
    peer.keep(title=CANARY, target_on="2127-05-01", key="0" * 32)

    page = peer.get(form_url(world))
    form, about = page.context["form"], page.context["kept"]
    peer.keep(tab=about.tab, earlier=about.earlier, title=f"{CANARY} goes on")

    assert f'value="{CANARY}"' in page.content.decode()
    assert (form["title"].value(), form["target_on"].value()) == (CANARY, "2127-05-01")
    assert "0" * 32 not in page.content.decode()  # the row that is written has an id of its own
    assert "Kept from" in page.content.decode()
    assert kept(peer.person) == [{"title": f"{CANARY} goes on"}]


def test_a_text_that_was_written_on_meanwhile_is_not_replaced(peer, world, kept):
    tab = new_id()
    peer.keep(tab=tab, title="First")
    about = peer.get(form_url(world)).context["kept"]
    peer.keep(tab=tab, title="First, on the other device")

    answer = peer.keep(tab=about.tab, earlier=about.earlier, title="Second")

    assert answer.json() == {"others": 1}
    assert {row["title"] for row in kept(peer.person)} == {"First, on the other device", "Second"}


def test_of_two_kept_texts_one_is_chosen_and_the_other_stays(peer, world, kept):
    for title in ("The first thought", "The second thought"):
        peer.keep(title=title)

    page = peer.get(form_url(world))
    shown = page.content.decode()
    chosen = next(text for text in page.context["kept"].others if text.begins == "The first thought")
    filled = peer.get(form_url(world) + chosen.use_url)

    assert shown.count("Use this one") == 2
    assert page.context["form"]["title"].value() is None
    assert filled.context["form"]["title"].value() == "The first thought"
    assert [text.begins for text in filled.context["kept"].others] == ["The second thought"]
    assert len(kept(peer.person)) == 2


def test_choosing_or_throwing_away_keeps_what_else_the_form_was_opened_with(peer, world, kept):
    for title in ("The first thought", "The second thought"):
        peer.keep(title=title)
    address = f"{form_url(world)}?ask=7%26x&draft=nonsense"

    others = peer.get(address).context["kept"].others
    filled = peer.get(form_url(world) + others[0].use_url)
    thrown = peer.post(filled.context["kept"].chosen.drop_url)

    assert filled.wsgi_request.GET["ask"] == "7&x"
    assert filled.context["kept"].chosen.pk == others[0].pk
    assert thrown.url == f"{form_url(world)}?ask=7%26x"


def test_a_kept_text_is_thrown_away_by_a_button_and_not_by_looking(peer, world, kept):
    peer.keep(title="Nothing good")
    drop = peer.get(form_url(world)).context["kept"].chosen.drop_url

    assert peer.get(drop).status_code == 405
    assert len(kept(peer.person)) == 1
    answer = peer.post(drop)
    assert (answer.status_code, answer.url, kept(peer.person)) == (302, form_url(world), [])
    assert peer.post(drop).status_code == 404


def test_the_draft_of_another_group_is_not_reached_through_this_one(as_person, world, arranging, kept):
    with arranging():
        row = DraftFactory(membership=world.other_memberships["both"])
    client = as_person(world.people["both"])

    answer = client.post(reverse("groups:draft_drop", args=[world.group.pk, row.pk]))

    assert (answer.status_code, len(kept(world.people["both"]))) == (404, 1)
    assert client.get(form_url(world)).context["kept"].chosen is None


def test_markup_in_a_draft_is_text(peer, world):
    for title in ("<script>alert(1)</script>", "<b>two"):
        peer.keep(title=title)

    page = peer.get(form_url(world)).content.decode()

    assert "<script>alert" not in page
    assert "<b>two" not in page
    assert "<script>alert(1)</script>" in html.unescape(page)


def test_the_words_of_a_charter_are_kept_as_they_were_arranged(peer, world, kept):
    """A clause that was taken out stays out, and looking at what is different first loses nothing."""
    address = reverse("groups:charter_edit", args=[world.group.pk])
    about = peer.get(address).context["kept"]
    words = {"rows": "1", "title_1": "Trust", "text_1": CANARY}
    peer.keep(place=about.place, tab=about.tab, **words)

    page = peer.get(address)
    again = page.context["kept"]
    preview = peer.post(address, words | {"action": "preview", "draft": again.tab, "draft_from": again.earlier})

    assert page.context["form"].typed() == [("Trust", CANARY)]
    assert f'name="draft" value="{again.tab}"' in preview.content.decode()
    assert kept(peer.person, about.place) == [words]

    done = {"action": "propose", "read": "six_commitments", "draft": again.tab, "draft_from": again.earlier}
    assert peer.post(address, words | done).status_code == 302
    assert kept(peer.person, about.place) == []


# Saving --------------------------------------------------------------------------------------------------------------


def words_of(name, world):
    goal = {"title": "Ask first", "behavior": "A question", "why": "", "target_on": "2127-05-01"}
    return {
        "goal_new": (form_url(world), goal),
        "goal_edit": (form_url(world, "goal_edit", goal_id=world.goal.pk), goal),
        "check_in": (form_url(world, "check_in", goal_id=world.goal.pk), {"how_it_went": "Well"}),
        "step_new": (form_url(world, "step_new"), {"text": "Call Lin", "due_on": "2127-05-01"}),
        "note_new": (
            reverse("feedback:note_new", args=[world.group.pk]),
            {
                "recipient": str(world.memberships["peer"].pk), "kind": "try", "situation": "On Tuesday",
                "behavior": "You spoke", "impact": "I listened",
            },
        ),
    }[name]  # fmt: skip


@pytest.mark.parametrize("name", ["goal_new", "goal_edit", "check_in", "step_new", "note_new"])
def test_a_saved_text_takes_its_draft_along_and_no_other(as_person, world, arranging, kept, name):
    person, client = world.people["member"], as_person(world.people["member"])
    address, words = words_of(name, world)
    with arranging():
        Draft.objects.all().delete()
    about = client.get(address).context["kept"]
    keep = keep_url(world.group)
    client.post(keep, message(person, tab=about.tab, place=about.place, title="mine"))
    client.post(keep, message(person, place=about.place, title="of another tab"))

    wrong = client.post(address, {"draft": about.tab})
    kept_after_a_mistake = len(kept(person, about.place))
    answer = client.post(address, words | {"draft": about.tab, "draft_from": about.earlier})

    assert (wrong.status_code, wrong.context["kept"].tab, kept_after_a_mistake) == (422, about.tab, 2)
    assert answer.status_code == 302
    assert kept(person, about.place) == [{"title": "of another tab"}]


def test_a_kept_text_that_is_sent_as_it_is_leaves_no_draft(peer, world, kept):
    peer.keep(title="Ask first")
    about = peer.get(form_url(world)).context["kept"]
    _, words = words_of("goal_new", world)

    peer.post(form_url(world), words | {"draft": about.tab, "draft_from": about.earlier})

    assert kept(peer.person) == []


@pytest.mark.parametrize("earlier", ["x", "@", "x@yesterday", "x@2027-13-41T00:00:00Z", "x@2027-01-01T00:00:00"])
def test_an_odd_name_of_an_earlier_draft_is_no_error(peer, world, kept, earlier):
    assert peer.keep(earlier=earlier, title="x").status_code == 200
    _, words = words_of("goal_new", world)
    assert peer.post(form_url(world), words | {"draft": "x", "draft_from": earlier}).status_code == 302
    assert len(kept(peer.person)) == 1


def test_words_written_after_a_save_that_was_never_heard_of_are_kept(peer, world, kept):
    """The answer was lost on the way; the writer goes on in the same page and sends it again."""
    about = peer.get(form_url(world))
    _, words = words_of("goal_new", world)
    words |= {"key": str(about.context["form"]["key"].value()), "draft": about.context["kept"].tab}
    peer.post(form_url(world), words)
    peer.keep(tab=words["draft"], title="Ask first, and wait")

    peer.post(form_url(world), words | {"title": "Ask first, and wait"})

    assert kept(peer.person) == [{"title": "Ask first, and wait"}]


def test_a_text_and_the_end_of_its_draft_are_saved_together_or_not_at_all(peer, world, as_owner, arranging):
    _, words = words_of("goal_new", world)

    with as_owner("REVOKE DELETE ON groups_draft FROM colloquy_member"):
        with pytest.raises(DatabaseError, match="permission denied"):
            peer.post(form_url(world), words)
        with arranging():
            assert not Goal.objects.filter(membership=world.memberships["peer"]).exists()


# Two tabs on one saved text ------------------------------------------------------------------------------------------


@pytest.fixture
def edit(as_person, world):
    """The edit page of the member's goal, opened; posting it with other words."""
    client, address = as_person(world.people["member"]), form_url(world, "goal_edit", goal_id=world.goal.pk)

    def open_page():
        version = client.get(address).context["form"]["version"].value()
        _, words = words_of("goal_edit", world)
        return lambda **changes: client.post(address, words | {"version": version} | changes)

    return open_page


def titles(world, arranging):
    with arranging():
        return Goal.objects.get(pk=world.goal.pk).title.open()


def test_the_second_of_two_tabs_sees_both_texts_and_overwrites_nothing(edit, world, arranging):
    first, second = edit(), edit()

    assert first(title="From the first tab").status_code == 302
    answer = second(title="From the second tab")

    page = answer.content.decode()
    assert (answer.status_code, titles(world, arranging)) == (409, "From the first tab")
    assert "From the first tab" in page
    assert 'value="From the second tab"' in page
    assert "Nothing is overwritten" in page
    seen = answer.context["form"]["version"].value()
    assert second(title="Of both", version=seen).status_code == 302
    assert titles(world, arranging) == "Of both"


def test_a_third_change_is_seen_too(edit, world, arranging):
    first, second, third = edit(), edit(), edit()
    first(title="One")
    seen = second(title="Two").context["form"]["version"].value()
    third_seen = third(title="Three").context["form"]["version"].value()
    second(title="Two", version=seen)

    assert third(title="Three", version=third_seen).status_code == 409
    assert titles(world, arranging) == "Two"


def test_the_same_words_twice_are_no_conflict(edit, world, arranging):
    send = edit()

    assert [send(title="Once").status_code, send(title="Once").status_code] == [302, 302]


def test_a_draft_remembers_which_words_it_rewords(edit, as_person, world, arranging):
    client, person = as_person(world.people["member"]), world.people["member"]
    address = form_url(world, "goal_edit", goal_id=world.goal.pk)
    page = client.get(address)
    version, about = page.context["form"]["version"].value(), page.context["kept"]
    client.post(keep_url(world.group), message(person, tab=about.tab, place=about.place, title="Kept", version=version))
    edit()(title="Saved meanwhile", version="")

    again = client.get(address)
    _, words = words_of("goal_edit", world)
    answer = client.post(address, words | {"title": "Kept", "version": again.context["form"]["version"].value()})

    assert (answer.status_code, titles(world, arranging)) == (409, "Saved meanwhile")
