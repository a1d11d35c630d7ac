from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Signed:
    """Who put their name to a version, and when."""

    name: str
    at: datetime


@dataclass(frozen=True)
class Cover:
    """What a file says about itself: which version of the pack, counted when and from what, and who submitted it.

    The files of a submitted version are frozen with it, so what is decided about it later stands on its page; the file leaves lines for
    the names of those who check and approve it by hand.
    """

    version: int
    built_at: datetime
    inputs_hash: str
    prepared: Signed | None = None
