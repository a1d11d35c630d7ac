"""What people are called, for pages of the lowest floor: the people room answers (DESIGN section 2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

NamesOf = Callable[[Iterable[str]], dict[str, str]]
_answer: list[NamesOf] = []


def answer_names(names_of: NamesOf) -> None:
    """``names_of(staff_numbers)`` gives the name behind each number that it knows."""
    _answer[:] = [names_of]


def names_of(staff_numbers: Iterable[str]) -> dict[str, str]:
    """The names behind these numbers, in one question; a number that nobody knows stands for itself."""
    numbers = {number for number in staff_numbers if number}
    known = _answer[0](numbers) if _answer and numbers else {}
    return {number: known.get(number, number) for number in numbers}
