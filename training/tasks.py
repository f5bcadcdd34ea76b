"""Celery: wake up and look whose offer is over and which seats have become free."""

from celery import shared_task

from training import domain, queries


@shared_task
def lapse_offers() -> int:
    """Let late offers lapse and hand free seats on; return how many lapsed."""
    return sum(domain.lapse_offers(session=row) for row in queries.sessions_to_sweep())
