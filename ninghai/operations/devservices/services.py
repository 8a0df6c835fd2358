"""The private servers of one place, started and stopped together."""

from dataclasses import dataclass, field

from ninghai.operations.devservices.place import ServicesPlace
from ninghai.operations.devservices.postgresql import DATABASE, OWNER, RUNTIME, PostgreSQL
from ninghai.operations.devservices.redis import CACHE, QUEUE, Redis

Server = PostgreSQL | Redis


@dataclass(frozen=True, kw_only=True)
class PrivateServices:
    place: ServicesPlace
    postgresql_settings: dict[str, str] = field(default_factory=dict)

    @property
    def postgresql(self) -> PostgreSQL:
        return PostgreSQL(place=self.place, settings=self.postgresql_settings)

    @property
    def redis(self) -> list[Redis]:
        return [
            Redis(place=self.place, name=name, settings=kept) for name, kept in (("queue", QUEUE), ("cache", CACHE))
        ]

    def start(self, *, database: bool = True, redis: bool = True) -> list[Server]:
        """Start what is wanted and down; return what this call started, so that its caller can stop just that."""
        wanted: list[Server] = [*([self.postgresql] if database else []), *(self.redis if redis else [])]
        with self.place.locked():
            started = [server for server in wanted if server.start()]
            if database:
                self.postgresql.make_database()
        return started

    def stop(self) -> None:
        with self.place.locked():
            stop_servers([*self.redis, self.postgresql])

    def remove(self) -> None:
        """Stop the servers and delete their data for good."""
        if self.place.data.exists():
            self.stop()
        self.place.remove()

    def environment(self, *, database: str = DATABASE, redis_database: int = 0) -> dict[str, str]:
        """The addresses by which the portal reaches the servers of this place."""
        queue, cache = self.redis
        return {
            "DATABASE_URL": self.postgresql.url(role=RUNTIME, database=database),
            "DATABASE_OWNER_URL": self.postgresql.url(role=OWNER, database=database),
            "REDIS_URL": queue.url(database=redis_database),
            "REDIS_CACHE_URL": cache.url(database=redis_database),
        }


def stop_servers(servers: list[Server]) -> None:
    for server in servers:
        server.stop()
