"""Reads back what typst wrote: the words of each page by the font's own map to Unicode, and its figures with what they draw.

Enough of PDF 1.7 for that and no more: plain objects, deflated streams, glyphs of one byte or two, as packs and Chromium write them.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj(.*?)endobj", re.S)
STREAM = re.compile(rb"stream\r?\n(.*)\n?endstream", re.S)
TOKEN = re.compile(
    rb"/(?P<font>\w+) [\d.]+ Tf|/\w+ ?<<(?P<tag>.*?)>> ?BDC|(?P<plain>BMC)|(?P<end>EMC)|(?P<text>\()|<(?P<hex>[0-9A-Fa-f]+)>"
    rb"|/(?P<form>\w+) Do|(?<=[\d.\s])(?P<path>[lc])(?=\s)",
    re.S,
)
ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.S)
SIGNS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
NO_GLYPH = "\0"
"""A letter that no font had: what is drawn for it is a box."""


@dataclass(frozen=True)
class Figure:
    """A picture with its words for who does not see it; ``strokes`` are the lines and curves that its page draws for it."""

    alt: str
    page: int
    strokes: int


@dataclass(frozen=True)
class Page:
    words: str
    strokes: dict[int, int]
    """Lines and curves by the number of the marked content they stand in."""


class Pdf:
    def __init__(self, content: bytes) -> None:
        self.objects = {int(number): body for number, body in OBJECT.findall(content)}
        [tree] = [body for body in self.objects.values() if re.search(rb"/Type ?/Pages\b", body) and b"/Parent" not in body]
        self.order = self._leaves(tree)
        self.pages = [self._page(self.objects[number]) for number in self.order]

    @property
    def words(self) -> str:
        return "".join(page.words for page in self.pages)

    @property
    def figures(self) -> list[Figure]:
        found = []
        for body in self.objects.values():
            if b"/S/Figure" in body and (alt := re.search(rb"/Alt(\((?:\\.|[^\\)])*\)|<[0-9A-F]+>)", body, re.S)):
                page = self.order.index(_reference(body, b"Pg"))
                marks = [int(mark) for mark in re.search(rb"/K\[?([\d ]+)", body)[1].split()]
                found.append(Figure(_said(alt[1]), page, sum(self.pages[page].strokes.get(mark, 0) for mark in marks)))
        return found

    def _leaves(self, tree: bytes) -> list[int]:
        kids = [int(number) for number in re.findall(rb"(\d+) 0 R", re.search(rb"/Kids ?\[(.*?)\]", tree, re.S)[1])]
        return [leaf for kid in kids for leaf in (self._leaves(self.objects[kid]) if b"/Kids" in self.objects[kid] else [kid])]

    def _stream(self, number: int) -> bytes:
        body = self.objects[number]
        content = STREAM.search(body)[1]
        return zlib.decompressobj().decompress(content) if b"FlateDecode" in body else content

    def _page(self, body: bytes) -> Page:
        strokes: dict[int, int] = {}
        resources = body if re.search(rb"/Resources ?<<", body) else self.objects[_reference(body, b"Resources")]
        words = self._read(self._stream(_reference(body, b"Contents")), resources, strokes, None)
        return Page(words, strokes)

    def _read(self, content: bytes, resources: bytes, strokes: dict[int, int], mark: int | None) -> str:
        fonts = self._named(resources, b"Font")
        forms = self._named(resources, b"XObject")
        words, tags, font, at = [], [], {}, 0
        while token := TOKEN.search(content, at):
            at = token.end()
            if token["font"]:
                font = self._letters(fonts[token["font"]])
            elif token["tag"]:
                tags.append(mark)
                numbered = re.match(rb"/MCID (\d+)", token["tag"])
                mark = int(numbered[1]) if numbered else mark
            elif token["plain"]:
                tags.append(mark)
            elif token["end"]:
                mark = tags.pop()
            elif token["path"]:
                if mark is not None:
                    strokes[mark] = strokes.get(mark, 0) + 1
            elif token["form"]:
                words.append(self._form(forms.get(token["form"]), strokes, mark))
            elif token["text"]:
                end = _end_of_text(content, at)
                words.extend(_letters_of(_unescaped(content[at:end]), font))
                at = end + 1
            else:
                words.extend(_letters_of(bytes.fromhex(token["hex"].decode()), font))
        return "".join(words)

    def _form(self, number: int | None, strokes: dict[int, int], mark: int | None) -> str:
        if number is None or not re.search(rb"/Subtype ?/Form\b", self.objects[number]):
            return ""
        body = self.objects[number]
        inside = re.search(rb"/Resources (\d+) 0 R", body)
        return self._read(self._stream(number), self.objects[int(inside[1])] if inside else body, strokes, mark)

    def _named(self, resources: bytes, kind: bytes) -> dict[bytes, int]:
        listed = re.search(rb"/" + kind + rb" ?<<(.*?)>>", resources, re.S)
        return {name: int(number) for name, number in re.findall(rb"/(\w+) (\d+) 0 R", listed[1])} if listed else {}

    def _letters(self, font: int) -> dict[bytes, str]:
        told = self._stream(_reference(self.objects[font], b"ToUnicode")).decode("latin-1")
        told = re.sub(r"begincodespacerange.*?endcodespacerange", "", told, flags=re.S)
        pairs = re.findall(r"^<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)>$", told, re.M)
        for first, last, letter in re.findall(r"^<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)>$", told, re.M):
            for step in range(int(last, 16) - int(first, 16) + 1):
                pairs.append((f"{int(first, 16) + step:0{len(first)}X}", f"{int(letter, 16) + step:0{len(letter)}X}"))
        return {bytes.fromhex(glyph): bytes.fromhex(letters).decode("utf-16-be").replace("\uffff", NO_GLYPH) for glyph, letters in pairs}


def _letters_of(glyphs: bytes, font: dict[bytes, str]) -> list[str]:
    size = len(next(iter(font), b"  "))
    return [font.get(glyphs[at : at + size], NO_GLYPH) for at in range(0, len(glyphs), size)]


def _end_of_text(content: bytes, at: int) -> int:
    """Where the text ends that began before ``at``: brackets inside it may stand unescaped as long as they are paired."""
    depth = 1
    while True:
        if content[at : at + 1] == b"\\":
            at += 1
        elif content[at : at + 1] in (b"(", b")"):
            depth += 1 if content[at : at + 1] == b"(" else -1
            if not depth:
                return at
        at += 1


def _reference(body: bytes, name: bytes) -> int:
    return int(re.search(rb"/" + name + rb"\s*(\d+) 0 R", body)[1])


def _unescaped(text: bytes) -> bytes:
    def plain(found: re.Match[bytes]) -> bytes:
        if found[1][:1] in b"01234567":
            return bytes([int(found[1], 8)])
        return SIGNS.get(found[1], found[1])

    return ESCAPED.sub(plain, text)


def _said(text: bytes) -> str:
    content = bytes.fromhex(text[1:-1].decode()) if text[:1] == b"<" else _unescaped(text[1:-1])
    return content[2:].decode("utf-16-be") if content.startswith(b"\xfe\xff") else content.decode("latin-1")
