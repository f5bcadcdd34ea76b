"""What is wrong but passes by luck must fail in tests: undefined variables, forgotten order."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from django.conf import settings


class UndefinedVariableError(Exception):
    """A template of ours shows a variable that its view does not give."""


class UndefinedVariable(str):
    """`string_if_invalid` that fails for our templates; others' may show nothing, as they do.

    Django first asks for its truth, then whether "%s" is in it, then formats it.
    """

    def __bool__(self) -> bool:
        return self._template_name().startswith(str(settings.BASE_DIR) + "/") and (
            "site-packages" not in self._template_name()
        )

    def __mod__(self, variable: Any) -> str:
        raise UndefinedVariableError(
            f"{self._template_name()} shows {variable}, which is not in its context. "
            "Give it in the view, or ask with {% if %} before showing it."
        )

    __hash__ = str.__hash__

    def _template_name(self) -> str:
        """The file being rendered, found in the caller's context."""
        frame = sys._getframe(1)
        while frame is not None:
            context = frame.f_locals.get("context")
            template = getattr(getattr(context, "render_context", None), "template", None)
            if template is not None:
                return str(template.origin.name)
            frame = frame.f_back
        return ""


def reverse_unordered_querysets(patch: pytest.MonkeyPatch) -> None:
    """Let querysets without an order come back last row first.

    Databases promise no order without ORDER BY but mostly give the order of insertion, so a
    forgotten `order_by` passes every test and fails one day in production.
    """
    from django.db.models import QuerySet

    fetch_all = QuerySet._fetch_all

    def fetch_reversed(self: QuerySet[Any]) -> None:
        query = self.query
        if self._result_cache is None and not (
            self.ordered
            or query.combinator
            or query.distinct
            or query.group_by
            or query.is_sliced
            or type(self).__name__ == "RawQuerySet"
        ):
            self.query = query.chain()
            self.query.add_ordering("-pk")
            fetch_all(self)
            self.query = query
        else:
            fetch_all(self)

    patch.setattr(QuerySet, "_fetch_all", fetch_reversed)
