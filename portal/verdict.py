"""The answer of a rule, and the error of a rule that was broken."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.functional import Promise


@dataclass(frozen=True)
class Verdict:
    """Whether an act is allowed, and if not, why, in the reader's language.

    `role` is the hat that allows it, for the record; empty when any would do.
    """

    allowed: bool
    reason: str | Promise = ""
    role: str = ""

    def __bool__(self) -> bool:
        return self.allowed

    def __and__(self, other: Verdict) -> Verdict:
        if not self.allowed:
            return self
        return replace(other, role=other.role or self.role) if other.allowed else other


YES = Verdict(True)


def yes_as(role: str) -> Verdict:
    """Allow, and say under which hat."""
    return Verdict(True, role=str(role))


def no(reason: str | Promise) -> Verdict:
    """Refuse with a reason the reader can act on."""
    return Verdict(False, reason)


class RuleBroken(Exception):
    """An act that a rule does not allow; `str()` is the sentence for the reader."""

    def __init__(self, reason: str | Promise, *, code: str = "") -> None:
        super().__init__(str(reason))
        self.code = code


def require(verdict: Verdict) -> Verdict:
    """Return the verdict; raise RuleBroken with its reason unless it allows the act."""
    if not verdict:
        raise RuleBroken(verdict.reason)
    return verdict
