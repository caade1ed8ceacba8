"""What is left behind when a page is made or fails: names and ids, no words. ``docs/privacy.md`` refers to these."""

import logging

import pytest
from django.urls import reverse

from coaching_site.logs import WithoutBodies

WORDS = "quokka in the boardroom"


def log_of_an_error(*filters):
    """The line that an error leaves when its message quotes what somebody typed."""
    lines = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(logging.Formatter().format(record))
    for one in filters:
        handler.addFilter(one)
    logger = logging.Logger("probe")
    logger.addHandler(handler)
    try:
        raise ValueError(f"cannot read {WORDS}")
    except ValueError:
        logger.exception("page_failed", extra={"request": WORDS})
    return lines[0]


def test_a_log_line_holds_no_word_of_an_error():
    line = log_of_an_error(WithoutBodies())

    assert line.startswith("page_failed [ValueError at test_text_hygiene.py:")
    assert WORDS not in line


def test_that_log_test_can_fail():
    assert WORDS in log_of_an_error()


def test_every_log_line_passes_the_filter(settings):
    assert {name: handler["filters"] for name, handler in settings.LOGGING["handlers"].items()} == {
        "stderr": ["no_bodies"]
    }
    assert settings.LOGGING["filters"]["no_bodies"] == {"()": "coaching_site.logs.WithoutBodies"}


@pytest.fixture
def request_lines(monkeypatch):
    """The facts that the middleware logs about each request."""
    lines = []
    monkeypatch.setattr("coaching_site.middleware.log.info", lambda event, **facts: lines.append((event, facts)))
    return lines


def test_a_request_is_logged_without_its_address(world, as_person, request_lines):
    address = reverse("goals:goal", args=[world.group.pk, world.goal.pk])

    as_person(world.people["member"]).get(address, {"q": WORDS})

    (event, facts) = request_lines[-1]
    assert (event, facts.pop("view"), facts.pop("person")) == ("request", "goals:goal", str(world.people["member"].pk))
    assert set(facts) == {"method", "status", "ms"}
    assert WORDS not in str(request_lines)
    assert str(world.goal.pk) not in str(request_lines)


@pytest.mark.parametrize(("caller", "name"), [("member", "today"), ("nobody", "account_login")])
def test_a_page_is_kept_nowhere(world, as_person, caller, name):
    response = as_person(world.people[caller]).get(reverse(name))

    assert (response.status_code, response["Cache-Control"]) == (200, "no-store, private")


def test_an_error_report_holds_neither_form_nor_variables(rf, settings):
    from django.utils.module_loading import import_string

    report = import_string(settings.DEFAULT_EXCEPTION_REPORTER_FILTER)()
    request = rf.post("/", {"title": WORDS})

    assert (report.get_post_parameters(request), report.get_traceback_frame_variables(request, None)) == ({}, [])
