"""Whose pages are measured: a member, their facilitator, HR and the worker, each with the usual number of rows."""

from functools import partial

from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import OrganizationRole, Person
from bench.queries import capture, without_repetitions
from common.actor import acting_as
from common.bootstrap import ARRANGER
from common.fences import WORKER
from common.models import ScopeKey
from common.sealed import Sealed, SealedTextField
from feedback.models import FeedbackNote
from goals.models import ActionStep, CheckIn, Goal
from goals.services import plan_check_in_reminders, plan_step_reminders
from groups.models import CoachingGroup, Membership
from nudges.services import claim
from sessions.models import CoachingSession
from sessions.services import plan_messages

TEXT = "On Tuesday, when the numbers came, you asked Lin before you answered; the room went quiet and listened. " * 2
WORDS = {"confidence": "6", "kind": "keep"}
SWEEPS = (plan_messages, plan_check_in_reminders, plan_step_reminders)


class Cast:
    """One group in the middle of the database, with texts that open, and the people around it."""

    def __init__(self):
        with acting_as(ARRANGER):
            self.group = CoachingGroup.objects.order_by("name")[CoachingGroup.objects.count() // 2]
            here = Membership.objects.filter(group=self.group, left_at=None).select_related("person")
            self.membership = here.filter(role=Membership.Role.MEMBER).order_by("pk")[0]
            self.facilitator = here.get(role=Membership.Role.FACILITATOR).person
            self.hr = OrganizationRole.objects.get(organization=self.group.organization_id, role="hr").person
            self.organization = self.group.organization
            seal_words_of(self.group)
            self.goal = Goal.objects.filter(membership=self.membership, shared_at__isnull=False)[0]
            self.note = FeedbackNote.objects.filter(recipient=self.membership, opened_at__isnull=False)[0]
            self.session = CoachingSession.objects.filter(group=self.group).order_by("starts_at")[0]

    @property
    def member(self):
        return self.membership.person


def seal_words_of(group):
    """Seal what its members wrote, so that pages can open it; the key that is there is nobody's."""
    ScopeKey.objects.filter(scope_id=group.pk).delete()
    for model in (Goal, CheckIn, ActionStep, FeedbackNote):
        sealed = [field for field in model._meta.concrete_fields if isinstance(field, SealedTextField)]
        for row in model.objects.filter(group=group):
            for each in sealed:
                setattr(row, each.name, words_for(each.name, each.limit))
            row.save(update_fields=[each.name for each in sealed])


def copy_of(row, **changes):
    """A new row like this one, its texts sealed again for it."""
    model = type(row)
    values = {field.name: getattr(row, field.name) for field in model._meta.concrete_fields if not field.primary_key}
    texts = {name: value.open() for name, value in values.items() if isinstance(value, Sealed)}
    return model.objects.create(**{**values, **texts, **changes})


def words_for(name, limit):
    """What is sealed in the column of this name: 200 letters, or as many as fit."""
    return WORDS.get(name, TEXT[: min(200, limit)])


def signed_in(person):
    """A browser in which the person is signed in. The server's own name, as the settings allow no other."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(Person.objects.get(pk=person.pk))
    return client


def addresses(cast):
    """Page → who looks at it, and where it is."""
    group = cast.group.pk
    pages = {
        "Today": (cast.member, "today"),
        "Group": (cast.member, "groups:group", group),
        "Goals": (cast.member, "goals:board", group),
        "Goal": (cast.member, "goals:goal", group, cast.goal.pk),
        "Sessions": (cast.member, "sessions:list", group),
        "Session": (cast.member, "sessions:session", group, cast.session.pk),
        "Feedback": (cast.member, "feedback:inbox", group),
        "Note": (cast.member, "feedback:note", group, cast.note.pk),
        "Facilitator's Today": (cast.facilitator, "today"),
        "Facilitator's groups": (cast.facilitator, "groups:mine"),
        "Check-in": (cast.member, "goals:check_in", group, cast.goal.pk),
        "Report": (cast.member, "reports:participation", cast.organization.slug),
        "HR's report": (cast.hr, "reports:participation", cast.organization.slug),
        "HR's programs": (cast.hr, "groups:programs", cast.organization.slug),
    }
    return {name: (person, reverse(view, args=args)) for name, (person, view, *args) in pages.items()}


def hot_queries(cast):
    """Every statement on fenced tables that these pages and the sweeps of the worker send, each once."""
    found = []
    for page, (person, url) in addresses(cast).items():
        found += capture(page, partial(get, signed_in(person), url))
    return without_repetitions(found + capture("Worker", _sweep))


def get(client, url):
    """The page's text; anything but 200 is an error."""
    response = client.get(url)
    if response.status_code != 200:
        raise AssertionError(f"{url} answered {response.status_code}")
    return response.content.decode()


def settle():
    """Let the sweeps owe what is due by now, as they have every minute of the months that the rows tell of."""
    with acting_as(WORKER):
        for sweep in SWEEPS:
            sweep(now=timezone.now())


def _sweep():
    with transaction.atomic():
        with acting_as(WORKER):
            for sweep in SWEEPS:
                sweep(now=timezone.now())
        claim(now=timezone.now())
        transaction.set_rollback(True)
