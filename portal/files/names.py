"""File names that are safe to show and to send."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _

LONGEST = 120
# Control and format characters (the right-to-left override among them), surrogates, private use,
# and code points nobody has assigned.
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# What Windows does not take in a name, and what would end a quoted one.
UNSAFE = re.compile(r'[<>:"|?*]')


def safe_name(name: str, *, extension: str) -> str:
    """Return the last part of `name` without what deceives or breaks, ending in `extension`.

    Chinese stays. The extension is that of the stored bytes, whatever the name claimed.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(c for c in last if unicodedata.category(c) not in INVISIBLE)
    stem = UNSAFE.sub("_", seen)
    if "." in stem.strip(". "):
        stem = stem.rpartition(".")[0]
    stem = " ".join(stem.split()).strip(". ") or _("Unnamed")
    return stem[: LONGEST - len(extension)].rstrip(". ") + extension
