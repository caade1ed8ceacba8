"""What is sent about pairs: an invitation, and what became of it; never the personal line."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.tokens import token_for
from groups import pair_selectors
from groups.models import CoachingGroup, Membership, PairInvitation, PairTerms
from groups.services import pair_terms, pairs
from nudges.kinds import Kind, Message, NotWanted, register
from nudges.links import site_url

_PEOPLE = ("inviter__name", "claimed_by__name")


def register_all():
    """The reminder can be unsubscribed. The others are the way in or out, or the answer to what one asked for."""
    register(Kind(pairs.PAIR_INVITATION, build_invitation))
    register(Kind(pairs.PAIR_ANSWERED, build_answer))
    register(Kind(pairs.PAIR_OPENED, build_opened))
    register(Kind(pair_terms.PAIR_DECIDE, build_decide, label=gettext_lazy("Reminders to decide again about a pair")))
    register(Kind(pair_terms.PAIR_PROPOSED, build_proposed))
    register(Kind(pair_terms.PAIR_ENDED, build_ended))


def build_invitation(nudge, now):
    """The mail with the link. It is the only place where the link stands: it proves the address."""
    invitation = _invitation(nudge)
    is_open = not (invitation.accepted_at or invitation.declined_at or invitation.withdrawn_at)
    if not is_open or invitation.expires_at <= now or invitation.email.lower() != nudge.email.lower():
        raise NotWanted("The invitation was answered, withdrawn or has expired.")
    return Message(
        {
            "inviter": invitation.inviter.name,
            "rhythm": invitation.get_rhythm_display(),
            "expires_at": invitation.expires_at,
            "action_url": site_url("groups:pair_invited", token_for("pair_invitation", invitation.pk)),
            "action_label": _("See the invitation"),
        }
    )


def build_answer(nudge, now):
    """To the inviter: somebody waits for their word, said yes, or did not take it up."""
    invitation, what = _invitation(nudge), nudge.context["what"]
    if invitation.withdrawn_at or what == "claimed" and (invitation.accepted_at or invitation.expires_at <= now):
        raise NotWanted("It was confirmed, withdrawn or has expired.")
    page = site_url("groups:pairs")
    if what == "accepted":
        _going_on(invitation)
        page = site_url("groups:charter", invitation.group_id)
    return Message(
        {
            "what": what,
            "name": invitation.claimed_by.name if invitation.claimed_by_id else "",
            "action_url": page,
            "action_label": _("Read and sign") if what == "accepted" else _("Open your pairs"),
        }
    )


def build_opened(nudge, now):
    """To whom the inviter has confirmed."""
    invitation = _invitation(nudge)
    _going_on(invitation)
    return Message(
        {
            "name": invitation.inviter.name,
            "action_url": site_url("groups:charter", invitation.group_id),
            "action_label": _("Read and sign"),
        }
    )


def _invitation(nudge):
    # Of a person the worker may read no more than the name.
    rows = PairInvitation.objects.select_related("inviter", "claimed_by")
    columns = [one.name for one in PairInvitation._meta.concrete_fields if one.name in _FACTS]
    invitation = rows.only(*columns, *_PEOPLE).filter(pk=nudge.context["invitation"]).first()
    if invitation is None:
        raise NotWanted("Whoever invited has closed their account.")
    return invitation


_FACTS = (
    "id", "inviter", "email", "rhythm", "expires_at", "claimed_by", "accepted_at", "group_id", "declined_at",
    "withdrawn_at",
)  # fmt: skip


def _going_on(invitation):
    if not CoachingGroup.objects.filter(pk=invitation.group_id, state=CoachingGroup.State.ACTIVE).exists():
        raise NotWanted("The pair has ended.")


def build_decide(nudge, now):
    """To both, once their day has come; still wanted while the same terms count."""
    membership = _membership(nudge, group__state=CoachingGroup.State.ACTIVE)
    terms = pair_selectors.terms_of(membership.group)
    if str(terms.pk) != nudge.context["terms"]:
        raise NotWanted("They have decided.")
    return _about_terms(membership)


def build_proposed(nudge, now):
    """To the one who is to answer."""
    membership = _membership(nudge, group__state=CoachingGroup.State.ACTIVE)
    if not PairTerms.objects.waiting().filter(pk=nudge.context["terms"]).exists():
        raise NotWanted("It was answered.")
    return _about_terms(membership)


def build_ended(nudge, now):
    """To the one who stays."""
    membership = _membership(nudge, group__state=CoachingGroup.State.ENDED)
    return Message(
        {
            "pair": membership.group.name,
            "action_url": site_url("groups:group", membership.group_id),
            "action_label": _("Read what is there"),
        }
    )


def _about_terms(membership):
    return Message(
        {
            "pair": membership.group.name,
            "action_url": site_url("groups:pair", membership.group_id),
            "action_label": _("Decide"),
        }
    )


def _membership(nudge, **still):
    rows = Membership.objects.select_related("group").filter(pk=nudge.context["membership"], left_at=None, **still)
    membership = rows.first()
    if membership is None:
        raise NotWanted("The pair has ended, or goes on.")
    return membership
