"""How well a product is presented: a hundred points, each explained.

Completeness says whether a product may be submitted; these say how far it will carry. The measures
are those by which the platform's own guides judge a product page: three pictures at least, large
enough to be cropped, a text that says where it grows and how it tastes.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal import clock
from portal.submissions.quality import Files, Line
from portal.templatetags.figures import listed
from products import rules
from products.brands import queries as brands

if TYPE_CHECKING:
    from portal.submissions.forms import DossierForm
    from portal.submissions.models import Submission
    from portal.submissions.quality import Beside

PHOTOS, WIDE, TEXT = 3, 1080, 120
TEXT_POINTS, STANDARD_POINTS = 20, 5
# What buyers ask about; a category that does not ask for one does without it.
DETAILS = ("package", "season_start", "shelf_life_days", "dispatch_area")


def score(values: dict[str, Any], files: Files, form: DossierForm) -> list[Line]:
    """Return the lines of a product's score out of its values; `form` knows categories and labels.

    No query: `files` are the stored files of the photos by their id.
    """
    category = form.shared.get(values.get("category") or "")
    skipped = rules.skipped_fields(category)
    lines = [
        _photos(values),
        _sharpness(values, files),
        _text(values),
        _papers(values, len(category.papers) if category else 1),
        _details(values, form, skipped),
    ]
    return lines if "variants" in skipped else [*lines, _variants(values)]


def beside(submission: Submission) -> Beside:
    """Return what a product's standards count for at a moment; one query.

    They are no part of its values: they are named on a page of their own, at any time.
    """
    kept = brands.kept_standards(submission)
    url = reverse("product-standards", args=[submission.code])

    def lines(at: datetime) -> list[Line]:
        day = at.astimezone(clock.SHANGHAI).date()
        named = [days for days in kept if days.kept_on(day)]
        return [_standards(len(named), sum(days.in_force_on(day) for days in named), url)]

    return lines


def _standards(named: int, in_force: int, url: str) -> Line:
    if not named:
        advice = _("Name the product standard it is made by.")
    elif not in_force:
        advice = _("Name a standard that is in force.")
    else:
        advice = ""
    found = _("%(named)d named, %(in_force)d in force") % {"named": named, "in_force": in_force}
    points = STANDARD_POINTS if in_force else 0
    return Line("", _("Product standards"), points, STANDARD_POINTS, found, advice, url)


def _share(of: int, part: int, whole: int) -> int:
    """Points for a part of the whole, rounded down, so that all of them mean that all is there."""
    return of * min(part, whole) // whole if whole else of


def _photos(values: dict[str, Any]) -> Line:
    count = len(values.get("photos") or [])
    missing = max(0, PHOTOS - count)
    advice = ngettext(
        "Add %(n)d more photo: the whole, a detail and the pack.",
        "Add %(n)d more photos: the whole, a detail and the pack.",
        missing,
    )
    found = ngettext("%(n)d photo", "%(n)d photos", count) % {"n": count}
    return Line(
        "photos",
        _("Number of photos"),
        _share(20, count, PHOTOS),
        20,
        found,
        advice % {"n": missing} if missing else "",
    )


def _sharpness(values: dict[str, Any], files: Files) -> Line:
    known = [files[str(key)] for key in values.get("photos") or [] if str(key) in files]
    wide = sum(1 for file in known if min(file.width or 0, file.height or 0) >= WIDE)
    found = _("%(wide)d of %(count)d photos have %(pixels)d pixels on their short side.") % {
        "wide": wide,
        "count": len(known),
        "pixels": WIDE,
    }
    advice = (
        "" if known and wide == len(known) else _("Take the small ones again at the full size.")
    )
    return Line(
        "photos",
        _("Size of the photos"),
        15 * wide // len(known) if known else 0,
        15,
        found,
        advice,
    )


def _text(values: dict[str, Any]) -> Line:
    length = len("".join((values.get("description") or "").split()))
    found = ngettext("%(n)d character", "%(n)d characters", length) % {"n": length}
    advice = _("Say where it grows, how it tastes and how it is eaten: %(n)d characters.") % {
        "n": TEXT
    }
    return Line(
        "description",
        _("Description"),
        _share(TEXT_POINTS, length, TEXT),
        TEXT_POINTS,
        found,
        advice if length < TEXT else "",
    )


def _papers(values: dict[str, Any], wanted: int) -> Line:
    count = len(values.get("certificates") or [])
    found = _("%(count)d of %(wanted)d attached") % {"count": count, "wanted": wanted}
    advice = _("Attach the papers that the category names.") if count < wanted else ""
    return Line("certificates", _("Certificates"), _share(20, count, wanted), 20, found, advice)


def _details(values: dict[str, Any], form: DossierForm, skipped: list[str]) -> Line:
    asked = [name for name in DETAILS if name in form.fields and name not in skipped]
    empty = [name for name in asked if values.get(name) in (None, "", [])]
    labels = listed(form.fields[name].label for name in empty)
    filled = len(asked) - len(empty)
    return Line(
        empty[0] if empty else "package",
        _("What buyers ask about"),
        _share(10, filled, len(asked)),
        10,
        _("%(filled)d of %(asked)d filled in") % {"filled": filled, "asked": len(asked)},
        _("Fill in: %(fields)s.") % {"fields": labels} if empty else "",
    )


def _variants(values: dict[str, Any]) -> Line:
    count = len(values.get("variants") or [])
    advice = _("Offer a small pack to try and a large one: two variants with what each holds.")
    return Line(
        "variants",
        _("Variants"),
        _share(10, count, 2),
        10,
        ngettext("%(n)d variant", "%(n)d variants", count) % {"n": count},
        advice if count < 2 else "",
    )
