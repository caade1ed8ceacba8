"""Every form of every page carries the token without which the server refuses it; an ``include … only`` hands it on."""

import re
from pathlib import Path

from django.conf import settings

from tests.forms import without_token

TEMPLATES = Path(settings.BASE_DIR) / "templates"
INCLUDE = re.compile(r'{% include "([^"]+)"([^%]*)%}')
POSTS = re.compile(r"{% (csrf_token|post_button|confirm|kept_draft)\b")
SOURCES = {str(path.relative_to(TEMPLATES)): path.read_text() for path in TEMPLATES.rglob("*.html")}


def posts(name, sources, seen=()):
    """Whether a template, or one that it includes, holds a form that is posted."""
    source = sources.get(name, "")
    inner = [included for included, _with in INCLUDE.findall(source) if included not in seen]
    return bool(POSTS.search(source)) or any(posts(one, sources, (*seen, name)) for one in inner if one != name)


def keeps_back(sources):
    """(template, included): forms that would be refused."""
    return [
        (name, inner)
        for name, source in sources.items()
        for inner, values in INCLUDE.findall(source)
        if values.split()[-1:] == ["only"] and "csrf_token=csrf_token" not in values and posts(inner, sources)
    ]


def test_a_page_with_a_form_that_would_be_refused_is_noticed():
    page = '<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="{}"></form>'

    assert without_token(page.format("abc")) == []
    assert without_token(page.format("")) == [page.format("")]


def test_a_form_in_an_included_template_gets_its_token():
    assert posts("goals/_place.html", SOURCES)
    assert keeps_back(SOURCES) == []


def test_an_include_that_keeps_the_token_back_is_noticed():
    name = "goals/board.html"
    sources = SOURCES | {name: SOURCES[name].replace(" csrf_token=csrf_token", "")}

    assert keeps_back(sources) == [(name, "goals/_place.html")]
