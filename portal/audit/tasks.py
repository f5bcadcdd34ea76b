"""The sealer's turn; beat calls it every minute."""

from celery import shared_task

from portal.audit.domain import seal_committed_entries

BATCH = 1000


@shared_task(name="portal.audit.tasks.seal_entries")
def seal_entries() -> int:
    """Seal all committed entries, a batch in each transaction; return how many."""
    sealed = 0
    while True:
        count = seal_committed_entries(limit=BATCH)
        sealed += count
        if count < BATCH:
            return sealed
