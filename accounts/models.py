"""Who there is: people, organizations and who has which duty in them."""

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from common.fences import (
    ACTOR,
    DEFINER,
    HR,
    MEMBER,
    SIGNIN,
    USHER,
    WEB,
    WORKER,
    Grant,
    Policy,
    RowSecurity,
    in_my,
)
from common.ids import new_id

OFFICE = "organization_id = (SELECT my_office())"
OWNS_OFFICE = f"{OFFICE} AND 'owner' = ANY ((SELECT my_office_roles())::text[])"


class PersonManager(BaseUserManager):
    """Makes people for sign-in; everything else about them goes through services."""

    def create_user(self, email, password=None, **extra):
        person = self.model(email=self.normalize_email(email).lower(), **extra)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username):
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """Somebody with an account."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("e-mail address"), max_length=254)
    name = models.CharField(_("name"), max_length=120)
    timezone = models.CharField(_("time zone"), max_length=64, default="UTC")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    is_superuser = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="accounts_person_email"),
            RowSecurity(
                name="accounts_person_walls",
                policies=[
                    Policy(WEB, "ALL"),  # sign-in, before anybody is known
                    Policy(MEMBER, "SELECT", f"id = {ACTOR} OR {in_my('my_peers', 'id')}"),
                    Policy(MEMBER, "UPDATE", f"id = {ACTOR}"),
                    Policy(HR, "SELECT", f"id = {ACTOR} OR {in_my('office_people', 'id')}"),
                    Policy(HR, "UPDATE", f"id = {ACTOR}"),
                    Policy(WORKER, "SELECT"),
                    Policy(USHER, "SELECT"),
                ],
                grants=[
                    Grant(SIGNIN, ("SELECT", "UPDATE")),
                    Grant(WEB, ("INSERT",)),
                    Grant(WORKER, columns={"SELECT": ("id", "email", "name", "timezone", "is_active")}),
                    Grant(USHER, columns={"SELECT": ("id", "email", "name", "is_active")}),
                ],
            ),
        ]

    def __str__(self):
        return self.name or self.email

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name.split(" ")[0] if self.name else self.email


class Organization(models.Model):
    """A tenant: a company, a school, or the personal space of a pair."""

    class Kind(models.TextChoices):
        COMPANY = "company"
        PERSONAL = "personal"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.COMPANY)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            RowSecurity(
                name="accounts_organization_walls",
                fence={MEMBER: in_my("my_organizations", "id"), HR: "id = (SELECT my_office())"},
                policies=[
                    Policy(MEMBER, "SELECT"),
                    Policy(HR, "SELECT"),
                    Policy(WORKER, "SELECT"),
                    Policy(DEFINER, "SELECT"),
                    Policy(USHER, "ALL"),
                ],
                grants=[
                    Grant(MEMBER, ("SELECT",)),
                    Grant(HR, ("SELECT",)),
                    Grant(WORKER, ("SELECT",)),
                    Grant(DEFINER, columns={"SELECT": ("id", "name", "slug", "kind")}),
                    Grant(USHER, ("SELECT", "INSERT")),
                ],
            ),
        ]

    def __str__(self):
        return self.name


class FencedModel(models.Model):
    """A row that belongs to one organization and stands behind its fence."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Duty(models.TextChoices):
    """What somebody does for an organization."""

    OWNER = "owner", _("Owner")
    HR = "hr", _("HR")
    FACILITATOR = "facilitator", _("Facilitator")


class OrganizationRole(FencedModel):
    """One duty of one person in one organization."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="organization_roles")
    role = models.CharField(max_length=12, choices=Duty)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "person", "role"], name="accounts_role_once"),
            RowSecurity(
                name="accounts_role_walls",
                fence={HR: OFFICE},
                policies=[
                    Policy(MEMBER, "SELECT", f"person_id = {ACTOR}"),
                    Policy(HR, "SELECT"),
                    Policy(DEFINER, "SELECT"),
                    Policy(USHER, "ALL"),
                ],
                grants=[
                    Grant(MEMBER, ("SELECT",)),
                    Grant(HR, ("SELECT",)),
                    Grant(DEFINER, ("SELECT",)),
                    Grant(USHER, ("SELECT", "INSERT", "DELETE")),
                ],
            ),
        ]

    def __str__(self):
        return self.role


class StaffInvitation(FencedModel):
    """An owner's invitation by mail to take a duty in the organization; opened by a token, used once."""

    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=12, choices=Duty)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organization",
                Lower("email"),
                "role",
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="accounts_staffinvite_open",
            ),
            RowSecurity(
                name="accounts_staffinvite_walls",
                fence={HR: OWNS_OFFICE},
                policies=[
                    Policy(HR, "SELECT"),
                    Policy(HR, "INSERT"),
                    Policy(HR, "UPDATE"),
                    Policy(WORKER, "SELECT"),
                    Policy(USHER, "ALL"),
                ],
                grants=[
                    Grant(HR, ("SELECT", "INSERT"), {"UPDATE": ("withdrawn_at",)}),
                    Grant(WORKER, ("SELECT",)),
                    Grant(USHER, ("SELECT",), {"UPDATE": ("accepted_at", "withdrawn_at")}),
                ],
            ),
        ]

    def __str__(self):
        return f"{self.role} invitation"
