"""``docs/privacy.md`` says what the code does: every table, every grant, every sealed column, every test it names."""

import re

import pytest
from django.apps import apps
from django.utils.module_loading import import_string

from common.fences import HR, KEEPER, MEMBER, REPORT, SELF, SIGNIN, WORKER, RowSecurity
from common.sealed import SealedTextField
from tests.architecture.pages import named_tests, page, rows, section, unknown_tests

PRIVACY = page("privacy.md")
WALLS = {
    model: constraint
    for model in apps.get_models()
    for constraint in model._meta.constraints
    if isinstance(constraint, RowSecurity)
}
VERBS = {"SELECT": "read", "INSERT": "add", "UPDATE": "change", "DELETE": "delete"}
# Member and HR have the grants of sign-in besides their own.
ALSO = {
    MEMBER: {MEMBER, SIGNIN},
    HR: {HR, SIGNIN},
    WORKER: {WORKER},
    SELF: {SELF},
    REPORT: {REPORT},
    KEEPER: {KEEPER},
}


def table_of_grants():
    """The rows of "What each database role may do, and what is sealed", made from the models."""
    return [
        [f"`{model._meta.label}`", *(may(constraint, role) for role in ALSO), sealed(model)]
        for model, constraint in WALLS.items()
    ]


def may(constraint, role):
    grants = [grant for grant in constraint.grants if grant.role in ALSO[role]]
    whole = {verb for grant in grants for verb in grant.verbs}
    in_part = {verb for grant in grants for verb in grant.columns}
    words = [word if verb in whole else f"{word} in part" for verb, word in VERBS.items() if verb in whole | in_part]
    return ", ".join(words) or "–"


def sealed(model):
    fields = [field.name for field in model._meta.concrete_fields if isinstance(field, SealedTextField)]
    return ", ".join(f"`{name}`" for name in fields) or "–"


def names(text):
    """What a text names in code marks."""
    return set(re.findall(r"`([^`\n]+)`", text))


def missing_models(text):
    return {model._meta.label for model in WALLS} - names(text)


def missing_querysets(text):
    """Each ``visible_to`` decides who reads something, so the page names it."""
    querysets = {type(model.objects.all()) for model in WALLS if hasattr(model.objects.all(), "visible_to")}
    return {f"{one.__module__}.{one.__name__}.visible_to" for one in querysets} - names(text)


def unknown_names(text):
    """Policies and functions that the page names and the code does not have."""
    known = {constraint.name for constraint in WALLS.values()}
    unknown = {name for name in names(text) if name.endswith("_walls") and name not in known}
    for name in names(text):
        if re.fullmatch(
            r"(accounts|groups|sessions|goals|feedback|reports|nudges|common)(\.\w+)*\.[a-z]\w*\.\w+(\.\w+)?", name
        ):
            try:
                resolve(name)
            except (ImportError, AttributeError):
                unknown.add(name)
    return unknown


def resolve(name):
    module, _, attribute = name.rpartition(".")
    if module.rpartition(".")[2][0].isupper():
        return getattr(import_string(module), attribute)
    return import_string(name)


def test_the_page_names_every_private_model():
    assert missing_models(section(PRIVACY, "Who reads what")) == set()


def test_the_page_names_every_visible_to():
    assert missing_querysets(PRIVACY) == set()


def test_the_policies_and_functions_that_the_page_names_exist():
    assert unknown_names(PRIVACY) == set()


def test_the_tests_that_the_page_names_exist():
    assert unknown_tests(PRIVACY) == []


def test_the_page_names_many_tests():
    assert len(named_tests(PRIVACY)) > 40


def test_every_row_of_who_reads_what_names_its_wall_and_its_test():
    lacking = [
        row[0] for row in rows(section(PRIVACY, "Who reads what")) if not names(row[2]) or not named_tests(row[3])
    ]

    assert lacking == []


def test_the_table_of_grants_is_what_the_models_declare():
    table = rows(section(PRIVACY, "What each database role may do, and what is sealed"))

    assert table == table_of_grants()


@pytest.mark.parametrize(
    ("find", "good", "bad"),
    [
        (missing_models, "`goals.Goal`", "goals"),
        (missing_querysets, "`goals.models.goals.GoalQuerySet.visible_to`", "seen"),
        (unknown_names, "`goals_goal_walls`", "`goals_gone_walls`"),
        (unknown_names, "`goals.permissions.can_change_goal`", "`goals.permissions.can_change_everything`"),
        (unknown_tests, "test_nobody_admits_themselves", "test_everybody_admits_themselves"),
    ],
    ids=["a model", "a queryset", "a policy", "a function", "a test"],
)
def test_a_page_that_has_fallen_behind_is_noticed(find, good, bad):
    assert good in PRIVACY
    assert find(PRIVACY.replace(good, bad))
