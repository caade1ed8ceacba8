"""Asking participants about themselves before groups are formed, and handing what they say to the solver."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction

from common import audit, doors
from common.ids import new_id
from common.tokens import hash_token, token_for
from groups.models import DeclaredConflict, Participant, ParticipantProfile, Style, Topic
from groups.services.programs import about
from nudges.models import Nudge
from nudges.services import owe

PURPOSE = "profile"
KIND = "profile_asked"
MOST_NAMED = 10
REMIND_AFTER = timedelta(days=3)


class LinkGone(Exception):
    """The link is wrong, its participant is off the roster, or the program has ended."""


@dataclass(frozen=True)
class OpenProfile:
    """What stands in the form behind a link. ``named`` is how many people they named; whom, no page tells."""

    name: str
    program: str
    organization: str
    free: list
    timezone: str
    languages: list
    topics: list
    style: str
    completed_at: datetime | None
    named: int
    ends_on: date | None


def key_of(pk) -> str:
    """What the doors are asked with: the hash of a link's token, since a statement may come into a log.

    Whom somebody named is marked with it, and stored is only the hash of it.
    """
    return hash_token(token_for(PURPOSE, pk))


def open_profile(token: str) -> OpenProfile:
    """The profile to which a link leads. Raises LinkGone."""
    found = doors.row("open_profile", hash_token(token))
    if found is None:
        raise LinkGone
    name, program, organization, free, zone, languages, topics, *rest = found
    return OpenProfile(name, program, organization, _list(free), zone, _list(languages), _list(topics), *rest)


def _list(value):
    return json.loads(value) if isinstance(value, str) else value


def save_profile(*, token, free, timezone, languages, topics, style, named, take_back):
    """Keep the answers. Who was named before stays named, unless they are taken back. Raises LinkGone."""
    lists = (json.dumps(sorted(free)), timezone, json.dumps(languages), json.dumps(topics))
    with transaction.atomic():
        if not doors.call("save_profile", hash_token(token), *lists, style, list(named), take_back):
            raise LinkGone


# Asking --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_for_profiles(*, program, participants, now):
    """Owe a mail with a link to each who was never asked, and a reminder to who has not answered for some days.

    Returns how many were asked, how many reminded, and how many were asked or reminded too lately to be reminded.
    """
    there = {one.participant_id: one for one in ParticipantProfile.objects.filter(participant__program=program)}
    fresh = [_new_profile(one, now) for one in participants if one.pk not in there]
    ParticipantProfile.objects.bulk_create(fresh, ignore_conflicts=True)
    silent = [there[one.pk] for one in participants if one.pk in there and not there[one.pk].completed_at]
    late = [one for one in silent if (one.reminded_at or one.asked_at) <= now - REMIND_AFTER]
    ParticipantProfile.objects.filter(pk__in=[one.pk for one in late]).update(reminded_at=now)
    emails = {one.pk: one.email for one in participants}
    owe(_word(one, emails[one.participant_id], now, again=one in late) for one in [*fresh, *late])
    if fresh or late:
        audit.record("profiles_asked", **about(program), asked=len(fresh), reminded=len(late))
    return len(fresh), len(late), len(silent) - len(late)


def _new_profile(participant, now):
    profile = ParticipantProfile(
        pk=new_id(), organization_id=participant.organization_id, participant=participant, asked_at=now
    )
    profile.token_hash = hash_token(key_of(profile.pk))
    return profile


def _word(profile, email, now, *, again):
    """The mail with the link; a day asks once."""
    return Nudge(
        organization_id=profile.organization_id,
        email=email,
        kind=KIND,
        send_after=now,
        dedupe_key=f"{KIND}:{profile.pk}:{now.date()}",
        context={"profile": str(profile.pk), "again": again},
    )


# For the solver ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """What a participant said of themselves; where they said nothing, the roster counts."""

    free: frozenset | None = None
    timezone: str = ""
    languages: tuple = ()
    topics: tuple = ()
    style: str = ""
    apart: frozenset = field(default=frozenset(), repr=False)


def with_told(participants, *, apart=False):
    """These participants, each with ``told``; one query, and one more with ``apart``: whom to keep them from.

    Only the worker may ask for ``apart``.
    """
    people = list(participants)
    missing = [one for one in people if not hasattr(one, "told")]
    if not missing:
        return people
    answered = ParticipantProfile.objects.filter(
        participant__in=[one.pk for one in missing], completed_at__isnull=False
    )
    profiles = {one.participant_id: one for one in answered}
    apart_from = _apart({one.program_id for one in missing}) if apart else {}
    for one in missing:
        one.told = _told(profiles.get(one.pk), frozenset(apart_from.get((one.program_id, one.email.lower()), ())))
    return people


def told_in(program_id):
    """Participant's id as text → what they said of themselves, of those of a program who answered; one query."""
    answered = ParticipantProfile.objects.filter(participant__program=program_id, completed_at__isnull=False)
    return {str(one.participant_id): _told(one, frozenset()) for one in answered}


def _told(profile, apart):
    if profile is None:
        return Told(apart=apart)
    return Told(
        free=frozenset(profile.free) or None,
        timezone=profile.timezone,
        languages=tuple(profile.languages),
        topics=tuple(str(Topic(one).label) for one in profile.topics if one in Topic.values),
        style=str(Style(profile.style).label) if profile.style else "",
        apart=apart,
    )


def _apart(programs):
    """(program, address) → the addresses to keep them from; for both, whoever of them said so."""
    found = defaultdict(set)
    for program, low, high in DeclaredConflict.objects.filter(program__in=programs).values_list(
        "program_id", "low", "high"
    ):
        found[program, low].add(high)
        found[program, high].add(low)
    return found


def keeps_apart(program, groups):
    """Whether no group holds two people of whom one asked not to sit with the other; one answer for all groups."""
    return doors.call("keeps_apart", program.pk, json.dumps([[one.email.lower() for one in group] for group in groups]))


def erase_profiles_of(person):
    """Delete what they said of themselves, and whom they named; call inside ``acting_as(SELF)`` of whose they are."""
    profiles = ParticipantProfile.objects.filter(participant__in=Participant.objects.filter(person=person))
    for pk in profiles.values_list("pk", flat=True):
        doors.call("forget_named_by_me", key_of(pk))
    profiles.delete()
