"""The project on top of all rooms: settings, addresses, Celery, the doors of the whole house."""

from floorops.celery import app as celery_app

__all__ = ["celery_app"]
__version__ = "0.1.0"
