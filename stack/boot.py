"""The first thing that runs: ``python3 stack/boot.py up | down | test | test-long | check | …`` (the Makefile calls it).

Written so that any Python, old ones too, can read it: a wrong Python must end in a sentence. Needs nothing but the standard library.
"""

import os
import sys

OLDEST = (3, 11)
NEWER = ("python3.11", "python3.12", "python3.13", "python3.14")


def newer_python():
    for name in NEWER:
        for folder in os.environ.get("PATH", "").split(os.pathsep):
            program = os.path.join(folder, name)
            if os.access(program, os.X_OK):
                return program
    return None


def main():
    if sys.version_info < OLDEST:
        program = newer_python()
        if program and not os.environ.get("FLOOROPS_REEXEC"):
            os.environ["FLOOROPS_REEXEC"] = "1"
            os.execv(program, [program, os.path.abspath(__file__)] + sys.argv[1:])  # noqa: RUF005, S606
        sys.stderr.write(
            "FloorOps needs Python 3.11 or newer; this is %d.%d (%s). Name another: make up PYTHON=/path/to/python3.11\n"  # noqa: UP031
            % (sys.version_info[0], sys.version_info[1], sys.executable)
        )
        return 1
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    from stack.commands import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
