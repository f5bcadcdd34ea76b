"""Finding the messages of the source and keeping the catalogue of translations.

gettext's own programs are not on every machine, so Python's parser and Django's `templatize` find
the messages and polib (a development requirement) writes the files. The catalogue carries no dates
and no line numbers: equal messages give equal bytes, and two people's additions merge.
"""

from __future__ import annotations

import ast
import fcntl
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polib
from django.utils.translation.template import templatize

# Directories that hold no messages of ours.
SKIPPED = {"tests", "benchmarks", "docs", "var", "staticfiles", "node_modules", "locale"}
# What separates context and message, in a .mo file and in `--add` files alike.
CONTEXT_END = "\x04"
# Which argument is what: (context, message, plural); None where the function has none.
CALLS: dict[str, tuple[int | None, int, int | None]] = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
STRING = r"""[uU]?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
TEMPLATE_CALL = re.compile(
    rf"(?<!\w)(_|gettext|ngettext|pgettext|npgettext)\(\s*({STRING}(?:\s*,\s*{STRING})*)", re.S
)
HEADER = {
    "Project-Id-Version": "portal",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": "zh_Hans",
    "Plural-Forms": "nplurals=1; plural=0;",
}


@dataclass(frozen=True, order=True)
class Message:
    """One message of the source."""

    msgid: str
    context: str = ""
    plural: str = ""

    @property
    def key(self) -> str:
        """The name of this message in `--add` and `--missing` files."""
        return f"{self.context}{CONTEXT_END}{self.msgid}" if self.context else self.msgid


@dataclass
class Found:
    """The messages of the source, and what could not be read, as `path:line: why`."""

    messages: set[Message] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)


def find_messages(root: Path) -> Found:
    """Read every Python file and template under `root`."""
    found = Found()
    for path in _sources(root):
        name = path.relative_to(root)
        text = path.read_text(encoding="utf-8")
        try:
            if path.suffix == ".py":
                _read_python(text, name, found)
            else:
                _read_template(text, name, found)
        except (SyntaxError, ValueError) as error:
            found.problems.append(f"{name}: cannot be read: {error}")
    return found


def _sources(root: Path) -> Iterator[Path]:
    for path in sorted(root.iterdir()):
        if path.name.startswith((".", "_")) and path.is_dir():
            continue
        if path.is_dir() and path.name not in SKIPPED and path.name != "static":
            yield from _sources(path)
        elif path.suffix == ".py" or (
            path.suffix in {".html", ".txt", ".typ"} and "templates" in path.parts
        ):
            yield path


def _read_python(text: str, name: Path, found: Found) -> None:
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        called = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
        if called not in CALLS:
            continue
        wanted = CALLS[called]
        arguments = [_constant(argument) for argument in node.args]
        if any(isinstance(argument, ast.JoinedStr) for argument in node.args):
            found.problems.append(
                f"{name}:{node.lineno}: an f-string cannot be translated; "
                "use %(name)s and fill it in after translating"
            )
        elif all(i is None or (i < len(arguments) and arguments[i]) for i in wanted):
            _add(found, wanted, arguments)


def _constant(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return ""


def _read_template(text: str, name: Path, found: Found) -> None:
    for call in TEMPLATE_CALL.finditer(templatize(text, origin=str(name))):
        arguments = [ast.literal_eval(literal) for literal in re.findall(STRING, call[2], re.S)]
        wanted = CALLS[call[1]]
        if all(i is None or i < len(arguments) for i in wanted):
            _add(found, wanted, arguments)


def _add(found: Found, wanted: tuple[int | None, int, int | None], arguments: list[str]) -> None:
    context, message, plural = wanted
    found.messages.add(
        Message(
            msgid=arguments[message],
            context=arguments[context] if context is not None else "",
            plural=arguments[plural] if plural is not None else "",
        )
    )


# --- The catalogue ---------------------------------------------------------------------------


def entry_key(entry: polib.POEntry) -> str:
    """The name of an entry in `--add` and `--missing` files."""
    return f"{entry.msgctxt}{CONTEXT_END}{entry.msgid}" if entry.msgctxt else entry.msgid


def translation(entry: polib.POEntry) -> str:
    """The Chinese of an entry; Chinese has one plural form."""
    return entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr


def load(path: Path) -> dict[str, polib.POEntry]:
    """Read the catalogue, by key."""
    if not path.exists():
        return {}
    return {entry_key(e): e for e in polib.pofile(str(path)) if not e.obsolete}


def merge(entries: dict[str, polib.POEntry], messages: Iterable[Message]) -> None:
    """Give each message of the source an entry; what is translated stays."""
    by_key: dict[str, Message] = {}
    for message in sorted(messages):  # the one with a plural comes last and wins
        by_key[message.key] = message
    for key, message in by_key.items():
        old = entries.get(key)
        if old is None or old.msgid_plural != message.plural:
            entries[key] = _entry(message, translation(old) if old else "")


def _entry(message: Message, chinese: str) -> polib.POEntry:
    words: dict[str, Any] = {"msgid": message.msgid, "msgctxt": message.context or None}
    if message.plural:
        words |= {"msgid_plural": message.plural, "msgstr_plural": {0: chinese}}
    else:
        words["msgstr"] = chinese
    return polib.POEntry(**words)


def translate(entries: dict[str, polib.POEntry], words: dict[str, str]) -> None:
    """Write translations by key; a key that the source does not have (yet) is kept too."""
    for key, chinese in words.items():
        if key not in entries:
            context, _, msgid = key.rpartition(CONTEXT_END)
            entries[key] = _entry(Message(msgid, context), chinese)
        elif entries[key].msgid_plural:
            entries[key].msgstr_plural = {0: chinese}
        else:
            entries[key].msgstr = chinese
        entries[key].flags = [flag for flag in entries[key].flags if flag != "fuzzy"]


def save(entries: dict[str, polib.POEntry], path: Path) -> None:
    """Write the .po and compile the .mo beside it, each in one step."""
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.metadata = dict(HEADER)
    catalogue.extend(entries[key] for key in sorted(entries))
    path.parent.mkdir(parents=True, exist_ok=True)
    for target, write in (
        (path, catalogue.save),
        (path.with_suffix(".mo"), catalogue.save_as_mofile),
    ):
        _replace(target, write)


def _replace(target: Path, write: Callable[[str], None]) -> None:
    fresh = target.with_name(f".{target.name}.new")
    write(str(fresh))
    fresh.replace(target)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the catalogue alone, so that two people adding at once lose nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with (path.parent / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
