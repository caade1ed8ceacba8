"""Writing in one's own journal."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from common.once import insert_once
from goals import selectors
from goals.models import JournalEntry
from goals.services.refusals import EntryChanged
from groups.models import OwnDesk


def write_entry(*, desk: OwnDesk, key: UUID, text: str, goal_ref: str, now: datetime) -> JournalEntry:
    """Write for oneself alone; ``goal_ref`` is the id of one's own goal, or empty. Raises AlreadyWritten."""
    row = JournalEntry(pk=key, person_id=desk.person_id, organization_id=desk.organization_id, created_at=now)
    row.text, row.goal_ref = text, goal_ref
    insert_once(row)
    return row


@transaction.atomic
def edit_entry(*, entry: JournalEntry, text: str, goal_ref: str, version: str, now: datetime) -> None:
    """Reword an entry that still has the words of ``version``. Raises EntryChanged, JournalEntry.DoesNotExist."""
    row = JournalEntry.objects.select_for_update().get(pk=entry.pk)
    if (row.text.open(), row.goal_ref.open()) == (text, goal_ref):
        return
    if selectors.version_of_entry(row) != version:
        raise EntryChanged
    row.text, row.goal_ref, row.changed_at = text, goal_ref, now
    row.save(update_fields=["text", "goal_ref", "changed_at"])


def delete_entry(*, entry: JournalEntry) -> None:
    """Delete an entry for good; a second time does nothing."""
    JournalEntry.objects.filter(pk=entry.pk).delete()
