"""What has no form, done in a process of its own beside the product, as the people whose it is.

``python -m tests.proof.canary.by_hand sign GROUP`` has everybody who reads the group sign its newest charter;
``python -m tests.proof.canary.by_hand short EMAIL WEDGES`` writes into columns that hold but a few characters.
``python -m tests.proof.canary.by_hand opened`` prints what every sealed column and small secret holds, as the keeper.
"""

import json
import sys

import django


def sign(group_id):
    from common.actor import acting_as
    from common.fences import MEMBER
    from groups.models import CoachingGroup, Membership
    from groups.services import joining

    with acting_as(MEMBER, person=person_named("member@demo.example")):
        readers = Membership.objects.filter(group=group_id, left_at=None, admitted_at__isnull=False)
        people = list(readers.values_list("person_id", flat=True))
    for person in people:
        with acting_as(MEMBER, person=person):
            newest = joining.newest_charter(CoachingGroup.objects.get(pk=group_id))
            joining.sign_charter(charter=newest, read=str(newest.pk))


def person_named(email):
    from accounts.models import Person

    return Person.objects.get(email=email)


def short(email, wedges):
    from django.utils import timezone

    from common.actor import acting_as
    from common.fences import MEMBER
    from common.ids import new_id
    from feedback import services as feedback
    from feedback.models import MirrorAsk
    from feedback.models.introductions import WORDS
    from feedback.services import introductions, mirrors
    from goals import services as goals
    from goals.models import Goal
    from groups.models import Membership
    from groups.selectors import own_desk

    words = {"situation": "Then", "behavior": "You spoke", "impact": "We heard", "question": ""}
    person = person_named(email)
    with acting_as(MEMBER, person=person):
        own = Membership.objects.select_related("group").get(person=person, left_at=None, group__state="active")
        peers = Membership.objects.filter(group=own.group, left_at=None, admitted_at__isnull=False)
        feedback.give_note(
            author=own, recipient=peers.exclude(pk=own.pk).first(), key=new_id(), kind=wedges * 2,
            now=timezone.now(), **words,
        )  # fmt: skip
        goal = Goal.objects.filter(membership=own, shared_at__isnull=False, closed_at=None).first()
        report = {"how_it_went": "Well", "confidence": wedges, "what_next": "", "help_wanted": ""}
        goals.check_in(goal=goal, key=new_id(), **report)
        desk = own_desk(person)
        goals.write_entry(desk=desk, key=new_id(), text="Then", goal_ref=wedges * 2, now=timezone.now())
        peer = peers.exclude(pk=own.pk).filter(role="member").select_related("person").first()
        today = timezone.localdate()
        introductions.share_introduction(
            membership=own, words=dict.fromkeys(WORDS, ""), topics=[wedges * 2], now=timezone.now()
        )
        mirror = mirrors.begin_mirror(
            membership=own, key=new_id(), words=[wedges * 2], peers=peers.exclude(pk=own.pk), until_on=today,
            today=today, now=timezone.now(),
        )  # fmt: skip
        asked = goals.ask_for_readings(goal=goal, peers=[peer], until_on=today, today=today, now=timezone.now())
    with acting_as(MEMBER, person=peer.person):
        ask = MirrorAsk.objects.select_related("membership", "peer").get(mirror=mirror.pk, peer=peer)
        mirrors.pick_words(ask=ask, words=[wedges * 2], today=today, now=timezone.now())
        reading = {"value": wedges, "suggestion": "", "today": today, "now": timezone.now()}
        goals.give_reading(request=asked[0], key=new_id(), **reading)


def opened():
    from common.rekeying import as_keeper, sealed_columns
    from common.secret_places import _secrets
    from common.secret_values import open_secret

    texts = {}
    for column in sealed_columns():
        table = f"{column.model._meta.db_table}.{column.field.column}"
        texts[table] = as_keeper(_texts_in, column)
    secrets = as_keeper(
        lambda: [open_secret(row[place.column][name], place.purpose) for place, row, name in _secrets()]
    )
    json.dump({"texts": texts, "secrets": secrets}, sys.stdout)


def _texts_in(column):
    field = column.field
    wanted = ("pk", "organization_id", field.scope_column, f"{field.author}_id", field.attname)
    rows = column.model.objects.filter(**{f"{field.author}__isnull": False}).only(*wanted)
    return [sealed.open() for row in rows if (sealed := getattr(row, field.attname)) is not None]


if __name__ == "__main__":
    django.setup()
    {"sign": sign, "short": short, "opened": opened}[sys.argv[1]](*sys.argv[2:])
