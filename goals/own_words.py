"""What a person wrote about their goals, for their copy of what is their own."""

from collections import defaultdict

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.own_words import Section, opened, register
from goals.models import (
    ActionStep,
    AskerAnswer,
    CheckIn,
    CheckInNote,
    CheckInPartner,
    CheckInRhythm,
    Goal,
    GoalVersion,
    JournalEntry,
    ProgressReading,
    ReadingRequest,
    RotationPlace,
    StepKept,
    StepMove,
)

GROUP = _("Group")


def _entry(row, *, facts, words):
    """The row's id and group, the facts by name, and the sealed words, opened."""
    entry = {"id": row.pk, "group_id": row.group_id, "group_name": row.group_name}
    entry |= {name: getattr(row, name) for name in facts}
    return entry | {name: _opened(getattr(row, name)) for name in words}


def _opened(sealed):
    return "" if sealed is None else opened(sealed)  # of a row that is older than its column


def collect_goals(person):
    rows = Goal.objects.filter(membership__person=person).annotate(group_name=F("group__name"))
    facts = ("target_on", "version_number", "created_at", "shared_at", "closed_at", "outcome")
    words = ("title", "behavior", "why", "first_steps", "lesson")
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


def collect_check_in_notes(person):
    rows = CheckInNote.objects.filter(membership__person=person).annotate(group_name=F("group__name"))
    facts = ("check_in_id", "kind", "created_at", "thanked_at")
    return [_entry(row, facts=facts, words=("text",)) for row in rows.order_by("created_at", "pk")]


def collect_notes_on_check_ins(person):
    rows = CheckInNote.objects.filter(check_in__membership__person=person)
    rows = rows.annotate(group_name=F("group__name"), from_name=F("membership__person__name"))
    facts = ("check_in_id", "from_name", "kind", "created_at", "thanked_at")
    return [_entry(row, facts=facts, words=("text",)) for row in rows.order_by("created_at", "pk")]


def collect_rhythms(person):
    rows = CheckInRhythm.objects.filter(membership__person=person).annotate(group_name=F("group__name"))
    facts = ("rhythm", "paused_from", "paused_until", "changed_at")
    return [_entry(row, facts=facts, words=()) for row in rows.order_by("changed_at", "pk")]


def collect_partners(person):
    rows = CheckInPartner.objects.filter(membership__person=person).annotate(group_name=F("group__name"))
    rows = rows.annotate(partner_name=F("partner__person__name"))
    facts = ("partner_name", "asked_at", "agreed_at", "ended_at")
    return [_entry(row, facts=facts, words=()) for row in rows.order_by("asked_at", "pk")]


def collect_turns(person):
    rows = RotationPlace.objects.filter(membership__person=person).annotate(group_name=F("group__name"))
    facts = ("turned_it_on", "joined_at", "ended_at")
    return [_entry(row, facts=facts, words=()) for row in rows.order_by("joined_at", "pk")]


def collect_versions(person):
    rows = GoalVersion.objects.filter(membership__person=person).annotate(group_name=F("group__name"))
    facts, words = ("goal_id", "number", "target_on", "replaced_at"), ("title", "behavior", "why", "first_steps")
    return [_entry(row, facts=facts, words=words) for row in rows.order_by("replaced_at", "number", "pk")]


def collect_readings_given(person):
    rows = ProgressReading.objects.filter(author__person=person)
    rows = rows.annotate(group_name=F("group__name"), to_name=F("recipient__person__name"))
    facts = ("to_name", "given_at")
    return [_entry(row, facts=facts, words=("value", "suggestion")) for row in rows.order_by("given_at", "pk")]


def collect_readings_received(person):
    titles = {goal.pk: opened(goal.title) for goal in Goal.objects.filter(membership__person=person)}
    rows = ProgressReading.objects.filter(recipient__person=person).annotate(
        group_name=F("group__name"),
        from_name=F("author__person__name"),
        goal_id=F("request__goal_id"),
        version_number=F("request__version_number"),
    )
    facts = ("from_name", "goal_id", "version_number", "given_at")
    return [
        {**_entry(row, facts=facts, words=("value", "suggestion")), "goal_title": titles.get(row.goal_id)}
        for row in rows.order_by("given_at", "pk")
    ]


def collect_requests(person):
    """Whom one asked for readings, and who asked oneself."""
    rows = ReadingRequest.objects.filter(Q(membership__person=person) | Q(peer__person=person))
    rows = rows.annotate(
        group_name=F("group__name"), asking_name=F("membership__person__name"), asked_name=F("peer__person__name")
    )
    facts = ("asking_name", "asked_name", "round", "version_number", "asked_at", "until_on", "closed_at", "ended_as")
    return [_entry(row, facts=facts, words=()) for row in rows.order_by("asked_at", "pk")]


