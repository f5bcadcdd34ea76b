"""The answer of a rule, and the error of a rule that was broken."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Verdict:
    """Whether an act is allowed, and if not, why, in the reader's language."""

    allowed: bool
    reason: str | Promise = ""

    def __bool__(self) -> bool:
        return self.allowed

    def __and__(self, other: Verdict) -> Verdict:
        return other if self.allowed else self


YES = Verdict(True)


def no(reason: str | Promise) -> Verdict:
    """Refuse with a reason the reader can act on."""
    return Verdict(False, reason)


class RuleBroken(Exception):
    """An act that a rule does not allow; `str()` is the sentence for the reader."""

    def __init__(self, reason: str | Promise, *, code: str = "") -> None:
        super().__init__(str(reason))
        self.code = code


def require(verdict: Verdict) -> None:
    """Raise RuleBroken with the verdict's reason unless it allows the act."""
    if not verdict:
        raise RuleBroken(verdict.reason)
