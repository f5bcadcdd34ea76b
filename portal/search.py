"""Finding rows by Chinese words of two characters or one, by pinyin or its initials, and by codes.

A `SearchField` keeps the words of a row: characters and their pairs, and for every character the
pinyin and the initials from there on. `filter(words__search="yd红茶")` asks for rows that have all
of them. PostgreSQL answers from a GIN index that a migration makes (`create_index`), SQLite by
LIKE.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from django.db import models

HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
PIECES = re.compile(rf"[{HAN}]+|[a-z0-9]+")
# Nobody types more letters than this to find something.
LONGEST = 24


def pieces(text: str) -> list[str]:
    """Runs of Chinese characters and of letters and digits, in small letters."""
    return PIECES.findall(unicodedata.normalize("NFKC", text).casefold())


def words_of(*texts: str) -> str:
    """Return all that finds these texts, with a blank before and behind each word."""
    found: dict[str, None] = {}
    for piece in (piece for text in texts for piece in pieces(text)):
        found |= dict.fromkeys(_of_han(piece) if _is_han(piece) else _of_letters(piece))
    return f" {' '.join(found)} "


def latin(text: str) -> str:
    """The text in small Latin letters and digits, Chinese in pinyin, with a hyphen between words:
    抖音作品日报 → douyinzuopinribao."""
    from pypinyin import lazy_pinyin

    return "-".join("".join(lazy_pinyin(piece)) for piece in pieces(text))


def _is_han(piece: str) -> bool:
    return piece[0] > "z"


def _of_han(piece: str) -> Iterator[str]:
    # Takes a tenth of a second to import, and only who writes needs it.
    from pypinyin import lazy_pinyin

    yield from piece
    yield from map("".join, pairwise(piece))
    syllables = lazy_pinyin(piece)
    for start in range(len(syllables)):
        rest = syllables[start:]
        yield "".join(rest)[:LONGEST]
        yield "".join(syllable[0] for syllable in rest)[:LONGEST]


def _of_letters(piece: str) -> Iterator[str]:
    yield piece[:LONGEST]
    # A code is found by its number too, with or without the zeros in front.
    if digits := re.search(r"\d+$", piece):
        yield digits[0][:LONGEST]
        yield digits[0].lstrip("0")[:LONGEST] or "0"


def asked(text: str) -> list[tuple[str, bool]]:
    """(word, whether it is a beginning) of everything a search asks for."""
    wanted: dict[tuple[str, bool], None] = {}
    for piece in pieces(text):
        if not _is_han(piece):
            wanted[piece[:LONGEST], True] = None
        elif len(piece) == 1:
            wanted[piece, False] = None
        else:
            pairs = map("".join, pairwise(piece))
            wanted |= dict.fromkeys((pair, False) for pair in pairs)
    return list(wanted)


class SearchField(models.TextField):
    """The words of a row, made anew from the fields `of` whenever the field is saved."""

    def __init__(self, *args: Any, of: tuple[str, ...] = (), **kwargs: Any) -> None:
        self.of = of
        kwargs |= {"editable": False, "default": ""}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """For migrations; `of` writes values and does not change the table."""
        name, path, args, kwargs = super().deconstruct()
        del kwargs["editable"], kwargs["default"]
        return name, path, args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Return the words of the row as it is being saved."""
        words = words_of(*(str(getattr(model_instance, name) or "") for name in self.of))
        setattr(model_instance, self.attname, words)
        return words


def key_of(text: str) -> str:
    """What texts that say the same name have in common: pinyin, letters and digits alone."""
    from pypinyin import lazy_pinyin

    return "".join("".join(lazy_pinyin(piece)) for piece in pieces(text))


def keys_within(text: str, *, shortest: int = 2) -> set[str]:
    """The `key_of` every name that stands within a text, of as many characters or more."""
    from pypinyin import lazy_pinyin

    syllables = [
        syllable
        for piece in pieces(text)
        for syllable in (lazy_pinyin(piece) if _is_han(piece) else [piece])
    ]
    return {
        "".join(syllables[start:end])
        for start in range(len(syllables))
        for end in range(start + shortest, len(syllables) + 1)
    } | {key_of(text)}


