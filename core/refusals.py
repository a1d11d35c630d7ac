"""The database decides races; here its refusals are put into words."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError

from core.errors import RuleBroken


def constraint_of(fault: IntegrityError) -> str:
    """Name of the constraint that refused, ``""`` where the database named none."""
    diagnosis = getattr(fault.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""


@contextmanager
def refusals_explained(words: Mapping[str, Callable[[], RuleBroken]]) -> Iterator[None]:
    """A refusal of a named constraint inside the block becomes the one that people read; the caller's transaction rolls back."""
    try:
        yield
    except IntegrityError as fault:
        explain = words.get(constraint_of(fault))
        if explain is None:
            raise
        raise explain() from fault
