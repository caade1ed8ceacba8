from datetime import timedelta

from django.utils import timezone

from common.actor import acting_as
from common.bootstrap import ARRANGER
from common.tokens import token_for
from groups.board.wishes import LABELS
from tests.factories import NOW, CharterFactory, MembershipFactory, ParticipantFactory
from tests.proof.matrix import Address, anybody, group_page, office_page, own_page, statuses


def slug(w):
    return {"slug": w.organization.slug}


def program(w):
    return {**slug(w), "program_id": w.forming.pk}


def upload(w):
    return {**program(w), "upload_id": w.upload.pk}


def formation(w):
    return {**program(w), "formation_id": w.formation.pk}


def on_board(w):
    return {**formation(w), "participant_id": w.participant.pk}


def sliders(w):
    return dict.fromkeys(LABELS, 3)


def group(w):
    return {"group_id": w.group.pk}


def office_group(w):
    return {**slug(w), "group_id": w.group.pk}


def facilitator(w):
    return {**office_group(w), "membership_id": w.memberships["facilitator"].pk}


def latecomer(w):
    with acting_as(ARRANGER):
        return {**office_group(w), "participant_id": ParticipantFactory(program=w.program).pk}


def former(w):
    return {"membership_id": w.memberships["former"].pk}


def newcomer(w):
    return {**group(w), "membership_id": w.memberships["newcomer"].pk}


def late(w):
    """Somebody whom the group has admitted, and to whom its past is closed."""
    with acting_as(ARRANGER):
        came = MembershipFactory(group=w.group, is_founding=False, admitted_at=NOW, reads_from=NOW)
    return {**group(w), "membership_id": came.pk}


def proposal(w):
    """Words that wait for signatures."""
    with acting_as(ARRANGER):
        written = CharterFactory(group=w.group, version=9, written_by=w.memberships["member"])
    return {**group(w), "charter_id": written.pk}


def token(w):
    return {"token": token_for("invitation", w.invitation.pk)}


def profile_token(w):
    return {"token": token_for("profile", w.profile.pk)}


def pair_invitation(w):
    return {"pair_invitation_id": w.pair_invitation.pk}


def terms(w):
    return {**group(w), "terms_id": w.terms.pk}


def pair_token(w):
    return {"token": token_for("pair_invitation", w.pair_invitation.pk)}


def in_a_month():
    return (timezone.localdate() + timedelta(days=30)).isoformat()


