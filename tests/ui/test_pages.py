"""The frame of every page, the error pages, and the style guide."""

from types import SimpleNamespace

import pytest
from django.http import Http404
from django.template.loader import render_to_string
from django.test import RequestFactory

from coaching_site.styleguide import styleguide

NOBODY = {"is_member": False, "is_facilitator": False, "offices": []}
MEMBER = {**NOBODY, "is_member": True}


def office(role, slug="harbor"):
    return SimpleNamespace(slug=slug, name=slug.title(), role=role)


@pytest.mark.parametrize(
    ("places", "links"),
    [
        (MEMBER, ["/today/", "/groups/"]),
        ({**NOBODY, "is_facilitator": True}, ["/groups/"]),
        ({**NOBODY, "offices": [office("hr")]}, ["/groups/harbor/", "/report/harbor/"]),
        ({**NOBODY, "offices": [office("owner")]}, ["/groups/harbor/", "/report/harbor/", "/people/harbor/"]),
        ({**MEMBER, "offices": [office("facilitator")]}, ["/today/", "/groups/", "/groups/harbor/"]),
        (
            {**MEMBER, "offices": [office("hr"), office("facilitator", "tide")]},
            ["/today/", "/groups/", "/groups/harbor/", "/report/harbor/", "/groups/tide/"],
        ),
    ],
)
def test_navigation_leads_where_the_role_allows(anonymous_request, elements, places, links):
    anonymous_request.places = SimpleNamespace(**places)

    html = render_to_string("base.html", request=anonymous_request)

    navigation = html.partition("<nav")[2].partition("</nav>")[0]
    assert [attrs["href"] for _, attrs in elements(navigation, "a")] == links


@pytest.mark.parametrize("offices", [[office("owner")], [office("owner"), office("owner", "tide")]])
def test_navigation_leads_to_addresses_that_the_site_has(anonymous_request, elements, settings, offices):
    settings.ROOT_URLCONF = "coaching_site.urls"
    anonymous_request.places = SimpleNamespace(**{**MEMBER, "offices": offices})

    html = render_to_string("base.html", request=anonymous_request)

    header = html.partition("<header")[2].partition("</header>")[0]
    links = [attrs["href"] for _, attrs in elements(header, "a")]
    assert "" not in links
    assert len(links) == 1 + 2 + 3 * len(offices) + 1


@pytest.mark.parametrize(
    ("path", "current"), [("/today/", {"/today/": "page"}), ("/groups/17/goals/", {"/groups/": "true"})]
)
def test_navigation_says_where_the_reader_stands(anonymous_request, elements, path, current):
    anonymous_request.places = SimpleNamespace(**MEMBER)
    anonymous_request.path = path

    html = render_to_string("base.html", request=anonymous_request)

    assert {
        attrs["href"]: attrs["aria-current"] for _, attrs in elements(html, "a") if "aria-current" in attrs
    } == current


def test_frame_has_landmarks_and_a_way_past_the_navigation(anonymous_request, elements):
    anonymous_request.places = SimpleNamespace(**MEMBER)

    html = render_to_string("base.html", request=anonymous_request)

    names = [name for name, _ in elements(html) if name in {"header", "nav", "main", "aside", "footer"}]
    assert names == ["header", "nav", "main", "footer"]
    assert elements(html, "a")[0][1]["href"] == "#main"
    assert [attrs["id"] for _, attrs in elements(html, "main")] == ["main"]
    assert any(attrs.get("role") == "status" for _, attrs in elements(html, "div"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_chosen_theme_is_on_the_page(anonymous_request, elements, theme):
    anonymous_request.theme = theme

    assert elements(render_to_string("base.html", request=anonymous_request), "html")[0][1]["data-theme"] == theme


@pytest.mark.parametrize("name", ["403", "403_csrf", "404", "429", "500"])
@pytest.mark.parametrize("with_request", [True, False])
def test_error_page_needs_neither_database_nor_request(anonymous_request, elements, name, with_request):
    anonymous_request.places = SimpleNamespace(**MEMBER)

    html = render_to_string(f"{name}.html", request=anonymous_request if with_request else None)

    assert len(elements(html, "h1")) == 1
    assert elements(html, "nav") == []


def test_page_about_nothing_says_the_same_whether_it_exists_or_not(anonymous_request):
    assert "exception" not in render_to_string("404.html", {"exception": "No Goal matches"}, request=anonymous_request)


def test_style_guide_shows_all_and_has_one_h1(settings, elements):
    settings.DEBUG = True
    request = RequestFactory().get("/styleguide/")

    html = styleguide(request).content.decode()

    assert len(elements(html, "h1")) == 1
    assert "&lt;" not in html


def test_style_guide_exists_nowhere_else(settings):
    settings.DEBUG = False
    settings.COLLOQUY_EMBEDDED = False

    with pytest.raises(Http404):
        styleguide(RequestFactory().get("/styleguide/"))
