"""Erasing an account: its words go, its person is blanked, and the ids stay, because others' rows point at them."""

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password

from accounts.login_sessions import delete_sessions
from accounts.models import ERASED_DOMAIN, Person, SignIn
from accounts.services import LastOwner
from accounts.signals import person_erased
from common import doors
from common.actor import acting_as
from common.audit import Circle, record
from common.fences import MEMBER, SELF


def erase_account(*, person):
    """Erase what the person wrote, their memberships and duties, and who they were. All of it, or nothing.

    A second time does no harm; of two at once the second waits. Raises LastOwner.
    """
    with acting_as(MEMBER, person=person):
        person = Person.objects.select_for_update().get(pk=person.pk)
        if person.is_erased:
            return
        with acting_as(SELF, person=person):
            sessions = _give_up(person)
        _forget(person, sessions)


def _give_up(person):
    """Everything but the account itself; the hashes of its login sessions."""
    if not doors.call("give_up_everything"):
        raise LastOwner
    person_erased.send(sender=Person, person=person)
    sign_ins = SignIn.objects.visible_to(person)
    sessions = list(sign_ins.values_list("session_hash", flat=True))
    sign_ins.delete()
    record("account_erased", circle=Circle.PERSON, organization_id=None, subject_id=person.pk)
    return sessions


def _forget(person, sessions):
    """What sign-in knows. A session that the list of sign-ins did not name ends too: the account is closed."""
    delete_sessions(sessions)
    Authenticator.objects.filter(user=person).delete()
    person.emailaddress_set.all().delete()
    Person.objects.filter(pk=person.pk).update(
        name="",
        email=f"erased-{person.pk}@{ERASED_DOMAIN}",
        password=make_password(None),
        timezone="UTC",
        last_login=None,
        is_active=False,
        is_staff=False,
        is_superuser=False,
    )
