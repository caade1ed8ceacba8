"""Coming in and going: the database's door functions, called on behalf of the acting person.

``now`` is left out by everybody but the demonstration: the database's clock counts, and it takes another moment only in
an organization that the same transaction founds.
"""

from common import doors
from common.tokens import hash_token
from groups.models import Charter


class NotTheirs(Exception):
    """The invitation is wrong, used, withdrawn, too old, or went to another address."""


class CharterChanged(Exception):
    """There is a newer version of the charter to read first."""


def preview_invitation(token):
    """(organization, program, group, e-mail, name, facilitators) of a good token, else None."""
    return doors.row("invitation_preview", hash_token(token))


def accept_invitation(*, token, now=None):
    """The id of the group the acting person is now a member of, not yet admitted. Raises NotTheirs."""
    group_id = doors.call("accept_invitation", hash_token(token), now)
    if group_id is None:
        raise NotTheirs
    return group_id


def newest_charter(group):
    """The version to sign: the newest that nobody said no to, without its words."""
    return Charter.objects.facts().standing().filter(group=group).first()


def sign_charter(*, charter, read, now=None):
    """The acting person agrees. Signing twice does no harm.

    A founding member reads the group from now on, a newcomer once everybody who reads it has signed this version.
    ``read`` is the id, as text, of the version on their screen. Raises CharterChanged when it is not ``charter``.
    """
    if read != str(charter.pk) or not doors.call("sign_charter", charter.pk, now):
        raise CharterChanged


def leave_group(*, group, now=None):
    """The acting person's access ends with their next request. Leaving twice does no harm."""
    doors.call("leave_group", group.pk, now)
