"""Forms of a page, as a browser would send them."""

import re

FORM = re.compile(r"<form\b[^>]*\bmethod=\"post\"[^>]*>.*?</form>", re.S | re.I)
TOKEN = re.compile(r"<input\b[^>]*name=\"csrfmiddlewaretoken\"[^>]*value=\"([^\"]+)\"")


def without_token(page):
    """The posted forms of a page that carry no token: outside of tests the server refuses them."""
    return [form for form in FORM.findall(page) if not TOKEN.search(form)]


def form_to(page, address):
    """What a browser sends when the button of the form that goes to ``address`` is pressed."""
    form = next(form for form in FORM.findall(page) if f'action="{address}"' in form)
    return {"csrfmiddlewaretoken": TOKEN.search(form)[1]}
