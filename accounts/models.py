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
    REPORT,
    SELF,
    SIGNIN,
    USHER,
    WEB,
    WORKER,
    Grant,
    Policy,
    RowSecurity,
    in_my,
    may_read,
)
from common.ids import new_id

OFFICE = "organization_id = (SELECT my_office())"
# Runs behind the memberships' and duties' own walls.
_WAS_THERE = (
    f"EXISTS (SELECT 1 FROM groups_membership m WHERE m.organization_id = accounts_organization.id"  # noqa: S608
    f" AND m.person_id = {ACTOR})"
    f" OR EXISTS (SELECT 1 FROM accounts_organizationrole r WHERE r.organization_id = accounts_organization.id"
    f" AND r.person_id = {ACTOR})"
)
OWNS_OFFICE = f"{OFFICE} AND 'owner' = ANY ((SELECT my_office_roles())::text[])"


ERASED_DOMAIN = "erased.invalid"  # of the address that an erased account has instead of its own
FORMER_MEMBER = _("A former member")


class NameField(models.CharField):
    """A name; the empty one that an erased account is left with reads "A former member", wherever it is read."""

    def from_db_value(self, value, expression, connection):
        return str(FORMER_MEMBER) if value == "" else value

    def deconstruct(self):
        """To migrations it is a CharField: the column is the same."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


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
    name = NameField(_("name"), max_length=120)
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
                    may_read(MEMBER, f"id = {ACTOR} OR {in_my('my_peers', 'id')}"),
                    Policy(MEMBER, "UPDATE", f"id = {ACTOR}"),
                    may_read(HR, f"id = {ACTOR} OR {in_my('office_people', 'id')}"),
                    Policy(HR, "UPDATE", f"id = {ACTOR}"),
                    may_read(WORKER),
                    may_read(SELF, f"id = {ACTOR} OR {in_my('my_peers_ever', 'id')}"),
                    may_read(USHER),
                ],
                grants=[
                    Grant(SELF, columns={"SELECT": ("id", "email", "name", "timezone", "joined_at")}),
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
        if self.name == FORMER_MEMBER:
            return self.name
        return self.name.split(" ")[0] if self.name else self.email

    @property
    def is_erased(self):
        return self.email.endswith(f"@{ERASED_DOMAIN}")


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
                    may_read(MEMBER),
                    may_read(HR),
                    may_read(REPORT, f"id = (SELECT current_org()) AND {in_my('my_organizations', 'id')}"),
                    may_read(SELF, _WAS_THERE),
                    may_read(WORKER),
                    may_read(DEFINER),
                    Policy(USHER, "ALL"),
                ],
                grants=[
                    Grant(MEMBER, ("SELECT",)),
                    Grant(HR, ("SELECT",)),
                    Grant(REPORT, ("SELECT",)),
                    Grant(SELF, columns={"SELECT": ("id", "name", "slug", "kind")}),
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
    # How many groups somebody who facilitates takes on at the same time; none while they are away.
    most_groups = models.PositiveSmallIntegerField(default=2, db_default=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "person", "role"], name="accounts_role_once"),
            RowSecurity(
                name="accounts_role_walls",
                fence={HR: OFFICE},
                policies=[
                    may_read(MEMBER, f"person_id = {ACTOR}"),
                    may_read(HR),
                    Policy(HR, "UPDATE", "role = 'facilitator'"),
                    may_read(SELF, f"person_id = {ACTOR}"),
                    may_read(DEFINER),
                    Policy(USHER, "ALL"),
                ],
                grants=[
                    Grant(MEMBER, ("SELECT",)),
                    Grant(HR, ("SELECT",), {"UPDATE": ("most_groups",)}),
                    Grant(SELF, ("SELECT",)),
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
                    may_read(HR),
                    Policy(HR, "INSERT"),
                    Policy(HR, "UPDATE"),
                    may_read(WORKER),
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


class SignInQuerySet(models.QuerySet):
    def visible_to(self, person):
        """A person's own sign-ins and nobody else's."""
        return self.filter(person=person)


class SignIn(models.Model):
    """One sign-in of one person on one browser, for their own list. Neither an address nor a place is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="sign_ins")
    # What the table of login sessions holds of its key; it changes when the password does.
    session_hash = models.CharField(max_length=40)
    device = models.CharField(max_length=60)
    # Of the browser's own random name together with the person: two people on one browser have nothing in common.
    device_hash = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SignInQuerySet.as_manager()

    class Meta:
        # forget_old_sign_ins() looks for what nobody has used for long
        indexes = [models.Index(fields=["seen_at"], name="accounts_signin_seen")]
        constraints = [
            RowSecurity(
                name="accounts_signin_walls",
                policies=[
                    Policy(MEMBER, "ALL", f"person_id = {ACTOR}"),
                    may_read(SELF, f"person_id = {ACTOR}"),
                    Policy(SELF, "DELETE", f"person_id = {ACTOR}"),
                    may_read(WORKER),
                    Policy(WORKER, "DELETE"),
                ],
                grants=[
                    Grant(MEMBER, ("SELECT", "INSERT"), {"UPDATE": ("session_hash", "seen_at", "ended_at")}),
                    Grant(SELF, ("SELECT", "DELETE")),
                    Grant(WORKER, ("DELETE",), {"SELECT": ("id", "person_id", "device", "started_at", "seen_at")}),
                ],
            ),
        ]

    def __str__(self):
        return self.device
