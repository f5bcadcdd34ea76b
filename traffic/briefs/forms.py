"""Which brief is read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from traffic.briefs.scopes import Kind, Scope


class BriefFilter(forms.Form):
    """Of what, and of which week: any day of it."""

    scope = forms.ChoiceField(label=_("Brief of"), required=False)
    day = forms.DateField(label=_("Any day of the week"), required=False, widget=forms.DateInput)

    def __init__(self, *args: Any, scopes: list[Scope], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: dict[str, list[tuple[str, str]]] = {}
        for scope in scopes:
            groups.setdefault(str(Kind(scope.kind).label), []).append((scope.code, scope.name))
        self.fields["scope"].choices = list(groups.items())  # type: ignore[attr-defined]
