"""What accounts holds about a person, for their copy of what is their own."""

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.models import Duty, OrganizationRole, Person, SignIn
from accounts.own_words import Section, register


def collect_account(person):
    return Person.objects.filter(pk=person.pk).values("id", "name", "email", "timezone", "joined_at")


def collect_duties(person):
    duties = OrganizationRole.objects.filter(person=person).annotate(organization_name=F("organization__name"))
    return duties.order_by("created_at", "pk").values("id", "organization_name", "role", "most_groups", "created_at")


def collect_sign_ins(person):
    sign_ins = SignIn.objects.visible_to(person).order_by("started_at", "pk")
    return sign_ins.values("id", "device", "started_at", "seen_at", "ended_at")


def register_records():
    """Called once when the site is ready."""
    register(
        Section(
            "account",
            _("Your account"),
            {"name": _("Name"), "email": _("Address"), "timezone": _("Time zone"), "joined_at": _("Signed up")},
            collect_account,
            covers=(Person,),
        ),
        Section(
            "duties",
            _("Your duties"),
            {
                "organization_name": _("Organization"),
                "role": _("Duty"),
                "most_groups": _("Groups you take on, if you facilitate"),
                "created_at": _("Since"),
            },
            collect_duties,
            choices={"role": dict(Duty.choices)},
            covers=(OrganizationRole,),
        ),
        Section(
            "sign_ins",
            _("Where you signed in"),
            {
                "device": _("Browser"),
                "started_at": _("Signed in"),
                "seen_at": _("Last used"),
                "ended_at": _("Signed out"),
            },
            collect_sign_ins,
            covers=(SignIn,),
        ),
    )
