"""Templates rendered as text, without a database: a query in one of them fails the test."""

from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import engines
from django.test import RequestFactory


@pytest.fixture(autouse=True)
def _own_urls(settings):
    settings.ROOT_URLCONF = "tests.ui.urls"


@pytest.fixture
def render():
    """Render template source with the tags loaded."""

    def _render(source, **context):
        return engines["django"].from_string("{% load ui %}" + source).render(context)

    return _render


@pytest.fixture
def anonymous_request():
    """A request of nobody in particular."""
    request = RequestFactory().get("/somewhere/")
    request.user = AnonymousUser()
    request.session = {}
    return request


class _Elements(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.fixture
def elements():
    """All start tags of a piece of HTML as (name, attributes), or those of one name."""

    def _elements(html, name=None):
        parser = _Elements()
        parser.feed(html)
        return [element for element in parser.found if name in (None, element[0])]

    return _elements
