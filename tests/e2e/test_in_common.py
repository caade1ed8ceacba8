"""Two members tell the group about themselves; one raises what stands in the way, and it gets time and is handled."""

import pytest
from playwright.sync_api import expect

from tests.e2e.test_goals import group_of

pytestmark = pytest.mark.xdist_group("mirror")

SECRET = "What I told you about my board came back to me at work."


def share(person, *topics, **words):
    """Tick and write; what was kept as a draft is sent with it."""
    for topic in topics:
        person.page.get_by_label(topic, exact=True).check()
    person.fill(**words)
    person.look("telling")
    person.press("Share")
    person.told("Shared.")


@pytest.mark.e2e
def test_members_are_compared_and_the_air_is_cleared(visit):
    member, peer = visit("member", color_scheme="dark"), visit("peer")
    group = group_of(member)
    member.open(group)
    member.follow("In common, and different")
    member.look("nothing shared")
    member.follow("Tell them about yourself")
    share(member, "Delegating", "Hiring", thinking="Silence, and then one question", outside="I row at six")
    peer.open(f"{group}feedback/in-common/share/")
    share(peer, "Delegating", "Work and family", thinking="A walk")
    expect(peer.page.locator("[data-topics] li").first).to_have_text("Two of you picked “Delegating”.")
    peer.sees("Only you picked “Work and family”.")
    expect(peer.page.locator("[data-told]")).to_have_count(3)
    peer.look("compared")
    peer.page.set_viewport_size({"width": 1280, "height": 900})
    peer.look("compared, wide")
    member.page.reload()
    member.look("compared, dark")

    member.open(f"{group}feedback/")
    member.follow("Clearing the air")
    member.follow("Raise something")
    member.choose("circle", "facilitator")
    member.fill(text=SECRET)
    member.look("raising")
    member.press("Raise it")
    member.told("Raised.")
    member.look("raised")

    facilitator = visit("facilitator", viewport={"width": 1280, "height": 900})
    facilitator.open(f"{group}sessions/")
    facilitator.page.locator(
        "main .rows__title[href*='/sessions/'], main .rows__title a[href*='/sessions/']"
    ).first.click()
    facilitator.follow("Read what is raised")
    facilitator.sees(SECRET)
    facilitator.press("Put it on the agenda")
    facilitator.told("on the agenda now")
    facilitator.look("planned")
    facilitator.page.set_viewport_size({"width": 375, "height": 700})
    facilitator.look("planned, on a phone")
    facilitator.page.locator("[data-air-in] a").first.click()
    expect(facilitator.page.locator(".agenda__title", has_text="Clearing the air")).to_have_count(1)
    facilitator.look("the session")
    facilitator.follow("Read what is raised")
    facilitator.press("It is handled")
    facilitator.told("The words are gone")

    member.page.reload()
    member.sees("It was handled on")
    expect(member.page.get_by_text(SECRET)).to_have_count(0)
    member.look("handled")
