from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Cover:
    """What a file says about itself: which version of the pack, counted when. Submitting changes neither, so files stay as they are."""

    version: int
    built_at: datetime
    inputs_hash: str