def collect_journal(person):
    titles = {str(goal.pk): opened(goal.title) for goal in Goal.objects.filter(membership__person=person)}
    return [
        {
            "id": row.pk,
            "created_at": row.created_at,
            "changed_at": row.changed_at,
            "text": opened(row.text),
            "goal_id": (about := opened(row.goal_ref)) or None,
            "goal_title": titles.get(about),
        }
        for row in JournalEntry.objects.filter(person=person).order_by("created_at", "pk")
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
                "first_steps": _("First steps"),
                "target_on": _("By"),
                "version_number": _("Version"),
                "created_at": _("Written"),
                "shared_at": _("Shared"),
                "closed_at": _("Closed"),
                "outcome": _("Outcome"),
                "lesson": _("What you learned"),
            },
            collect_goals,
            choices={"outcome": dict(Goal.Outcome.choices)},
            covers=(Goal,),
        ),
        Section(
            "goal_versions",
            _("Earlier words of your goals"),
            {
                "title": _("Goal"),
                "group_name": GROUP,
                "number": _("Version"),
                "behavior": _("What others would see"),
                "why": _("Why it matters"),
                "first_steps": _("First steps"),
                "target_on": _("By"),
                "replaced_at": _("Until"),
            },
            collect_versions,
            covers=(GoalVersion,),
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
            "check_in_notes",
            _("What you noticed in check-ins of others"),
            {
                "text": _("What you wrote"),
                "group_name": GROUP,
                "kind": _("What it is"),
                "created_at": _("Written"),
                "thanked_at": _("Thanked for"),
            },
            collect_check_in_notes,
            choices={"kind": dict(CheckInNote.Kind.choices)},
            covers=(CheckInNote,),
        ),
        Section(
            "check_in_notes_received",
            _("What others noticed in your check-ins"),
            {
                "text": _("What they wrote"),
                "from_name": _("Who"),
                "group_name": GROUP,
                "kind": _("What it is"),
                "created_at": _("Written"),
                "thanked_at": _("You thanked"),
            },
            collect_notes_on_check_ins,
            choices={"kind": dict(CheckInNote.Kind.choices)},
        ),
        Section(
            "check_in_rhythms",
            _("When you are asked"),
            {
                "group_name": GROUP,
                "rhythm": _("How often"),
                "paused_from": _("Away from"),
                "paused_until": _("Until"),
                "changed_at": _("Chosen"),
            },
            collect_rhythms,
            choices={"rhythm": dict(CheckInRhythm.Rhythm.choices)},
            covers=(CheckInRhythm,),
        ),
        Section(
            "check_in_partners",
            _("Whom you asked to be your partner"),
            {
                "partner_name": _("Whom"),
                "group_name": GROUP,
                "asked_at": _("Asked"),
                "agreed_at": _("They agreed"),
                "ended_at": _("Ended"),
            },
            collect_partners,
            covers=(CheckInPartner,),
        ),
        Section(
            "check_in_turns",
            _("Taking turns as partners"),
            {
                "group_name": GROUP,
                "turned_it_on": _("You turned it on"),
                "joined_at": _("From"),
                "ended_at": _("Until"),
            },
            collect_turns,
            covers=(RotationPlace,),
        ),
        Section(
            "steps",
            _("Your steps"),
            {
                "text": _("Step"),
                "group_name": GROUP,
                "due_on": _("Due"),
                "rhythm": _("How often"),
                "asker_name": _("Whom you asked to ask about it"),
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
        Section(
            "readings_given",
            _("Readings you gave"),
            {
                "to_name": _("To"),
                "group_name": GROUP,
                "given_at": _("Given"),
                "value": _("From -3 to 3"),
                "suggestion": _("Suggestion"),
            },
            collect_readings_given,
            covers=(ProgressReading,),
        ),
        Section(
            "readings_received",
            _("Readings given to you"),
            {
                "from_name": _("From"),
                "group_name": GROUP,
                "goal_title": _("Goal"),
                "version_number": _("Version"),
                "given_at": _("Given"),
                "value": _("From -3 to 3"),
                "suggestion": _("Suggestion"),
            },
            collect_readings_received,
            covers=(ProgressReading,),
        ),
        Section(
            "readings_asked",
            _("Who asked whom for readings"),
            {
                "asking_name": _("Who asked"),
                "asked_name": _("Who was asked"),
                "group_name": GROUP,
                "round": _("Round"),
                "version_number": _("Version"),
                "asked_at": _("Asked"),
                "until_on": _("Until"),
                "closed_at": _("Answered"),
                "ended_as": _("Answer"),
            },
            collect_requests,
            choices={"ended_as": dict(ReadingRequest.End.choices)},
            covers=(ReadingRequest,),
        ),
        Section(
            "journal",
            _("Your journal"),
            {
                "created_at": _("Written"),
                "goal_title": _("Goal"),
                "text": _("Words"),
                "changed_at": _("Changed"),
            },
            collect_journal,
            covers=(JournalEntry,),
        ),
    )
