"""The demonstration, looked at: each person's pages in light and dark, phone and desktop, without a barrier."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.people import Visitor

HOMES = {
    "owner": "/programs/",
    "hr": "/programs/",
    "facilitator": "/groups/",
    "member": "/today/",
    "peer": "/today/",
    "former": "/today/",
    "outsider": "/today/",
    "twogroups": "/today/",
    "super": "/today/",
}

OFFICE = {"owner", "hr"}
# At the foot of every page: what is promised, and what HR sees.
FOOT = ("/trust/", "/what-hr-sees/")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


@pytest.mark.e2e
def test_everybody_of_the_demonstration_finds_their_home_without_a_barrier(browser, demonstration):
    """Everybody's home, and each kind of page once for each kind of reader and device; for barriers once a reader."""
    barriers, seen, tried = {}, set(), set()
    for number, (name, home) in enumerate(HOMES.items()):
        device = {**(PHONE if number % 2 else DESKTOP), "color_scheme": "dark" if number % 3 else "light"}
        person = Visitor(browser, demonstration.url, name, f"{name}@demo.example", device, prefix="demo-")
        person.sign_in("colloquy-demo")
        assert home in person.page.url, (name, person.page.url)
        for address in [person.page.url, *links(person.page), *FOOT]:
            kind = _ID.sub("ID", address), name if name in ("facilitator", "former") else name in OFFICE, number % 2
            if kind in seen and address != person.page.url:
                continue
            seen.add(kind)
            person.open(address)
            person.shot("page")
            assert person.page.locator("h1").count() == 1, address
            if kind[:2] not in tried:
                tried.add(kind[:2])
                found = Axe().run(person.page).response["violations"]
                if found:
                    barriers[f"{name} {address}"] = [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found]
            assert person.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{address} is too wide"
        assert person.problems == [], name
        person.context.close()
    assert barriers == {}


def links(page):
    """What the navigation and the page itself lead to, one step deep, without the doors out."""
    addresses = page.eval_on_selector_all(
        "main a[href^='/'], nav a[href^='/']", "links => links.map(a => a.getAttribute('href'))"
    )
    return [a for a in dict.fromkeys(addresses) if "logout" not in a and "csv" not in a][:12]
