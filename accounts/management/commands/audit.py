from django.core.management.base import BaseCommand, CommandError

from accounts.models import Organization
from common import chain
from common.actor import acting_as
from common.fences import WORKER


class Command(BaseCommand):
    """Go through the chains of the audit trail. Run with COLLOQUY_LOGIN=jobs."""

    help = "verify: recompute every chain of the audit trail; the exit code is 1 when anything does not fit"
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("action", choices=["verify"])
        parser.add_argument("--organization", metavar="SLUG", help="only this organization's chain")
        parser.add_argument(
            "--expect", metavar="NUMBER:DIGEST", help="a head noted earlier, which the chain must still hold"
        )

    def handle(self, *, organization, expect, **options):
        if expect and not organization:
            raise CommandError("Say with --organization of which chain this head is.")
        noted = _noted(expect) if expect else None
        with acting_as(WORKER):
            slugs = {row.pk: row.slug for row in Organization.objects.all()}
            chains = [_chain_of(organization)] if organization else chain.chain_ids()
            findings = [finding for chain_id in chains for finding in self.verify(chain_id, slugs, noted)]
        if findings:
            raise CommandError(f"{len(findings)} finding(s): somebody changed the trail past the product.")

    def verify(self, chain_id, slugs, noted):
        """Print a chain's head and what does not fit; returns the findings."""
        name = slugs.get(chain_id, "the installation" if chain_id == chain.INSTALLATION else str(chain_id))
        head, findings = chain.verify_chain(chain_id)
        if noted and not chain.holds(chain_id, *noted):
            findings.append(chain.Finding(chain_id, noted[0], "the chain does not hold the head that was noted"))
        self.stdout.write(f"{name} {head or 'has no links yet'}")
        for finding in findings:
            at = f"number {finding.number}: " if finding.number is not None else ""
            self.stderr.write(f"{name}: {at}{finding.what}")
        return findings


def _chain_of(slug):
    try:
        return Organization.objects.get(slug=slug).pk
    except Organization.DoesNotExist:
        raise CommandError(f"No organization is called {slug}.") from None


def _noted(text):
    number, _colon, digest = text.partition(":")
    if not number.isdecimal() or len(digest) != 64:
        raise CommandError("A head looks like 12:9f86…, a number and 64 hexadecimal digits.")
    return int(number), digest
