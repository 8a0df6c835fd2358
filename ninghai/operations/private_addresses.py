"""Where a trial on this machine reaches its private servers: names alone, nothing is looked at and nothing started.

Settings read it, and whatever starts the servers (`devservices`). Plain standard library: the first steps of `make run` need
it before anything is installed.
"""

import hashlib
import os
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
SOCKETS = Path("/tmp")  # noqa: S108 - short enough for PostgreSQL (107 bytes); a stranger's folder is refused there
OWNER, RUNTIME, SUPERUSER = "ninghai_owner", "ninghai_app", "postgres"
DATABASE = "ninghai"


def var_folder() -> Path:
    """Where the installation keeps all that it makes; a relative VAR_DIR starts at the tree, whoever asks from wherever."""
    return TREE / os.environ.get("VAR_DIR", "var")


def private_name(var: Path) -> str:
    """What the folders of the one installation are called whose `var/` folder is given."""
    return f"ninghai-{hashlib.sha256(os.fsencode(var.resolve())).hexdigest()[:8]}"


def database_url(sockets: Path, *, role: str, database: str = DATABASE) -> str:
    return f"postgres://{role}@/{database}?host={sockets}&port=5432"


def redis_socket(sockets: Path, *, name: str) -> Path:
    return sockets / f"{name}.sock"


def redis_url(sockets: Path, *, name: str, database: int = 0) -> str:
    return f"unix://{redis_socket(sockets, name=name)}?db={database}"


def private_environment(sockets: Path, *, database: str = DATABASE, redis_database: int = 0) -> dict[str, str]:
    """The settings by which the portal reaches the servers whose sockets are in this folder."""
    return {
        "DATABASE_URL": database_url(sockets, role=RUNTIME, database=database),
        "DATABASE_OWNER_URL": database_url(sockets, role=OWNER, database=database),
        "REDIS_URL": redis_url(sockets, name="queue", database=redis_database),
        "REDIS_CACHE_URL": redis_url(sockets, name="cache", database=redis_database),
    }
