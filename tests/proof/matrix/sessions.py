"""Addresses of a group's sessions."""

from datetime import timedelta

from django.utils import timezone

from tests.proof.matrix import Address, group_page


def _group(world):
    return {"group_id": world.group.pk}


def _session(world):
    return {"group_id": world.group.pk, "session_id": world.session.pk}


def _when_and_where(world):
    day = timezone.now() + timedelta(days=40)
    return {"title": "Session 2", "date": f"{day:%Y-%m-%d}", "time": "16:00", "timezone": "UTC", "place": "Room 4"}


def _facilitator_only(ok=200):
    return group_page(ok, member=403, peer=403, both=403)


def _members_only(ok=302):
    return group_page(ok, facilitator=403)


ADDRESSES = {
    "sessions:list": Address(methods={"GET": group_page()}, kwargs=_group),
    "sessions:schedule": Address(
        methods={"GET": _facilitator_only(), "POST": _facilitator_only(302)},
        kwargs=_group,
        data=lambda world: {**_when_and_where(world), "agenda": "group_120", "people": "6"},
    ),
    "sessions:session": Address(methods={"GET": group_page()}, kwargs=_session),
    # Whether the session in the world still lies ahead depends on the day of the run; both end in words, none in 4xx.
    "sessions:move": Address(
        methods={"GET": _facilitator_only(), "POST": _facilitator_only(302)}, kwargs=_session, data=_when_and_where
    ),
    "sessions:cancel": Address(methods={"GET": _facilitator_only(), "POST": _facilitator_only(302)}, kwargs=_session),
    "sessions:answer": Address(
        methods={"POST": _members_only()}, kwargs=_session, data=lambda world: {"answer": "late"}
    ),
    "sessions:attendance": Address(
        methods={"GET": _facilitator_only(302), "POST": _facilitator_only(302)}, kwargs=_session
    ),
}
