"""Sign-ins: starting one, keeping the list true, ending them. All of it as the person whose they are."""

from datetime import timedelta

from django.db import connection
from django.db.models import Exists, OuterRef

from accounts.login_sessions import delete_sessions, open_sessions
from accounts.models import SignIn
from common.tokens import hash_token

REMEMBERED_FOR = timedelta(days=400)  # as long as browsers keep a cookie


def start_sign_in(*, person, session_hash, device, device_token, now):
    """Note that the acting person has signed in; the row, and whether it is a browser not seen before for them.

    The very first sign-in is the sign-up, and no news to anybody.
    """
    device_hash = hash_token(f"{person.pk}:{device_token}")
    before = set(SignIn.objects.visible_to(person).values_list("device_hash", flat=True).distinct())
    sign_in = SignIn.objects.create(
        person=person, session_hash=session_hash, device=device, device_hash=device_hash, started_at=now, seen_at=now
    )
    return sign_in, bool(before) and device_hash not in before


def keep_sign_in(*, person, sign_in_id, session_hash, now):
    """Note that a sign-in was used just now, and under which key; whether it was open."""
    mine = SignIn.objects.visible_to(person).filter(pk=sign_in_id, ended_at=None)
    return bool(mine.update(session_hash=session_hash, seen_at=now))


def open_sign_ins_of(person, *, now):
    """Where the person is signed in, last used first. What has expired or was signed out is left out."""
    alive = open_sessions(now).filter(session_key=OuterRef("session_hash"))
    return SignIn.objects.visible_to(person).filter(Exists(alive), ended_at=None).order_by("-seen_at", "pk")


def end_sign_ins(sign_ins, *, now):
    """End these sign-ins of the acting person with their next request; how many. Twice does no harm."""
    rows = dict(sign_ins.filter(ended_at=None).values_list("pk", "session_hash"))
    delete_sessions(rows.values())
    return SignIn.objects.filter(pk__in=rows, ended_at=None).update(ended_at=now)


def forget_old_sign_ins(*, now):
    """Delete what has expired: login sessions, what sign-in counted, and sign-ins of browsers long unseen."""
    open_sessions(now).model.objects.filter(expire_date__lte=now).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_cache WHERE expires < %s", [now])
    SignIn.objects.filter(seen_at__lt=now - REMEMBERED_FOR).delete()
