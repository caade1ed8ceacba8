"""What was typed survives an expired sign-in and an old page, also without scripts; and is repeated to nobody else."""

import html
import re

import pytest
from django.urls import reverse

from goals.models import Goal
from tests.conftest import WalledClient

CANARY = "zugzwang-quokka"
WORDS = {"title": f"{CANARY} <b>first", "behavior": "A question\nof two lines", "why": "", "target_on": "2127-05-01"}


def address(world):
    return reverse("goals:goal_new", args=[world.group.pk])


def hidden(page):
    """What "Send again" would send."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found}


@pytest.fixture
def strict(world):
    """A browser's client: tokens are checked; signed in as the member, with the goal form open."""
    client = WalledClient(enforce_csrf_checks=True)
    client.force_login(world.people["member"])
    client.token = hidden(client.get(address(world)).content.decode())["csrfmiddlewaretoken"]
    return client


def titles(arranging, world):
    with arranging():
        return [goal.title.open() for goal in Goal.objects.filter(group=world.group).order_by("created_at")]


def test_a_form_sent_after_sign_in_expired_comes_back_whole_and_is_sent_again(strict, world, arranging):
    strict.cookies.pop("sessionid")

    answer = strict.post(address(world), {**WORDS, "csrfmiddlewaretoken": strict.token})

    page = answer.content.decode()
    assert (answer.status_code, answer["Cache-Control"]) == (401, "no-store, private")
    assert "You were signed out. Your text is below." in page
    assert f"<p>{CANARY} &lt;b&gt;first</p>" in page
    assert "A question<br>of two lines" in page
    assert len(titles(arranging, world)) == 2

    strict.force_login(world.people["member"])
    assert strict.post(address(world), hidden(page)).status_code == 302
    assert titles(arranging, world)[-1] == WORDS["title"]


@pytest.mark.parametrize("origin", [{"HTTP_ORIGIN": "http://testserver"}, {"HTTP_REFERER": "http://testserver/x"}])
def test_a_form_with_an_old_token_comes_back_whole_and_is_sent_again(strict, world, arranging, origin):
    answer = strict.post(address(world), {**WORDS, "csrfmiddlewaretoken": "a" * 64}, **origin)

    page = answer.content.decode()
    assert answer.status_code == 403
    assert "The page was open too long. Your text is below." in page
    assert hidden(page).items() >= WORDS.items()
    assert strict.post(address(world), hidden(page), **origin).status_code == 302
    assert titles(arranging, world)[-1] == WORDS["title"]


@pytest.mark.parametrize(
    "origin",
    [
        {},
        {"HTTP_ORIGIN": "https://elsewhere.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_ORIGIN": "null", "HTTP_REFERER": "http://testserver/x"},
        {"HTTP_REFERER": "http://testserver.elsewhere.example/"},
        {"HTTP_REFERER": "http://elsewhere.example/http://testserver/"},
    ],
)
def test_what_another_site_posts_is_not_repeated(strict, world, origin):
    answer = strict.post(address(world), {**WORDS, "csrfmiddlewaretoken": "a" * 64}, **origin)

    assert answer.status_code == 403
    assert CANARY not in answer.content.decode()
    assert "Send again" not in answer.content.decode()


@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_reset_password"])
def test_pages_of_sign_in_repeat_nothing(strict, name):
    typed = {"login": CANARY, "email": CANARY, "password": CANARY, "csrfmiddlewaretoken": "a" * 64}

    answer = strict.post(reverse(name), typed, HTTP_ORIGIN="http://testserver")

    assert answer.status_code == 403
    assert CANARY not in answer.content.decode()


def test_a_public_page_of_ours_repeats_nothing(strict, world):
    answer = strict.post(
        reverse("groups:join_start", args=["x"]),
        {"name": CANARY, "csrfmiddlewaretoken": "a" * 64},
        HTTP_ORIGIN="http://testserver",
    )

    assert (answer.status_code, CANARY in answer.content.decode()) == (403, False)


def test_passwords_and_files_are_never_given_back(client, world):
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("roster.csv", f"email\n{CANARY}\n".encode())
    typed = {"old_password": CANARY, "Password1": CANARY, "file": file, "title": "Kept"}

    page = client.post(address(world), typed).content.decode()

    assert CANARY not in page
    assert "A file that you had chosen is not here." in page
    assert hidden(page)["title"] == "Kept"


def test_a_button_pressed_after_sign_in_expired_says_so_too(client, world, arranging):
    answer = client.post(reverse("goals:goal_share", args=[world.group.pk, world.draft.pk]))

    assert (answer.status_code, "You were signed out." in answer.content.decode()) == (401, True)
    with arranging():
        assert Goal.objects.get(pk=world.draft.pk).shared_at is None


def test_looking_at_a_page_without_sign_in_leads_to_sign_in(client, world):
    assert client.get(address(world)).url.startswith(reverse("account_login"))


def test_what_is_there_and_what_is_not_answer_alike_without_sign_in(client, world):
    there = client.post(address(world), WORDS).content
    missing = client.post(reverse("goals:goal_new", args=[world.goal.pk]), WORDS).content

    def masked(page):
        return re.sub(rb'(csrfmiddlewaretoken" value=")[^"]+', rb"\1", page)

    assert masked(there) == masked(missing)
