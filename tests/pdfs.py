"""The text of a PDF that the portal has set: enough of the format for documents of one font."""

from __future__ import annotations

import re
import zlib

STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.S)
PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
PIECE = re.compile(rb"\\.|[()]|[^\\()]+", re.S)
ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.S)
NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pages(data: bytes) -> list[list[str]]:
    """The runs of text on each page, in the order they were set."""
    streams = [_unpacked(match[1]) for match in STREAM.finditer(data)]
    glyphs: dict[int, str] = {}
    for stream in streams:
        if b"beginbfchar" in stream:
            for part in re.findall(rb"beginbfchar(.*?)endbfchar", stream, re.S):
                for glyph, text in PAIR.findall(part):
                    glyphs[int(glyph, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    return [_runs(stream, glyphs) for stream in streams if b"Tf" in stream and b"BT" in stream]


def _unpacked(stream: bytes) -> bytes:
    try:
        # What was packed may end like a line: without its last byte it still unpacks.
        return zlib.decompressobj().decompress(stream)
    except zlib.error:
        return b""


def _runs(stream: bytes, glyphs: dict[int, str]) -> list[str]:
    """One run a marked part of the page: a cell of a table, a heading, a line."""
    runs = []
    for part in stream.split(b"EMC"):
        codes = b"".join(ESCAPE.sub(_literal, text) for text in _strings(part.partition(b"BT")[2]))
        pairs = zip(codes[::2], codes[1::2], strict=True)
        if run := "".join(glyphs[high * 256 + low] for high, low in pairs):
            runs.append(run)
    return runs


def _strings(part: bytes) -> list[bytes]:
    """What stands between brackets; brackets within, where they come in pairs, are text."""
    found, depth, text = [], 0, b""
    for piece in PIECE.findall(part):
        if piece == b")":
            depth -= 1
            if depth == 0:
                found.append(text)
                text = b""
        if depth:
            text += piece
        if piece == b"(":
            depth += 1
    return found


def _literal(match: re.Match[bytes]) -> bytes:
    code = match[1]
    if code.isdigit():
        return bytes([int(code, 8)])
    return NAMED.get(code, code)
