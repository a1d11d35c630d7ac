"""Fails on every text for people that has no Chinese, or is not marked for translation at all. ``python -m stack.check_translations``"""

import ast
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

import django
from babel.messages.extract import extract_javascript, extract_python

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ["core", "people", "plans", "materials", "equipment", "quality", "reports", "floorops"]
PLURALS = {"ngettext", "ngettext_lazy", "npgettext", "npgettext_lazy"}
CONTEXTS = {"pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"}
KEYWORDS = dict.fromkeys(["_", "gettext", "gettext_lazy", "gettext_noop", *sorted(PLURALS | CONTEXTS)])
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
LETTERS = re.compile(r"[A-Za-z]{2,}|[\u4e00-\u9fff]")

# Names and short forms that read the same in both languages.
SAME_IN_BOTH = re.compile(r"\b(FloorOps|CSV|XLSX|PDF|PNG|SVG|API|OpenAPI|English|PIN|ID|QR|JSON|OK|NG)\b|简体中文|中文")
SPOKEN_ATTRIBUTES = {"alt", "title", "placeholder", "aria-label", "aria-description", "aria-roledescription", "data-confirm"}
SPOKEN_KEYWORDS = {"label", "help_text", "empty_label", "verbose_name", "verbose_name_plural"}
SPEAKING_CALLS = {"ValidationError", "success", "warning", "error", "info"}


class Text(NamedTuple):
    where: str
    id: str
    context: str | None


def python_files() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")) if "migrations" not in path.parts]


def template_files() -> list[Path]:
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".txt"))


def script_files() -> list[Path]:
    return sorted((ROOT / "static").rglob("*.js"))


def _text(where: str, function: object, words: object) -> Text | None:
    parts = list(words) if isinstance(words, (tuple, list)) else [words]
    context = parts.pop(0) if function in CONTEXTS and parts else None
    if not parts or not isinstance(parts[0], str) or not parts[0]:
        return None
    return Text(where, parts[0], context if isinstance(context, str) else None)


def texts() -> Iterator[Text]:
    for path in python_files():
        with path.open("rb") as file:
            for line, function, words, _ in extract_python(file, KEYWORDS, (), {}):
                if text := _text(f"{path.relative_to(ROOT)}:{line}", function, words):
                    yield text
    for path in script_files():
        with path.open("rb") as file:
            for line, function, words, _ in extract_javascript(file, KEYWORDS, (), {}, 1):
                if text := _text(f"{path.relative_to(ROOT)}:{line}", function, words):
                    yield text
    for path in template_files():
        yield from template_texts(path)


CALL = re.compile(r"""\b(_|gettext|ngettext|pgettext|npgettext)\(((?:[^()'"]|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")*)\)""")
STRING = re.compile(r"""u?('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")""")


def template_texts(path: Path) -> Iterator[Text]:
    """Django turns a template into calls of gettext for its own extraction; those are read here."""
    from django.utils.translation.template import templatize

    calls = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for call in CALL.finditer(calls):
        line = calls.count("\n", 0, call.start()) + 1
        words = [ast.literal_eval(string) for string in STRING.findall(call[2])]
        if text := _text(f"{path.relative_to(ROOT)}:{line}", call[1], words):
            yield text


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


def without_django(source: str) -> str:
    """The template with its tags, variables, comments and translated blocks blanked out, every line in its place."""
    for pattern in (
        r"\{#.*?#\}",
        r"\{%\s*comment\b.*?\{%\s*endcomment\s*%\}",
        r"\{%\s*blocktrans(?:late)?\b.*?\{%\s*endblocktrans(?:late)?\s*%\}",
        r"\{%.*?%\}",
        r"\{\{.*?\}\}",
    ):
        source = re.sub(pattern, _blank, source, flags=re.S)
    return source


def is_spoken(text: str) -> bool:
    return bool(LETTERS.search(SAME_IN_BOTH.sub("", text)))


class Visible(HTMLParser):
    """Collects what a reader of the page sees or hears."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.silent = 0
        self.found: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in ("script", "style", "code")
        for name, value in attrs:
            if name in SPOKEN_ATTRIBUTES and value and is_spoken(value):
                self.found.append((self.getpos()[0], f'{name}="{value.strip()}"'))

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("script", "style", "code")

    def handle_data(self, data: str) -> None:
        if not self.silent and is_spoken(data):
            self.found.append((self.getpos()[0], " ".join(data.split())))


def unmarked_in_template(path: Path) -> list[str]:
    reader = Visible()
    reader.feed(without_django(path.read_text(encoding="utf-8")))
    reader.close()
    return [f"{path.relative_to(ROOT)}:{line}: not marked for translation: {text}" for line, text in reader.found]


def _plain(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and is_spoken(node.value)


def unmarked_in_python(path: Path) -> list[str]:
    """Labels, help texts, choices and messages that are bare strings."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            spoken = [word.value for word in node.keywords if word.arg in SPOKEN_KEYWORDS]
            if name == "ValidationError" or (name in SPEAKING_CALLS and isinstance(node.func, ast.Attribute) and _is_messages(node.func)):
                spoken += node.args
            found += [(word.lineno, ast.unparse(word)) for word in spoken if _plain(word)]
        elif isinstance(node, ast.ClassDef) and any("Choices" in ast.unparse(base) for base in node.bases):
            pairs = [line.value for line in node.body if isinstance(line, ast.Assign) and isinstance(line.value, ast.Tuple)]
            found += [(pair.lineno, ast.unparse(pair.elts[-1])) for pair in pairs if len(pair.elts) > 1 and _plain(pair.elts[-1])]
    return [f"{path.relative_to(ROOT)}:{line}: not marked for translation: {text}" for line, text in found]


def _is_messages(function: ast.Attribute) -> bool:
    return isinstance(function.value, ast.Name) and function.value.id == "messages"


def faults() -> list[str]:
    from floorops import translations

    known = translations.catalogue()
    found: list[str] = []
    asked: dict[tuple[str, str | None], str] = {}
    for text in texts():
        asked.setdefault((text.id, text.context), text.where)
    for (words, context), where in sorted(asked.items(), key=lambda item: item[1]):
        message = known.get(words, context)
        strings = message.string if message else ""
        chinese = list(strings) if isinstance(strings, (tuple, list)) else [strings]
        if not message or not chinese or not all(chinese):
            found.append(f"{where}: no Chinese for {words!r}")
        elif message.fuzzy:
            found.append(f"{where}: the Chinese for {words!r} is marked fuzzy")
        elif any(set(PLACEHOLDER.findall(str(each))) - set(PLACEHOLDER.findall(_all_forms(message.id))) for each in chinese):
            found.append(f"{where}: the Chinese for {words!r} names a placeholder that the text does not have: {chinese[0]!r}")
    for path in template_files():
        if path.suffix == ".html":
            found += unmarked_in_template(path)
    for path in python_files():
        found += unmarked_in_python(path)
    return found


def _all_forms(words: object) -> str:
    return " ".join(words) if isinstance(words, (tuple, list)) else str(words)


def main() -> int:
    django.setup()
    found = faults()
    print("\n".join(found) if found else f"{len({(text.id, text.context) for text in texts()})} texts, all in both languages")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
