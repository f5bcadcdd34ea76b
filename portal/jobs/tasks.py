"""What the Celery messages call; each finds its facts in the rows of work."""

from celery import shared_task

from portal.jobs import domain

# One sweep does at most so many rows, so that a release can stop a worker between two sweeps.
SWEEP_LIMIT = 100


@shared_task(name=domain.WAKE_TASK)
def wake(work_id: int) -> None:
    """Do one row of work, if nobody has; a message that comes twice does nothing."""
    domain.run(work_id=work_id)


@shared_task(name=domain.SWEEP_TASK)
def sweep_work() -> None:
    """Do what is due and has no worker: lost messages, back-off that is over, dead workers."""
    domain.run_due(limit=SWEEP_LIMIT)
