"""The pages hold together: links, pictures, decisions, the changelog, and the one warning that nobody may miss."""

import os
import re

import pytest

from tests.architecture.pages import DOCS, PAGES, ROOT, page, rows, section, unknown_tests

LARGEST, MOST = 150_000, 8
README = (ROOT / "README.md").read_text()
DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))
PICTURES = sorted((DOCS / "img").iterdir())


def anchors(text):
    """The names by which GitHub and others link to headings."""
    titles = re.findall(r"^#+ (.+)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def broken_links(file, text):
    """Links to files that are not there, or to headings that they do not have."""
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", text, flags=re.S)):
        path, _, anchor = target.partition("#")
        there = (file.parent / path).resolve() if path else file
        is_page = there.suffix == ".md" and there.exists()
        if not there.exists() or (anchor and not (is_page and anchor in anchors(there.read_text()))):
            broken.append(target)
    return broken


def traces(text):
    """What belongs to one machine or another place: absolute folders of its own, addresses of package indexes."""
    return re.findall(r"(?<![\w.])/(?:work|root|home|Users|tmp)/\w+|https?://[\w.]*(?:pypi|pythonhosted)[\w./]*", text)


def british(text):
    return re.findall(
        r"\b\w*(?:behaviour|colour|favour|neighbour|organis|recognis|authoris|centre\b|licence)\w*", text, re.I
    )


@pytest.mark.parametrize("file", PAGES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_page_leads_nowhere_that_is_not_there(file):
    assert broken_links(file, file.read_text()) == []


@pytest.mark.parametrize("file", PAGES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_page_holds_nothing_of_one_machine(file):
    assert traces(file.read_text()) == []


@pytest.mark.parametrize("file", PAGES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_page_is_spelled_in_one_way(file):
    assert british(file.read_text()) == []


@pytest.mark.parametrize("file", PAGES, ids=lambda file: str(file.relative_to(ROOT)))
def test_the_tests_and_files_that_a_page_names_exist(file):
    text = file.read_text()
    named = re.findall(r"`((?:tests|docs|coaching_site|common|groups|goals|templates)/[\w/]+(?:\.\w+|/))`", text)

    assert unknown_tests(text) == []
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize(
    ("find", "text"),
    [
        (lambda text: broken_links(DOCS / "hr.md", text), "[Privacy](privacies.md)"),
        (lambda text: broken_links(DOCS / "hr.md", text), "[Privacy](privacy.md#no-limits)"),
        (traces, "see /root/notes for that"),
        (traces, "from https://pypi.org/simple"),
        (british, "the behaviour of colours in your organisation"),
        (unknown_tests, "`tests/goals/test_models.py::test_of_nothing`"),
    ],
)
def test_each_of_these_finds_what_is_wrong(find, text):
    assert find(text)


def test_everything_is_reached_from_the_readme():
    linked = {(ROOT / target.partition("#")[0]).resolve() for target in re.findall(r"\]\(([^)\s]+)\)", README)}
    pages = {file for file in PAGES if file.parent == DOCS}

    assert pages - linked == set()


def test_the_readme_shows_one_picture_and_two_commands():
    assert len(re.findall(r"!\[[^\]]{20,}\]\(docs/img/\w+\.png\)", README)) == 1
    assert [os.access(ROOT / name, os.X_OK) for name in ("run", "test") if f"./{name} " in README] == [True, True]


def test_the_readme_names_the_pythons_that_the_start_accepts():
    start = (ROOT / "coaching_site/services/python.sh").read_text()
    accepted = re.search(r"^\s*(3\.11[^)]*)\)$", start, re.M)[1]

    assert re.findall(r"3\.\d+", README) == re.findall(r"3\.\d+", accepted)


def test_the_readme_warns_of_the_label():
    warning = section(README, "One trap")

    assert "migrate sessions zero" in warning
    assert "coaching_sessions" in warning


def test_pictures_are_few_and_light_and_all_of_them_are_taken_by_the_script():
    script = (DOCS / "screenshots.py").read_text()
    taken = set(re.findall(r'^    "([\w-]+)": \("', script, re.M))

    assert {picture.stem for picture in PICTURES} == taken
    assert len(PICTURES) <= MOST
    assert [picture.name for picture in PICTURES if picture.stat().st_size > LARGEST] == []


def test_every_picture_is_shown_somewhere():
    shown = {name for file in PAGES for name in re.findall(r"img/([\w-]+\.png)", file.read_text())}

    assert shown == {picture.name for picture in PICTURES}


@pytest.mark.parametrize("file", DECISIONS, ids=lambda file: file.stem)
def test_a_decision_is_one_page_of_context_choice_and_consequences(file):
    text = file.read_text()

    assert len(text.splitlines()) < 40
    assert re.findall(r"^\*\*(\w+)\.\*\*", text, re.M) == ["Context", "Choice", "Consequences"]
    assert re.match(rf"# {int(file.stem[:4])}\. ", text)


def test_decisions_are_numbered_and_listed():
    listed = [re.search(r"\((\S+)\)", row[0])[1] for row in rows(page("decisions/README.md"))]

    assert [int(file.stem[:4]) for file in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    assert listed == [file.name for file in DECISIONS]


def test_the_changelog_begins_with_what_is_unreleased():
    headings = re.findall(r"^## (.+)$", page("changelog.md"), re.M)

    assert headings[0] == "Unreleased"
    assert set(re.findall(r"^### (.+)$", page("changelog.md"), re.M)) <= {"Added", "Changed", "Fixed", "Removed"}
