"""Who reads the report because of a duty; members read it because they are members."""

from accounts.models import Duty

READERS = (Duty.OWNER, Duty.HR)


def is_office_reader(duties):
    """Owners and HR: they read the report of their organization and take it along as a file."""
    return bool(set(duties) & set(READERS))
