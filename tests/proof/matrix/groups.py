from common.tokens import token_for
from tests.proof.matrix import Address, anybody, group_page, office_page, own_page, statuses


def slug(w):
    return {"slug": w.organization.slug}


def program(w):
    return {**slug(w), "program_id": w.forming.pk}


def upload(w):
    return {**program(w), "upload_id": w.upload.pk}


def formation(w):
    return {**program(w), "formation_id": w.formation.pk}


def group(w):
    return {"group_id": w.group.pk}


def token(w):
    return {"token": token_for("invitation", w.invitation.pk)}


PROGRAM = {"name": "New", "timezone": "UTC", "size_min": 4, "size_target": 6, "size_max": 8, "level_band": 1}
ADDRESSES = {
    "groups:programs": Address(methods={"GET": office_page()}, kwargs=slug),
    "groups:program_new": Address(
        methods={"GET": office_page(), "POST": office_page(302)}, kwargs=slug, data=lambda w: PROGRAM
    ),
    "groups:program": Address(methods={"GET": office_page(), "POST": office_page(422)}, kwargs=program),
    "groups:roster": Address(methods={"GET": office_page()}, kwargs=upload),
    "groups:roster_accept": Address(methods={"POST": office_page(302)}, kwargs=upload),
    "groups:roster_drop": Address(methods={"POST": office_page(302)}, kwargs=upload),
    "groups:form_groups": Address(methods={"POST": office_page(302)}, kwargs=program),
    "groups:formation": Address(methods={"GET": office_page(), "POST": office_page(302)}, kwargs=formation),
    "groups:publish": Address(methods={"POST": office_page(302)}, kwargs=formation),
    "groups:join": Address(
        methods={"GET": anybody()}, kwargs=token, why="The link in a mail, before there is an account."
    ),
    "groups:join_start": Address(methods={"POST": anybody(302)}, kwargs=token, why="As above: on to sign-up."),
    "groups:join_accept": Address(methods={"POST": statuses(404, nobody=302)}, kwargs=token),
    "groups:mine": Address(methods={"GET": own_page()}),
    "groups:group": Address(methods={"GET": group_page()}, kwargs=group),
    "groups:charter": Address(
        methods={"GET": group_page(unsigned=200), "POST": group_page(302)},
        kwargs=group,
        data=lambda w: {"charter": w.charter.pk},
    ),
    "groups:leave": Address(methods={"GET": group_page(unsigned=200), "POST": group_page(302)}, kwargs=group),
}
