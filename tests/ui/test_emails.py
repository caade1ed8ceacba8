"""The layout of our mails: whole after its styles are inlined, and nothing is fetched from anywhere."""

import css_inline
import pytest
from django.template import engines

PAGE = """{% extends "emails/base.html" %}
{% block preheader %}Tomorrow, 16:00{% endblock %}
{% block heading %}{{ title }}{% endblock %}
{% block body %}<p>Your group {{ group }} meets tomorrow.</p>{% endblock %}
{% block after %}<p>Until then.</p>{% endblock %}"""
TEXT = """{% extends "emails/base.txt" %}{% block body %}Your group {{ group }} meets tomorrow.{% endblock %}"""


@pytest.fixture
def mail():
    """A mail of ours as (HTML with inlined styles, text)."""
    given = {
        "title": "Your session is tomorrow",
        "group": "Harbor & Tide <b>",
        "action_url": "https://colloquy.example/x/?a=1&b=2",
        "action_label": "Open the session",
        "unsubscribe_url": "https://colloquy.example/stop/t0ken/",
        "reason": "You are a member of this group.",
    }
    inliner = css_inline.CSSInliner(keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False)
    html = engines["django"].from_string(PAGE).render(given)
    return inliner.inline(html), engines["django"].from_string(TEXT).render(given).strip()


def test_mail_escapes_in_html_and_not_in_text(mail):
    html, text = mail

    assert "Harbor &amp; Tide &lt;b&gt;" in html
    assert text.startswith("Your group Harbor & Tide <b> meets tomorrow.")


def test_mail_says_the_same_twice(mail):
    html, text = mail

    for words in ("Open the session", "https://colloquy.example/stop/t0ken/", "You are a member of this group."):
        assert words in html
        assert words in text
    assert "https://colloquy.example/x/?a=1&b=2" in text
    assert "https://colloquy.example/x/?a=1&amp;b=2" in html


def test_mail_fetches_nothing_and_carries_its_styles_inline(mail, elements):
    html, _ = mail

    assert {name for name, _ in elements(html)} & {"img", "link", "script", "iframe"} == set()
    assert "url(" not in html
    assert "color: #ffffff" in elements(html, "a")[0][1]["style"]
    assert "prefers-color-scheme: dark" in html
    assert len(elements(html, "h1")) == 1


def test_mail_without_an_act_has_no_button():
    html = engines["django"].from_string(PAGE).render({"title": "x"})

    assert "button-cell" not in html.partition("</style>")[2]
