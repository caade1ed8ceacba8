"""The trail of administrative acts: who did what to whom, when. It holds ids, states and counts, and no word of a
member: the one text is the reason for which an office went against a rule of its own.

Doors of the database note their own acts (``note_act`` in ``groups/migrations/sql/0004_doors.sql``); services note
theirs with ``record``. ``common/chain.py`` links what is noted, so that a change afterwards shows.
"""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.actor import current_person_id
from common.models import AuditEntry

Circle = AuditEntry.Circle

# Every act that is noted anywhere, with its sentence. An act without an actor is the group's, which speaks as one.
ACTS = {
    "organization_founded": gettext_lazy("%(actor)s founded the organization."),
    "staff_invited": gettext_lazy("%(actor)s invited somebody to a duty: %(role)s."),
    "staff_invitation_withdrawn": gettext_lazy("%(actor)s withdrew an invitation to a duty: %(role)s."),
    "duty_taken": gettext_lazy("%(actor)s took a duty: %(role)s."),
    "duty_ended": gettext_lazy("%(actor)s ended a duty of %(subject)s: %(role)s."),
    "program_created": gettext_lazy("%(actor)s set up a program."),
    "program_ended": gettext_lazy("%(actor)s ended a program."),
    "roster_accepted": gettext_lazy("%(actor)s accepted a roster: %(added)s added, %(changed)s changed."),
    "profiles_asked": gettext_lazy("%(actor)s asked for profiles: %(asked)s people, and %(reminded)s once more."),
    "formation_rule_broken": gettext_lazy("%(actor)s let a group be against a rule (%(rules)s): “%(reason)s”."),
    "group_published": gettext_lazy("%(actor)s published the group; %(invited)s people were invited."),
    "group_ended": gettext_lazy("%(actor)s ended the group with its program."),
    "group_closed": gettext_lazy("%(actor)s ended the group."),
    "group_merged": gettext_lazy("%(actor)s invited the group’s members to other groups: %(invited)s people."),
    "pair_begun": gettext_lazy("%(actor)s invited %(subject)s, and they began as a pair."),
    "member_admitted": gettext_lazy("%(subject)s signed the charter and reads the group, as a %(role)s."),
    "newcomer_invited": gettext_lazy("%(actor)s invited somebody to join the group."),
    "newcomer_invitation_withdrawn": gettext_lazy("%(actor)s withdrew an invitation to join the group."),
    "newcomer_came": gettext_lazy("%(subject)s came to the group as a %(role)s, and waits for everybody to sign."),
    "newcomer_admitted": gettext_lazy("Everybody has signed: %(subject)s reads the group."),
    "facilitator_named": gettext_lazy("%(actor)s named %(subject)s as facilitator."),
    "words_withdrawn": gettext_lazy("%(subject)s took what they wrote out of the group."),
    "charter_proposed": gettext_lazy("%(actor)s proposed other words for the charter, version %(version)s."),
    "charter_declined": gettext_lazy("The group said no to version %(version)s of the charter."),
    "past_opened": gettext_lazy("Everybody agreed: what was written before %(subject)s came is open to them."),
    "membership_left": gettext_lazy("%(subject)s left the group."),
    "membership_removed": gettext_lazy("%(actor)s removed %(subject)s from the group."),
    "membership_replaced": gettext_lazy("%(actor)s ended the place of %(subject)s as facilitator: somebody follows."),
    "membership_declined": gettext_lazy("The group said no to %(subject)s."),
    "membership_duty_ended": gettext_lazy("The place of %(subject)s in the group ended with their duty."),
    "membership_erased": gettext_lazy("%(subject)s closed their account and left the group."),
    "keys_rotated": gettext_lazy("At the terminal, a new key was put first in the key file."),
    "keys_rotation_resumed": gettext_lazy("At the terminal, the change to a new key of the key file was gone on with."),
    "keys_retired": gettext_lazy("At the terminal, old keys were taken out of the key file."),
    "keys_shredded": gettext_lazy("At the terminal, a key was destroyed: what was written under it is gone for good."),
    "copy_taken": gettext_lazy("%(actor)s took a copy of their own words."),
    "account_erased": gettext_lazy("%(actor)s had their account erased."),
}
# The sentence where somebody did it to themselves.
OWN_ACTS = {"duty_ended": gettext_lazy("%(actor)s gave up a duty: %(role)s.")}
# What facts say in words; a fact that is not listed is a number, or what no sentence shows: an id, or why somebody was
# removed, which is told to them alone.
WORDS = {
    "role": {
        "owner": gettext_lazy("owner"),
        "hr": gettext_lazy("HR"),
        "facilitator": gettext_lazy("facilitator"),
        "member": gettext_lazy("member"),
    },
}


@dataclass(frozen=True)
class Line:
    """One entry as a sentence."""

    entry: AuditEntry
    words: str


def record(act, *, circle, organization_id, group_id=None, subject_id=None, **facts):
    """Note that the acting person did ``act``, in the transaction in which it happens.

    ``act`` is one of ``ACTS``, ``circle`` says who reads it. Facts are ids, states and counts as JSON.
    """
    entry = AuditEntry(
        act=act,
        circle=circle,
        organization_id=organization_id,
        group_id=group_id,
        subject_id=subject_id,
        actor_id=current_person_id() or None,
        at=timezone.now(),
        facts=facts,
    )
    AuditEntry.objects.bulk_create([entry])


def people_in(entries):
    """The ids of everybody whom these entries name."""
    return {pk for entry in entries for pk in (entry.actor_id, entry.subject_id) if pk}


def lines(entries, names, *, unknown=""):
    """The entries as sentences; ``names`` maps the ids of people whom the reader may know to their names.

    Anybody else is ``unknown``. An account that was erased reads "A former member", as everywhere.
    """
    return [Line(entry, _sentence(entry, names, unknown or _("Somebody"))) for entry in entries]


def _sentence(entry, names, unknown):
    is_own = entry.actor_id is not None and entry.actor_id == entry.subject_id
    template = OWN_ACTS.get(entry.act) if is_own else None
    words = _Words({name: _fact(name, value) for name, value in entry.facts.items()})
    words["actor"] = names.get(entry.actor_id, unknown) if entry.actor_id else _("The group")
    words["subject"] = names.get(entry.subject_id, unknown)
    return str(template or ACTS[entry.act]) % words


def _fact(name, value):
    return str(WORDS[name].get(value, value)) if name in WORDS else value


class _Words(dict):
    """A fact that an older entry does not have leaves a dash in its sentence."""

    def __missing__(self, key):
        return "–"
