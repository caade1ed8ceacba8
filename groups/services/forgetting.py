"""Forgetting the roster of a program that is over: who never came to a group, and what was said before forming."""

from datetime import timedelta

from django.conf import settings

from groups.models import DeclaredConflict, Formation, Participant, ParticipantProfile, Program, RosterUpload


def forget_rosters(*, today):
    """Delete what is no longer needed of programs that ended long enough ago. Called by the worker; safe to run again.

    Who is or was in a group stays on the roster, because the group's record names them; so does who was invited. What
    they said of themselves goes for all, and so do the proposals, which name people.
    """
    over = Program.objects.filter(ends_on__lt=today - timedelta(days=settings.COLLOQUY_ROSTER_KEPT_DAYS))
    DeclaredConflict.objects.filter(program__in=over).delete()
    ParticipantProfile.objects.filter(participant__program__in=over).delete()
    RosterUpload.objects.filter(program__in=over).delete()
    told = Formation.objects.filter(program__in=over).exclude(proposal={})
    open_states = [Formation.State.QUEUED, Formation.State.SOLVING, Formation.State.PROPOSED]
    told.filter(state__in=open_states).update(state=Formation.State.REPLACED)
    told.update(proposal={})
    Participant.objects.filter(program__in=over, memberships=None, invitations=None).delete()