PROGRAM = {"name": "New", "timezone": "UTC", "size_min": 4, "size_target": 6, "size_max": 8, "level_band": 1}
ADDRESSES = {
    "groups:facilitators": Address(methods={"GET": office_page()}, kwargs=slug),
    "groups:facilitators_most": Address(
        methods={"POST": office_page(422, coach=403, facilitator=403)},
        kwargs=slug,
    ),
    "groups:programs": Address(methods={"GET": office_page()}, kwargs=slug),
    "groups:program_new": Address(
        methods={"GET": office_page(), "POST": office_page(302)}, kwargs=slug, data=lambda w: PROGRAM
    ),
    "groups:program": Address(methods={"GET": office_page(), "POST": office_page(422)}, kwargs=program),
    "groups:roster": Address(methods={"GET": office_page()}, kwargs=upload),
    "groups:roster_columns": Address(methods={"GET": office_page(), "POST": office_page(422)}, kwargs=upload),
    "groups:roster_csv": Address(methods={"GET": office_page()}, kwargs=program),
    "groups:roster_xlsx": Address(methods={"GET": office_page()}, kwargs=program),
    "groups:roster_accept": Address(methods={"POST": office_page(302)}, kwargs=upload),
    "groups:roster_drop": Address(methods={"POST": office_page(302)}, kwargs=upload),
    "groups:form_groups": Address(methods={"POST": office_page(302)}, kwargs=program),
    "groups:formation": Address(methods={"GET": office_page(), "POST": office_page(302)}, kwargs=formation),
    "groups:profiles_ask": Address(methods={"POST": office_page(302)}, kwargs=program),
    "groups:profile": Address(
        methods={"GET": anybody(), "POST": anybody()},
        kwargs=profile_token,
        data=lambda w: {"timezone": "UTC"},
        why="The link in a mail: one's own form, before there is an account.",
    ),
    "groups:publish": Address(methods={"GET": office_page(), "POST": office_page(422)}, kwargs=formation),
    "groups:formation_stop": Address(methods={"POST": office_page(302)}, kwargs=formation),
    "groups:formation_again": Address(methods={"POST": office_page(302)}, kwargs=formation),
    "groups:formation_suggest": Address(methods={"POST": office_page(302)}, kwargs=formation),
    "groups:formation_choose": Address(methods={"POST": office_page(302)}, kwargs=formation),
    "groups:move": Address(
        methods={"GET": office_page(), "POST": office_page(302)}, kwargs=on_board, data=lambda w: {"target": "tray"}
    ),
    "groups:consequences": Address(methods={"GET": office_page()}, kwargs=on_board),
    "groups:move_undo": Address(methods={"POST": office_page(302)}, kwargs=formation),
    "groups:move_redo": Address(methods={"POST": office_page(302)}, kwargs=formation),
    "groups:board_lock": Address(
        methods={"POST": office_page(302)}, kwargs=formation, data=lambda w: {"group": 0, "is_locked": "1"}
    ),
    "groups:let_through": Address(
        methods={"GET": office_page(), "POST": office_page(302)},
        kwargs=lambda w: {**formation(w), "number": 0},
        data=lambda w: {"why": "They asked for it."},
    ),
    "groups:places": Address(
        methods={"GET": office_page()}, kwargs=lambda w: {**program(w), "participant_id": w.participant.pk}
    ),
    "groups:proposals": Address(methods={"GET": office_page()}, kwargs=program),
    "groups:compare": Address(methods={"GET": office_page(302)}, kwargs=program),
    "groups:weights": Address(methods={"GET": office_page(), "POST": office_page(302)}, kwargs=program, data=sliders),
    "groups:join": Address(
        methods={"GET": anybody()}, kwargs=token, why="The link in a mail, before there is an account."
    ),
    "groups:join_start": Address(methods={"POST": anybody(302)}, kwargs=token, why="As above: on to sign-up."),
    "groups:join_accept": Address(methods={"POST": statuses(404, nobody=302)}, kwargs=token),
    "groups:pairs": Address(methods={"GET": own_page()}),
    "groups:pair_new": Address(
        methods={"GET": own_page(), "POST": own_page(302)},
        data=lambda w: {"email": "colleague@example.com", "rhythm": 2, "decide_on": in_a_month()},
    ),
    "groups:pair_withdraw": Address(methods={"POST": statuses(404, nobody=302, member=302)}, kwargs=pair_invitation),
    "groups:pair_confirm": Address(methods={"POST": statuses(404, nobody=302, member=302)}, kwargs=pair_invitation),
    "groups:pair_invited": Address(
        methods={"GET": anybody()}, kwargs=pair_token, why="The link of an invitation, before there is an account."
    ),
    "groups:pair_start": Address(methods={"POST": anybody(302)}, kwargs=pair_token, why="As above: on to sign-up."),
    "groups:pair_decline": Address(
        methods={"POST": anybody(member=404)}, kwargs=pair_token, why="As above: a no needs no account."
    ),
    "groups:pair_accept": Address(methods={"POST": own_page(302)}, kwargs=pair_token, data=lambda w: {"rhythm": 2}),
    # the world's group is no pair: see tests/proof/test_pair_doors.py
    "groups:pair": Address(methods={"GET": group_page(404), "POST": group_page(404)}, kwargs=group),
    "groups:terms_agree": Address(methods={"POST": group_page(404)}, kwargs=terms),
    "groups:terms_let_go": Address(methods={"POST": group_page(404)}, kwargs=terms),
    "groups:mine": Address(methods={"GET": own_page()}),
    "groups:group": Address(methods={"GET": group_page()}, kwargs=group),
    "groups:charter": Address(
        methods={"GET": group_page(unsigned=200), "POST": group_page(302)},
        kwargs=group,
        data=lambda w: {"charter": w.charter.pk},
    ),
    "groups:draft_keep": Address(
        methods={"POST": group_page()},
        kwargs=group,
        data=lambda w: {"place": "goals:goal_new", "tab": w.kept.tab, "words": '{"title": "Mine"}'},
    ),
    "groups:draft_drop": Address(
        methods={"POST": group_page(404, member=302)},
        kwargs=lambda w: {**group(w), "draft_id": w.kept.pk},
    ),
    # outside groups; whoever has never been in one has nowhere to write. The draft that is asked for is a group's.
    "groups:own_draft_keep": Address(
        methods={"POST": own_page(**dict.fromkeys(("former", "hr", "owner", "coach", "foreign_hr", "super"), 404))},
        data=lambda w: {"place": "goals:journal_new", "tab": w.kept.tab, "words": '{"text": "Mine"}'},
    ),
    "groups:own_draft_drop": Address(
        methods={"POST": statuses(404, nobody=302)}, kwargs=lambda w: {"draft_id": w.kept.pk}
    ),
    "groups:office_group": Address(methods={"GET": office_page()}, kwargs=office_group),
    "groups:facilitator": Address(
        methods={"GET": office_page(), "POST": office_page(302)},
        kwargs=office_group,
        data=lambda w: {"person": w.people["coach"].pk},
    ),
    "groups:facilitator_replace": Address(
        methods={"GET": office_page(), "POST": office_page(302)},
        kwargs=facilitator,
        data=lambda w: {"person": w.people["coach"].pk},
    ),
    "groups:invite_list": Address(methods={"GET": office_page()}, kwargs=office_group),
    "groups:invite": Address(methods={"GET": office_page(), "POST": office_page(302)}, kwargs=latecomer),
    "groups:invitation_withdraw": Address(
        methods={"POST": office_page(302)}, kwargs=lambda w: {**office_group(w), "invitation_id": w.invitation.pk}
    ),
    "groups:end": Address(
        methods={
            "GET": office_page(coach=403, facilitator=403),
            "POST": office_page(302, coach=403, facilitator=403),
        },
        kwargs=office_group,
    ),
    "groups:mend": Address(methods={"GET": office_page()}, kwargs=office_group),
    # which way is in the query; without one it leads back to the ways
    "groups:merge": Address(
        methods={
            "GET": office_page(302, coach=403, facilitator=403),
            "POST": office_page(302, coach=403, facilitator=403),
        },
        kwargs=office_group,
        data=lambda w: {"to": f"{w.participant.pk}.{w.other_group.pk}"},
    ),
    "groups:remove": Address(
        methods={
            "GET": group_page(403, facilitator=200),
            "POST": group_page(403, facilitator=302),
        },
        kwargs=lambda w: {**group(w), "membership_id": w.memberships["peer"].pk},
        data=lambda w: {"reason": "absent"},
    ),
    "groups:withdraw_words": Address(
        methods={"GET": statuses(404, nobody=302, former=200), "POST": statuses(404, nobody=302, former=302)},
        kwargs=former,
    ),
    "groups:audit": Address(methods={"GET": group_page()}, kwargs=group),
    "groups:charter_edit": Address(
        methods={"GET": group_page(), "POST": group_page(302)},
        kwargs=group,
        data=lambda w: {"action": "propose", "read": "six_commitments", "title_1": "Trust", "text_1": "It stays here."},
    ),
    "groups:charter_history": Address(methods={"GET": group_page()}, kwargs=group),
    "groups:charter_version": Address(
        methods={"GET": group_page()}, kwargs=lambda w: {**group(w), "charter_id": w.charter.pk}
    ),
    "groups:charter_decline": Address(methods={"GET": group_page(), "POST": group_page(302)}, kwargs=proposal),
    "groups:newcomer_decline": Address(methods={"GET": group_page(), "POST": group_page(302)}, kwargs=newcomer),
    "groups:past_agree": Address(methods={"POST": group_page(302)}, kwargs=late),
    "groups:past_take_back": Address(methods={"POST": group_page(302)}, kwargs=late),
    "groups:leave": Address(methods={"GET": group_page(unsigned=200), "POST": group_page(302)}, kwargs=group),
}
