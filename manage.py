#!/usr/bin/env python
"""FloorOps from the command line: ``.venv/bin/python manage.py help``."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "floorops.settings.dev")
    from django.core.management import execute_from_command_line
    from django.db.utils import OperationalError

    try:
        execute_from_command_line(sys.argv)
    except OperationalError as fault:
        sys.exit(f"The database does not answer: start it with `make up`, or set DATABASE_URL.\n{fault}".rstrip())


if __name__ == "__main__":
    main()
