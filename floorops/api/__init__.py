"""The API of the whole house, ``/api/v1/`` (FORMATS section 3): each room brings its routes."""

from floorops.api.frame import api

__all__ = ["api"]
