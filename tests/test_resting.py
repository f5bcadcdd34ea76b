"""What a server has loaded is set aside from what the garbage collector looks through."""

import gc
import weakref

import pytest

from portal.resting import settle


class Ring:
    """Holds itself: only the collector can take it away."""

    def __init__(self):
        self.own = self


@pytest.fixture
def unfrozen():
    gc.unfreeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("unfrozen")
def test_what_is_loaded_is_set_aside_and_what_nobody_needs_is_gone():
    lost = weakref.ref(Ring())
    settle()
    assert lost() is None
    assert gc.get_freeze_count() > len(gc.get_objects())