class KeyField(models.CharField):
    """The `key_of` a field, made anew whenever it is saved; an index over it finds equals."""

    def __init__(self, *args: Any, of: str = "", **kwargs: Any) -> None:
        self.of = of
        kwargs |= {"editable": False, "default": "", "max_length": 200}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """For migrations; `of` writes values and does not change the table."""
        name, path, args, kwargs = super().deconstruct()
        for key in ("editable", "default", "max_length"):
            del kwargs[key]
        return name, path, args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Return the key of the row as it is being saved."""
        key = key_of(str(getattr(model_instance, self.of) or ""))[:200]
        setattr(model_instance, self.attname, key)
        return key


@SearchField.register_lookup
class Search(models.Lookup):
    """Rows that have every word of a text; a text without any word finds nothing."""

    lookup_name = "search"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """LIKE for each word."""
        column, params = self.process_lhs(compiler, connection)
        wanted = asked(str(self.rhs))
        if not wanted:
            return "1 = 0", ()
        likes = [f"% {word}%" if begins else f"% {word} %" for word, begins in wanted]
        condition = " AND ".join(f"{column} LIKE %s" for _word in wanted)
        return f"({condition})", tuple(value for like in likes for value in (*params, like))

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """The same from the index."""
        column, params = self.process_lhs(compiler, connection)
        wanted = asked(str(self.rhs))
        if not wanted:
            return "1 = 0", ()
        query = " & ".join(f"{word}:*" if begins else word for word, begins in wanted)
        sql = f"to_tsvector('simple', {column}) @@ to_tsquery('simple', %s)"
        return sql, (*params, query)


def pairs_of(text: str) -> set[str]:
    """The pairs of Chinese characters and the runs of letters and digits of a text."""
    found: set[str] = set()
    for piece in pieces(text):
        found |= set(map("".join, pairwise(piece))) if _is_han(piece) else {piece[:LONGEST]}
    return found


@SearchField.register_lookup
class AnyWord(models.Lookup):
    """Rows that have any pair or run of a text; a text without one finds nothing."""

    lookup_name = "any"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """LIKE for each word."""
        column, params = self.process_lhs(compiler, connection)
        likes = [f"% {word} %" for word in sorted(pairs_of(str(self.rhs)))]
        if not likes:
            return "1 = 0", ()
        condition = " OR ".join(f"{column} LIKE %s" for _word in likes)
        return f"({condition})", tuple(value for like in likes for value in (*params, like))

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """The same from the index."""
        column, params = self.process_lhs(compiler, connection)
        query = " | ".join(sorted(pairs_of(str(self.rhs))))
        if not query:
            return "1 = 0", ()
        sql = f"to_tsvector('simple', {column}) @@ to_tsquery('simple', %s)"
        return sql, (*params, query)


class Overlap(models.Func):
    """How many of a text's pairs and runs a search field has, as far as the database can tell: of
    two rows the one that has more stands above."""

    output_field = models.FloatField()

    def __init__(self, field: str, text: str) -> None:
        super().__init__(models.F(field))
        self.words = sorted(pairs_of(text)) or [" "]

    def as_sql(self, compiler: Any, connection: Any, *_how: Any, **_more: Any) -> Any:
        """One for each word that is there."""
        column, params = compiler.compile(self.source_expressions[0])
        cases = " + ".join(f"(CASE WHEN {column} LIKE %s THEN 1 ELSE 0 END)" for _ in self.words)
        return f"({cases})", [value for word in self.words for value in (*params, f"% {word} %")]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Its own ranking."""
        column, params = compiler.compile(self.source_expressions[0])
        sql = f"ts_rank(to_tsvector('simple', {column}), to_tsquery('simple', %s))"
        return sql, [*params, " | ".join(word for word in self.words if word.strip()) or "''"]


def create_index(schema_editor: Any, *, table: str, column: str, name: str) -> None:
    """Make the index of a search field unless it is there; only PostgreSQL has one."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE INDEX IF NOT EXISTS {name} ON {table} "
            f"USING gin (to_tsvector('simple', {column}))"
        )
