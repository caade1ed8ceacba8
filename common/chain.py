"""The chains of the audit trail: one for each organization, and one for the installation itself.

Each link holds SHA-256 over the digest before it and all fields of its entry. Whoever changes, deletes or moves an
entry afterwards would have to write every later link anew, and a head that somebody noted outside would still not fit.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils import timezone

from common.actor import acting_as
from common.fences import WORKER
from common.models import AuditEntry, AuditLink

INSTALLATION = UUID(int=0)
BATCH = 1000
# The task runs each minute; what is still loose after this long, somebody took out of the chain, or no worker runs.
LOOSE_FOR = timedelta(minutes=15)
# Written out: a column that is added later must not change what older entries' digests were made of.
FIELDS = ("id", "organization_id", "group_id", "actor_id", "subject_id", "act", "facts", "circle", "at")


@dataclass(frozen=True)
class Finding:
    """Something that cannot be if nobody touched the trail."""

    chain_id: UUID
    number: int | None
    what: str


@dataclass(frozen=True)
class Head:
    """The last link of a chain. Noted outside, it shows later that nothing was cut off or written anew."""

    chain_id: UUID
    number: int
    digest: bytes

    def __str__(self):
        return f"{self.number}:{self.digest.hex()}"


def canonical(entry):
    """All that an entry says, as the same bytes each time."""
    values = {name: getattr(entry, name) for name in FIELDS}
    values["at"] = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str).encode()


def digest_after(previous, entry):
    """The digest of the link that holds ``entry`` and follows the link with the digest ``previous``."""
    return hashlib.sha256(previous + canonical(entry)).digest()


def loose_entries():
    """Entries that no link holds yet."""
    return AuditEntry.objects.filter(~Exists(AuditLink.objects.filter(entry_id=OuterRef("pk"))))


def link_loose_entries():
    """Link whatever is loose, chain by chain and in batches; returns how many. Twice at once does no harm."""
    with acting_as(WORKER):
        organizations = list(loose_entries().order_by().values_list("organization_id", flat=True).distinct())
    linked = 0
    for organization_id in organizations:
        while found := _link_batch(organization_id):
            linked += found
    return linked


def _link_batch(organization_id):
    chain_id = organization_id or INSTALLATION
    with acting_as(WORKER):
        _wait_for_turn(chain_id)
        last = AuditLink.objects.filter(chain_id=chain_id).order_by("-number").first()
        number, digest = (last.number, bytes(last.digest)) if last else (0, b"")
        links = []
        for entry in loose_entries().filter(organization_id=organization_id).order_by("at", "id")[:BATCH]:
            number, digest = number + 1, digest_after(digest, entry)
            links.append(AuditLink(chain_id=chain_id, number=number, entry_id=entry.pk, digest=digest))
        AuditLink.objects.bulk_create(links)
    return len(links)


def _wait_for_turn(chain_id):
    """One worker at a time: what another has linked is seen after this, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"audit chain {chain_id}"])


def heads():
    """The last link of each chain."""
    last = AuditLink.objects.order_by("chain_id", "-number").distinct("chain_id")
    return [Head(link.chain_id, link.number, bytes(link.digest)) for link in last]


def chain_ids():
    """Every chain there is, and those that loose entries will begin."""
    linked = set(AuditLink.objects.order_by().values_list("chain_id", flat=True).distinct())
    written = AuditEntry.objects.order_by().values_list("organization_id", flat=True).distinct()
    return sorted(linked | {pk or INSTALLATION for pk in written})


def verify_chain(chain_id, *, now=None):
    """Go through a chain from its first link; returns (head or None, findings). Run it as the worker."""
    head, findings, walk = None, [], _Walk()
    for link, entry in _links_with_entries(chain_id):
        findings += [(head.number if head else 0, what) for what in _numbering(head, link)]
        findings += walk.step(link, entry)
        if entry and (entry.organization_id or INSTALLATION) != chain_id:
            findings.append((link.number, f"entry {entry.pk} belongs to another chain"))
        head = Head(chain_id, link.number, bytes(link.digest))
    findings += walk.end()
    found = [Finding(chain_id, number, what) for number, what in sorted(findings)]
    return head, found + _too_loose(chain_id, now or timezone.now())


def _numbering(head, link):
    before = head.number if head else 0
    if link.number == before:
        yield "this number is there twice"
    elif link.number != before + 1:
        yield f"links are missing between this number and {link.number}"


class _Walk:
    """Recomputes digests; where one does not fit, the next link tells whether the entry or the link was changed."""

    def __init__(self):
        self.digest, self.suspect = b"", None

    def step(self, link, entry):
        stored, found = bytes(link.digest), []
        ought = digest_after(self.digest, entry) if entry else None
        if self.suspect:
            number, entry_id, its_digest = self.suspect
            altered = entry is not None and digest_after(its_digest, entry) == stored
            found.append((number, "the link was altered" if altered else f"entry {entry_id} was changed"))
            ought = stored if altered else ought
        self.suspect, self.digest = None, stored
        if entry is None:
            found.append((link.number, f"entry {link.entry_id} is missing"))
        elif ought != stored:
            self.suspect = (link.number, link.entry_id, ought)
        return found

    def end(self):
        if self.suspect:
            number, entry_id, _ought = self.suspect
            yield number, f"entry {entry_id} was changed, or its link was"


def _links_with_entries(chain_id):
    links = AuditLink.objects.filter(chain_id=chain_id).order_by("number", "linked_at").iterator(chunk_size=BATCH)
    batch = []
    for link in links:
        batch.append(link)
        if len(batch) == BATCH:
            yield from _with_entries(batch)
            batch = []
    yield from _with_entries(batch)


def _with_entries(links):
    entries = AuditEntry.objects.in_bulk([link.entry_id for link in links])
    return [(link, entries.get(link.entry_id)) for link in links]


def _too_loose(chain_id, now):
    organization_id = None if chain_id == INSTALLATION else chain_id
    loose = loose_entries().filter(organization_id=organization_id, at__lt=now - LOOSE_FOR).order_by("at", "id")
    minutes = LOOSE_FOR // timedelta(minutes=1)
    return [Finding(chain_id, None, f"entry {entry.pk} has not been linked for {minutes} minutes") for entry in loose]


def holds(chain_id, number, digest):
    """Whether the chain has this digest, as hex, at this number: what an operator noted outside."""
    link = AuditLink.objects.filter(chain_id=chain_id, number=number).first()
    return link is not None and bytes(link.digest).hex() == digest.lower()
