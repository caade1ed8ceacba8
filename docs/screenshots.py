"""Take the pictures in ``docs/img`` anew: ``.venv/bin/python docs/screenshots.py [picture …]``.

Starts the demonstration in a folder of its own and looks at it as its people, on a phone and on a desktop; needs the
tests' environment (``./test`` makes it) and Chromium. Nothing is kept but the pictures.
"""

import os
import shutil
import signal
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import expect, sync_playwright  # noqa: E402

from tests.e2e.conftest import FLAGS, start_product  # noqa: E402
from tests.e2e.people import Visitor  # noqa: E402

IMAGES = ROOT / "docs" / "img"
LARGEST = 150_000  # bytes
PHONE = {"viewport": {"width": 375, "height": 760}, "has_touch": True}
DESKTOP = {"viewport": {"width": 1120, "height": 860}}
PASSWORD = "colloquy-demo"  # noqa: S105  # printed at every start of the demonstration


def today(person):
    person.open("/today/")


def charter(person):
    in_the_group(person)
    person.follow("The charter")


def check_in(person):
    person.open("/today/")
    person.page.get_by_role("link", name="Check in").first.click()
    person.page.get_by_label("How did it go?").fill("I asked first on Tuesday, and waited. Lin had half of the answer.")
    person.choose("confidence", "6")
    person.page.locator("h1").click()


def goals(person):
    in_the_group(person)
    person.follow("Goals")


def feedback(person):
    in_the_group(person)
    person.follow("Feedback")
    for number in range(person.page.locator("main .rows__title a, main a.rows__title").count()):
        person.page.locator("main .rows__title a, main a.rows__title").nth(number).click()
        if person.page.locator(".letter").count():
            return
        person.page.go_back()


def session(person):
    in_the_group(person)
    person.follow("Sessions")
    person.page.locator("main .rows__title a, main a.rows__title").first.click()


def proposal(person):
    person.follow("Emerging leaders")
    person.press("Form groups")
    expect(person.page.get_by_role("button", name="Save facilitators")).to_be_visible(timeout=60_000)


def report(person):
    person.open("/o/meridian/report/")


def in_the_group(person):
    person.open("/groups/")
    person.page.locator("main .rows__title a, main a.rows__title").first.click()


# The picture, whose it is, on what, and how one gets there.
PICTURES = {
    "today": ("member", PHONE, today),
    "check-in": ("member", PHONE, check_in),
    "feedback": ("peer", PHONE, feedback),
    "charter": ("member", PHONE, charter),
    "goals": ("member", DESKTOP, goals),
    "session": ("facilitator", DESKTOP, session),
    "proposal": ("hr", DESKTOP, proposal),
    "report": ("hr", DESKTOP, report),
}


@contextmanager
def demonstration():
    """The product with its demonstration, for as long as the block lasts; gives its address."""
    folder = Path(tempfile.mkdtemp(prefix="colloquy-pictures-"))
    folder.chmod(0o711)
    process, url, _said = start_product(folder / "data")
    try:
        yield url
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def take(browser, url, name):
    """One picture, of what fits on the screen; the bytes it takes."""
    who, device, go = PICTURES[name]
    person = Visitor(browser, url, who, f"{who}@demo.example", {**device, "color_scheme": "light"})
    person.sign_in(PASSWORD)
    go(person)
    person.page.wait_for_load_state("networkidle")
    person.page.evaluate("document.activeElement.blur(); scrollTo(0, 0); document.fonts.ready")
    person.page.screenshot(path=IMAGES / f"{name}.png", animations="disabled")
    person.context.close()
    return (IMAGES / f"{name}.png").stat().st_size


def main(names):
    IMAGES.mkdir(exist_ok=True)
    executable = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium")
    with demonstration() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, chromium_sandbox=os.getuid() != 0, args=FLAGS)
        sizes = {name: take(browser, url, name) for name in names or PICTURES}
        browser.close()
    for name, size in sizes.items():
        print(f"{name:10} {size / 1000:5.0f} kB{'' if size <= LARGEST else ': too large'}")
    return int(any(size > LARGEST for size in sizes.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
