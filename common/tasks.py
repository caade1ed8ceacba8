"""What the clock starts."""

import structlog
from celery import shared_task

from common import chain
from common.actor import acting_as
from common.fences import WORKER

log = structlog.get_logger("colloquy.audit")


@shared_task(name="common.chain_audit", ignore_result=True)
def chain_audit():
    """Link what was noted since the last time, also after days off; an overlap does no harm."""
    chain.link_loose_entries()


@shared_task(name="common.log_audit_heads", ignore_result=True)
def log_audit_heads():
    """Say once a day how long each chain is and how it ends, so that a copy stands where the database is not."""
    with acting_as(WORKER):
        heads = chain.heads()
    for head in heads:
        log.info("audit_head", chain=str(head.chain_id), head=str(head))
