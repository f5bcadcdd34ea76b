"""What a server loads once and keeps as long as it runs."""

import gc

from django.urls import get_resolver

# So many objects more than were given back, and the collector looks at the youngest: a large page
# makes that many, and the standard 700 looks a hundred times while it is made.
YOUNG = 10_000


def settle() -> None:
    """Load every page, then let the garbage collector pass over all that is loaded by now.

    It is never given back; looking through it again and again costs every tenth reader of a large
    page a tenth of a second.
    """
    # Read for what it loads: the views and all that they need.
    _ = get_resolver().url_patterns
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
