"""Rules about the code that no linter knows. Each is a function of a text, so that a planted sample can break it."""

import ast
import re

import pytest
from django.apps import apps

from tests.architecture.pages import ROOT

APPS = ("accounts", "coaching_site", "common", "feedback", "goals", "groups", "nudges", "reports", "sessions")
MODULES = [file for app in APPS for file in sorted((ROOT / app).rglob("*.py")) if "migrations" not in file.parts]
TEMPLATES = sorted(file for file in (ROOT / "templates").rglob("*") if file.suffix in {".html", ".txt"})
SCRIPTS = [*sorted((ROOT / "static/js").rglob("*.js")), *sorted((ROOT / "static/css").rglob("*.css"))]
MODELS = [model for config in apps.get_app_configs() if "." not in config.name for model in config.get_models()]
LONGEST_MODULE, LONGEST_VIEW = 400, 25
# Longer than the rule; none may grow, and whatever becomes short enough leaves this list.
LONG_MODULES = {}
LONG_VIEWS = {}


def name(file):
    return str(file.relative_to(ROOT))


def raw_markup(text):
    """Where text is declared to be safe markup by hand."""
    return re.findall(r"\bmark_safe\b|\bSafeString\b|\|\s*safe(?:seq)?\b|{%\s*autoescape off", text)


def raw_context(text):
    """Where somebody else than ``acting_as`` sets the database role or on whose behalf it works."""
    return re.findall(r"set_config|\bSET\s+(?:LOCAL\s+|SESSION\s+)?ROLE\b|SET\s+(?:LOCAL\s+)?app\.", text, re.I)


def left_for_later(text):
    return re.findall(r"\b(?:TODO|FIXME|XXX|HACK)\b", text)


def long_views(source):
    """Functions that take a request and have more lines than fit; decorators and docstrings do not count."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.args.args and node.args.args[0].arg == "request":
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0
            if lines > LONGEST_VIEW:
                found[node.name] = lines
    return found


def undescribed(models):
    """Models without a sentence of their own, or that print as ``Thing object (1)``."""
    return {
        model.__name__
        for model in models
        if not (model.__doc__ or "").strip().endswith((".", "?")) or "__str__" not in vars(model)
    }


def offenders(files, find, but=()):
    return {name(file): find(file.read_text()) for file in files if name(file) not in but and find(file.read_text())}


def test_nothing_is_declared_safe_markup_outside_the_components():
    # Mails in plain text have nothing to escape.
    pages = [file for file in TEMPLATES if file.suffix == ".html" and file.parent.name != "components"]

    assert offenders([*MODULES, *pages], raw_markup) == {}


def test_only_acting_as_says_who_acts():
    assert offenders(MODULES, raw_context, but={"common/actor.py"}) == {}


def test_nothing_is_left_for_later():
    assert offenders([*MODULES, *TEMPLATES, *SCRIPTS], left_for_later) == {}


def test_modules_fit_into_one_head():
    lines = {name(file): len(file.read_text().splitlines()) for file in MODULES}
    long = {path: count for path, count in lines.items() if count > LONGEST_MODULE}

    assert set(long) == set(LONG_MODULES)
    assert all(count <= LONG_MODULES[path] for path, count in long.items()), long


def test_views_fit_on_a_screen():
    modules = [file for file in MODULES if file.stem in {"views", "people", "dev_mail"} or file.parent.name == "views"]

    assert offenders(modules, long_views) == LONG_VIEWS


def test_every_model_says_what_it_is():
    assert undescribed(MODELS) == set()


def test_there_is_something_to_look_at():
    assert min(map(len, (MODULES, TEMPLATES, SCRIPTS, MODELS))) > 15


class Undescribed:
    pass


@pytest.mark.parametrize(
    ("find", "good", "bad"),
    [
        (raw_markup, "format_html('<b>{}</b>', text)", "mark_safe(text)"),
        (raw_markup, "{{ text }} {{ is_safe }}", "{{ text|safe }}"),
        (raw_context, 'with acting_as("colloquy_member"):', 'cursor.execute("SET LOCAL ROLE colloquy_hr")'),
        (raw_context, "current_setting('app.actor', true)", "SELECT set_config('app.actor', %s, true)"),
        (left_for_later, "# the list of what to do", "# TODO: later"),
        (long_views, "def page(request):\n" + "    a = 1\n" * 25, "def page(request):\n" + "    a = 1\n" * 26),
        (long_views, "def count(numbers):\n" + "    a = 1\n" * 26, "def page(request, pk):\n" + "    a = 1\n" * 26),
        (undescribed, [], [Undescribed]),
    ],
)
def test_each_rule_finds_what_breaks_it(find, good, bad):
    assert not find(good)
    assert find(bad)
