"""One cell of text becomes what the form's field takes, or a sentence that says why not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from portal.sheets.headings import LANGUAGES, LOST
from portal.submissions.values import flat

YES = {"是", "有", "需要", "√", "✓", "y", "yes", "true", "1", "对"}
NO = {"", "否", "无", "不需要", "×", "x", "n", "no", "false", "0", "错"}
# What people write around an amount of money or a number.
AROUND_NUMBER = re.compile(r"[\s,，¥￥]|元$")
ASIDE = re.compile(r"[(\[【].*?[)\]】]|\s")
Take = Callable[[str], Any]


class WrongCell(Exception):
    """A cell that cannot be understood, with the sentence for its reader."""


def taker(field: forms.Field) -> Take:
    """Return what turns a cell of that field into the value a browser would post.

    Made once for a column: what may be chosen is read once. The result raises WrongCell.
    """
    if hasattr(field, "from_cell"):
        return _whole(_composite(field.from_cell))
    if isinstance(field, forms.BooleanField) and not isinstance(field, forms.NullBooleanField):
        return _whole(_truth)
    if isinstance(field, forms.ModelChoiceField):
        rows = {_plain(field.label_from_instance(row)): str(row.pk) for row in field.queryset}
        return _whole(lambda text: _choose(text, rows, known=rows))
    if isinstance(field, forms.ChoiceField):
        return _whole(_chooser(field))
    if isinstance(field, forms.IntegerField | forms.DecimalField | forms.FloatField):
        return _whole(_number)
    if isinstance(field, forms.DateField):
        return _whole(_day)
    return _whole(lambda text: text)


def _whole(take: Take) -> Take:
    def taken(text: str) -> Any:
        if text.startswith(LOST):
            raise WrongCell(
                _("A number of more than 15 digits lost some of them: make the cell text first.")
            )
        return take(text)

    return taken


def _composite(from_cell: Take) -> Take:
    def taken(text: str) -> Any:
        try:
            return from_cell(text)
        except ValidationError as error:
            raise WrongCell(" ".join(error.messages)) from error

    return taken


def _plain(text: str) -> str:
    return ASIDE.sub("", unicodedata.normalize("NFKC", str(text))).casefold()


def _truth(text: str) -> str:
    word = _plain(text)
    if word in YES:
        return "on"
    if word in NO:
        return ""
    raise WrongCell(_("Write yes or no."))


def _chooser(field: forms.ChoiceField) -> Take:
    found: dict[str, str] = {}
    labels: list[str] = []
    for language in LANGUAGES:
        with translation.override(language):
            for key, label in flat(field.choices):
                if key in ("", None):
                    continue
                found.setdefault(_plain(label), str(key))
                found.setdefault(_plain(key), str(key))
                if language == LANGUAGES[0]:
                    labels.append(str(label))
    return lambda text: _choose(text, found, known=labels)


def _choose(text: str, found: dict[str, str], *, known: Any) -> str:
    if not text:
        return ""
    key = found.get(_plain(text))
    if key is not None:
        return key
    few = "、".join(list(known)[:12])
    raise WrongCell(_("“%(text)s” is none of: %(known)s.") % {"text": text, "known": few})


def _number(text: str) -> str:
    if not text:
        return ""
    bare = AROUND_NUMBER.sub("", unicodedata.normalize("NFKC", text))
    try:
        number = Decimal(bare)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise WrongCell(_("“%(text)s” is no number.") % {"text": text})
    return bare


def _day(text: str) -> str:
    if not text:
        return ""
    bare = re.sub(r"[年月./]", "-", text.replace("日", "")).strip()
    try:
        return datetime.fromisoformat(bare).date().isoformat()
    except ValueError:
        pass
    parts = bare.split("-")
    try:
        year, month, day = (int(part) for part in parts)
        return date(year, month, day).isoformat()
    except ValueError:
        raise WrongCell(_("“%(text)s” is no day.") % {"text": text}) from None
