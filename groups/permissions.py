"""Who may do what in a group, and who reads what: the words of the privacy lines come from here."""

from django.utils.translation import gettext as _

from groups.models import CoachingGroup, Membership


def is_facilitator(membership):
    """Facilitators schedule and run the group's sessions."""
    return membership.role == Membership.Role.FACILITATOR


def group_circle(facilitators):
    """Who reads what is shared with a group, given its facilitators' names; None where it is a pair."""
    if facilitators is None:
        return pair_circle()
    if not facilitators:
        return _("Your group")
    return _("Your group and %(names)s (facilitator)") % {"names": ", ".join(facilitators)}


def your_circle(group):
    """Who can see what one shares there, as the subject of a sentence said to a member."""
    return pair_circle() if is_pair(group) else _("Your group")


def is_pair(group):
    """Two people and nobody who facilitates: what a facilitator does for a group, either of the two may do."""
    return group.kind == CoachingGroup.Kind.PAIR


def runs_sessions(membership):
    """Whoever facilitates schedules the group's sessions and says who was there; in a pair, either of the two."""
    return is_facilitator(membership) or is_pair(membership.group)


def pair_circle(name=""):
    """Who reads what is shared in a pair, said to one of the two; ``name`` is the other one's, where it is known."""
    return _("You and %(name)s") % {"name": name} if name else _("The two of you")


def what_a_pair_sees(name=""):
    """The table shown before one answers an invitation to a pair, and beside its charter: (what, who reads it)."""
    circle = pair_circle(name)
    return [
        (_("Goals, check-ins and action steps you share"), circle),
        (_("What you ask the others to watch for in a session"), circle),
        (_("What you choose to tell them about yourself"), circle),
        (_("What you raise to clear the air, until it is handled"), circle),
        (_("What the two of you say in a conversation"), circle),
        (_("Your sessions: times, places and answers"), circle),
        (_("A goal you have not shared, your journal, and whatever you are still writing"), _("Only you")),
        (_("Feedback you write to one another"), circle),
        (_("The words of the charter, your rhythm and the day to decide again"), circle),
        (_("That you are a pair"), _("The two of you. It is in no list, no program and no report")),
        (_("What you shared, after you go"), _("The other one, unless you take it with you")),
        (_("Anything you write"), _("Never HR, never an owner, never a facilitator")),
    ]


def line_circle():
    """Who reads the personal line of an invitation."""
    return _("You and whom you invite")


def can_change_charter(membership):
    """Whoever reads the group may propose other words for its charter while the group goes on."""
    is_reading = membership.admitted_at is not None and membership.left_at is None
    return is_reading and membership.group.state == CoachingGroup.State.ACTIVE


def door_circle():
    """Who reads what is shared with a group, for somebody at its door, who does not know yet who is in it."""
    return _("The group and its facilitator")


def opens_to_newcomer(name):
    """What somebody new reads from the moment the group admits them, in a sentence for those who decide."""
    return _(
        "From then on %(name)s reads the goals that are open now, the steps that are open now, and what comes after "
        "that moment. Past sessions, check-ins, closed goals and closed steps stay closed to %(name)s."
    ) % {"name": name}


def who_sees_what(facilitators, *, circle=None):
    """The table shown before signing: (what, who reads it). Each row is kept by row security and by ``visible_to``.

    ``circle`` replaces the words for the group where its facilitators are not known yet.
    """
    circle = circle or group_circle(facilitators)
    return [
        (_("Goals, check-ins and action steps you share"), circle),
        (_("What you ask the others to watch for in a session"), circle),
        (_("What you choose to tell them about yourself"), circle),
        (_("A goal you have not shared, and whatever you are still writing"), _("Only you")),
        (
            _("Feedback you write to somebody"),
            _("You and the person you write to; they may share it with the group or its facilitator"),
        ),
        (
            _("What you raise to clear the air, until it is handled"),
            _("You and the facilitator, or the group, as you choose; then only that it was handled"),
        ),
        (_("Your answers to invitations, and who attended"), circle + _(", and HR as numbers per group")),
        (_("The words of the charter"), circle + _(", and whoever is asked to sign it; never HR")),
        (
            _("Your name, and that you joined, signed, proposed other words for the charter or left, and when"),
            circle + _(", and HR; not what the words say"),
        ),
        (
            _("That somebody came, was admitted or turned away, left or was removed"),
            circle + _(", HR and the organization's owners"),
        ),
        (_("Why somebody was removed: one reason of a list"), _("They themselves, the facilitator, HR")),
        (_("Who of a group said no to somebody new, or to other words"), _("Nobody: it is not kept")),
        (
            _("What was written before somebody new came: past sessions, check-ins, closed goals and steps"),
            _(
                "Those who were there. Somebody new only when all of them agree; of their own accord they see open "
                "goals and open steps"
            ),
        ),
        (_("What the group shares, for somebody it has not admitted yet"), _("Closed: they read the charter only")),
        (
            _("What you shared, after you leave"),
            circle + _(", unless you take it with you. The group's pages close to you at once"),
        ),
        (_("Anything you write"), _("Never HR, never the owner, never another group")),
    ]


def who_reads_draft():
    """What one is still writing is one's own."""
    return _("Only you")


def who_reads_profile():
    """Who reads what a participant says of themselves before groups are formed."""
    return _("You and the people who form the groups: HR, owners and facilitators of the organization")


def who_reads_named():
    """Who reads whom somebody would rather not sit with."""
    return _("Nobody. Only the software that forms the groups uses it; HR and facilitators cannot read it")


def who_reads_record(facilitators):
    """Who reads what was changed in a group; of joining, leaving and publishing the owners know too, as lines say."""
    if facilitators is None:
        return pair_circle()
    return _("%(group)s; owners too, where a line says so") % {"group": group_circle(facilitators)}
