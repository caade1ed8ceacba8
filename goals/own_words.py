"""What a person wrote about their goals, for their copy of what is their own."""

from collections import defaultdict

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.own_words import Section, opened, register
from goals.models import ActionStep, AskerAnswer, CheckIn, Goal, StepKept, StepMove

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
    moves, kept = defaultdict(list), defaultdict(list)
    for move in StepMove.objects.filter(membership__person=person).order_by("moved_at", "pk"):
        facts = {name: getattr(move, name) for name in ("from_on", "to_on", "moved_at")}
        moves[move.step_id].append({**facts, "why": opened(move.why)})
    for day in StepKept.objects.filter(membership__person=person).order_by("on"):
        kept[day.step_id].append(day.on)
    facts = ("goal_id", "due_on", "rhythm", "asker_name", "created_at", "closed_at", "is_let_go")
    return [
        {
            **_entry(row, facts=facts, words=("text",)),
            "why_let_go": "" if row.why_let_go is None else opened(row.why_let_go),
            "moves": moves[row.pk],
            "kept_on": kept[row.pk],
        }
        for row in rows.order_by("created_at", "pk")
    ]


def collect_asker_answers(person):
    """What one said about asking others; not a word of their steps."""
    rows = AskerAnswer.objects.filter(membership__person=person).annotate(group_name=F("group__name"))
    return [
        {
            "id": row.pk,
            "group_id": row.group_id,
            "group_name": row.group_name,
            "step_id": row.step_id,
            "answer": "agreed" if row.has_agreed else "not_me",
            "answered_at": row.answered_at,
        }
        for row in rows.order_by("answered_at", "pk")
    ]


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
                "rhythm": _("How often"),
                "asker_name": _("Who asks about it"),
                "created_at": _("Written"),
                "closed_at": _("Closed"),
                "why_let_go": _("Why you let it go"),
                "moves": _("Moved"),
                "kept_on": _("Kept on"),
            },
            collect_steps,
            choices={"rhythm": dict(ActionStep.Rhythm.choices)},
            covers=(ActionStep, StepMove, StepKept),
        ),
        Section(
            "asker_answers",
            _("What you said when you were named to ask"),
            {"group_name": GROUP, "answer": _("Answer"), "answered_at": _("Answered")},
            collect_asker_answers,
            choices={"answer": {"agreed": _("You will ask"), "not_me": _("Not you")}},
            covers=(AskerAnswer,),
        ),
    )
