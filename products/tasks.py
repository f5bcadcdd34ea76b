"""What beat asks of the product pool."""

from celery import shared_task

from products.seen import domain as seen


@shared_task
def fold_views() -> None:
    """Count the views noted since the last minute."""
    seen.fold()
