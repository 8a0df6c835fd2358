"""`make stop` ends the private servers of this installation; `make clean` deletes all that it has made."""

import fcntl
import shutil
import sys

from ninghai.operations.devservices.place import PlaceError, private_place
from ninghai.operations.devservices.services import PrivateServices
from ninghai.operations.private_addresses import TREE, var_folder

VAR = var_folder()
CACHES = (".venv", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis")


def main(*, what: str) -> None:
    refuse_while_running()
    services = PrivateServices(place=private_place(var=VAR))
    try:
        if what == "clean":
            services.remove()
            for folder in (VAR, *(TREE / name for name in CACHES)):
                shutil.rmtree(folder, ignore_errors=True)
        elif services.place.data.exists():
            services.stop()
    except PlaceError as problem:
        sys.exit(str(problem))


def refuse_while_running() -> None:
    lock = VAR / "run.lock"
    if not lock.exists():
        return
    with lock.open() as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit("平台正在运行，请先在运行它的窗口按 Ctrl-C。")


if __name__ == "__main__":
    main(what=sys.argv[1])
