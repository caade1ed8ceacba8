"""People with browsers: what they do is what one would tell a colleague on the phone."""

import os
import re
import time
from datetime import UTC, datetime
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

PASSWORD = "a-long-good-phrase"
DEMO_PASSWORD = "colloquy-demo"
# A zone in which it is about noon now, whenever the tests run: reminders keep quiet hours. (In these names + is west.)
ZONE = f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"


class Visitor:
    """Somebody with a browser of their own; every step leaves a picture in ``$COLLOQUY_SHOTS`` when that is set."""

    def __init__(self, browser, url, name, email, device, prefix=""):
        self.context = browser.new_context(**device, base_url=url, locale="en-US", timezone_id=ZONE)
        self.page = self.context.new_page()
        self.name, self.email, self.prefix = name, email, prefix
        self.shots = self.screens = 0
        self.problems = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", self.complaint)
        self.page.on("response", self.answer)
        self.page.on("framenavigated", self.screen)

    def complaint(self, message):
        """What a page complains of: scripts and the content security policy; a refused address is often the point."""
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.problems.append(message.text)

    def screen(self, _frame):
        """One more page that somebody has to look at."""
        self.screens += 1

    def answer(self, response):
        if response.status >= 500 or (response.status >= 400 and "/static/" in response.url):
            self.problems.append(f"{response.status} {response.url}")

    def shot(self, what):
        folder = os.environ.get("COLLOQUY_SHOTS")
        if folder:
            self.shots += 1
            Path(folder).mkdir(parents=True, exist_ok=True)
            name = f"{self.prefix}{self.name.split()[0].lower()}-{self.shots:02d}-{what}.png"
            self.page.screenshot(path=Path(folder) / name, full_page=True)

    def look(self, what):
        """A picture; the page has one heading, is not too wide, and has no barrier."""
        expect(self.page.locator("h1"), what).to_have_count(1)
        self.shot(what)
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), what
        assert [f"{v['id']}: {v['nodes'][0]['html']}" for v in Axe().run(self.page).response["violations"]] == [], what

    def open(self, address):
        self.page.goto(address)
        return self.page

    def press(self, label, **kwargs):
        button = self.page.get_by_role("button", name=label, exact=True, **kwargs).first
        button.scroll_into_view_if_needed()  # what is only drawn in view takes its place before the button is hit
        button.click()

    def follow(self, label):
        self.page.get_by_role("link", name=label, exact=True).first.click()

    def fill(self, **fields):
        for name, value in fields.items():
            self.page.locator(f"[name={name}]").fill(value)

    def choose(self, name, value):
        self.page.locator(f"[name={name}][value='{value}']").check()

    def sees(self, text):
        expect(self.page.get_by_text(text).first).to_be_visible()

    def told(self, text):
        expect(self.page.locator(".messages")).to_contain_text(text)

    def sign_in(self, password=PASSWORD):
        self.open("/accounts/login/")
        self.fill(login=self.email, password=password)
        self.press("Sign in")

    def sign_out(self):
        self.page.locator(
            "summary.menu__toggle, summary", has_text=re.compile("Account|" + self.name.split()[0])
        ).first.click()
        self.press("Sign out")

    def sign_up(self):
        """The form that an invitation leads to."""
        self.shot("sign-up")
        self.fill(name=self.name, password1=PASSWORD)
        self.page.locator("[name=timezone]").select_option(ZONE)
        self.page.locator("main form button[type=submit]").first.click()

    def mail(self, subject, *, seconds=30):
        """The newest mail to this person with this in its subject, as its text; waits for the worker."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.open("/dev/mail/")
            row = self.page.locator("li, tr", has_text=self.email).filter(has_text=subject).first
            if row.count():
                row.get_by_role("link").first.click()
                return self.page.inner_text("main")
            time.sleep(0.5)
        raise AssertionError(f"No mail “{subject}” for {self.email} within {seconds} s")

    def mails(self):
        """How many mails this person has."""
        self.open("/dev/mail/")
        return self.page.locator("li, tr", has_text=self.email).count()


def link_in(text, part):
    """The address with ``part`` in a mail's text."""
    return re.search(rf"https?://\S*{re.escape(part)}\S*", text)[0].rstrip(">.,")
