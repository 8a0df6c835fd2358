"""`python -m tests.tasks.notices.shapes`: prints the scores of the reader by shape and format; fails below the floor."""

import os
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ninghai.settings")
    django.setup()  # reading a file touches no database, but imports what does
    from tests.tasks.notices.shapes.score import run

    sys.exit(not run())


if __name__ == "__main__":
    main()
