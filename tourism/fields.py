"""Form fields of spots and routes: the town of a spot, a stop of a route."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.templatetags.figures import listed
from tourism import queries

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.regions.models import County, Town
    from tourism.models import Route, Spot

# How a cell names a spot beyond doubt: its code, wherever it stands.
CODE = re.compile(r"JD\d{6,}", re.I)


class TownField(forms.ModelChoiceField):
    """A town of one county; of many forms that read the towns once, none asks again."""

    _read: Mapping[str, Town] | None = None

    def offer(
        self, *, county: County | None, kept: str | None, read: Mapping[str, Town] | None
    ) -> None:
        """Take the towns of the county, and the one that stands already.

        `read`: all towns by their code, where they are known.
        """
        self.queryset = queries.towns_for(county=county, kept=kept)
        self._county, self._kept, self._read = county, kept, read

    def to_python(self, value: Any) -> Any:
        """Return the town. Raises: ValidationError when it is not offered."""
        if self._read is None or value in self.empty_values:
            return super().to_python(value)
        town = self._read.get(str(value))
        own = town is not None and self._county is not None and town.county_id == self._county.pk
        if town is None or not (own or town.pk == self._kept):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return town


class StopField(forms.ModelChoiceField):
    """Stop `number` of a route, from 1.

    A page names a spot with its county; a cell with its code, and reads the name alone where one
    spot has it. See `portal.sheets.columns` for the hooks of a field of a workbook.
    """

    def __init__(self, *, number: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._number = number
        self._heard: dict[str, str] = {}

    @property
    def known(self) -> QuerySet[Spot]:
        """What may have stood here, offered or not; see `portal.submissions.values`."""
        return queries.spots_named()

    def label_from_instance(self, obj: Spot) -> str:  # type: ignore[override]
        """Many counties have a place of the same name."""
        return f"{obj.name} · {obj.submission.county}"

    def of_record(self, record: Route) -> Spot | None:
        """The spot at this stop of a route that stands."""
        stops = list(record.stops.all())
        return stops[self._number - 1].spot if self._number <= len(stops) else None

    def in_cell(self, value: Spot | None) -> str:
        """The name with the code, which comes in again as this very spot."""
        return "" if value is None else f"{value.name}（{value.submission.code}）"

    def from_cell(self, text: str) -> str:
        """Take a code or a name. Raises: ValidationError when it names none, or several."""
        text = text.strip()
        if text and text not in self._heard:
            code = CODE.search(text)
            found = queries.spots_called(code[0] if code else text)
            if len(found) > 1:
                codes = listed([spot.submission.code for spot in found])
                raise ValidationError(
                    _("Several spots are called “%(text)s”: write the code (%(codes)s).")
                    % {"text": text, "codes": codes}
                )
            if not found:
                raise ValidationError(_("No published spot is called “%(text)s”.") % {"text": text})
            self._heard[text] = str(found[0].pk)
        return self._heard.get(text, "")
