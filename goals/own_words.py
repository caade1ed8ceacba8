"""What a person wrote about their goals, for their copy of what is their own."""

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.own_words import Section, opened, register
from goals.models import ActionStep, CheckIn, Goal

GROUP = _("Group")


def _entry(row, *, facts, words):
    """The row's id and group, the facts by name, and the sealed words, opened."""
    entry = {"id": row.pk, "group_id": row.group_id, "group_name": row.group_name}
    entry |= {name: getattr(row, name) for name in facts}
    return entry | {name: opened(getattr(row, name)) for name in words}


def collect_goals(person):
    rows = Goal.objects.filter(membership__person=person).annotate(group_name=F("group__name"))
    facts, words = ("target_on", "created_at", "shared_at", "closed_at", "outcome"), ("title", "behavior", "why")
    return [_entry(row, facts=facts, words=words) for row in rows.order_by("created_at", "pk")]


def collect_check_ins(person):
    titles = {goal.pk: opened(goal.title) for goal in Goal.objects.filter(membership__person=person)}
    rows = CheckIn.objects.filter(membership__person=person)
    words = ("how_it_went", "confidence", "what_next", "help_wanted")
    return [
        {**_entry(row, facts=("goal_id", "created_at"), words=words), "goal_title": titles.get(row.goal_id)}
        for row in rows.annotate(group_name=F("group__name")).order_by("created_at", "pk")
    ]


def collect_steps(person):
    rows = ActionStep.objects.filter(membership__person=person)
    rows = rows.annotate(group_name=F("group__name"), asker_name=F("asker__person__name"))
    facts = ("goal_id", "due_on", "asker_name", "created_at", "closed_at")
    return [_entry(row, facts=facts, words=("text",)) for row in rows.order_by("created_at", "pk")]


def register_own_words():
    """Called once when the site is ready."""
    register(
        Section(
            "goals",
            _("Your goals"),
            {
                "title": _("Goal"),
                "group_name": GROUP,
                "behavior": _("What others would see"),
                "why": _("Why it matters"),
                "target_on": _("By"),
                "created_at": _("Written"),
                "shared_at": _("Shared"),
                "closed_at": _("Closed"),
                "outcome": _("Outcome"),
            },
            collect_goals,
            choices={"outcome": dict(Goal.Outcome.choices)},
            covers=(Goal,),
        ),
        Section(
            "check_ins",
            _("Your check-ins"),
            {
                "goal_title": _("Goal"),
                "group_name": GROUP,
                "created_at": _("Written"),
                "how_it_went": _("How it went"),
                "confidence": _("Confidence, 0 to 10"),
                "what_next": _("What comes next"),
                "help_wanted": _("Help wanted"),
            },
            collect_check_ins,
            covers=(CheckIn,),
        ),
        Section(
            "steps",
            _("Your steps"),
            {
                "text": _("Step"),
                "group_name": GROUP,
                "due_on": _("Due"),
                "asker_name": _("Who asks about it"),
                "created_at": _("Written"),
                "closed_at": _("Done"),
            },
            collect_steps,
            covers=(ActionStep,),
        ),
    )
