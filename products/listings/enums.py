"""Where a product is sold."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SalesChannel(models.TextChoices):
    """The shelves of the platform on which buyers find a product.

    Traffic's channels say how a product is promoted; these say where it is then bought.
    """

    MALL = "mall", _("Douyin mall")
    LIVE = "live", _("Live room")
    SHOWCASE = "showcase", _("Creator's showcase")
    VIDEO = "video", _("Short video with a cart")
