"""Settings are read from the environment: NAME, or the file that NAME_FILE points to, as systemd hands out secrets.

What cannot be read is said in one sentence that names the setting and what to write (`ImproperlyConfigured`).
"""

import base64
import binascii
import ipaddress
import os
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

Networks = list[ipaddress.IPv4Network | ipaddress.IPv6Network]


def env(name: str, default: str = "") -> str:
    """The text of NAME, or of the file that NAME_FILE points to."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ImproperlyConfigured(
                f"{name}_FILE 指定的文件 {path} 读不出来，请检查路径，并让运行本系统的用户可以读取：{error}"
            ) from None
    return os.environ.get(name, default)


def kept_text(path: Path) -> str | None:
    """What the installation itself keeps in that file; None where it keeps none."""
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None


def env_bool(name: str, *, default: bool = False) -> bool:
    return env(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def env_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in env(name, default).split(",") if part.strip()]


def env_int(name: str, default: int, *, least: int = 0) -> int:
    """A whole number, at least `least`; an empty value is the default."""
    text = env(name) or str(default)
    if not (text.isascii() and text.isdecimal() and int(text) >= least):
        raise ImproperlyConfigured(f"{name} 应为不小于 {least} 的整数，例如 {default}：{text}")
    return int(text)


def env_networks(name: str, default: str) -> Networks:
    """Addresses and networks, separated by commas."""
    try:
        return [ipaddress.ip_network(part) for part in env_list(name, default)]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} 应为逗号分隔的网络地址，例如 127.0.0.1,10.0.0.0/24：{error}") from None


def env_choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    chosen = env(name) or default
    if chosen not in choices:
        raise ImproperlyConfigured(f"{name} 应为 {'、'.join(choices)} 之一：{chosen}")
    return chosen


def env_keys(name: str, default: str = "") -> list[bytes]:
    """Keys of 32 bytes as `secrets.token_urlsafe(32)` writes them, separated by commas, blanks or lines."""
    try:
        keys = [
            base64.b64decode(f"{text}=", "-_", validate=True) for text in env(name, default).replace(",", " ").split()
        ]
    except (binascii.Error, ValueError):
        keys = [b""]
    if any(len(key) != 32 for key in keys):
        raise ImproperlyConfigured(
            f"{name} 中每个密钥应为43个字符的随机文字，可用 python3 -c 'import secrets; print(secrets.token_urlsafe(32))' 生成。"
        )
    return keys


def env_contact(name: str) -> str:
    """Whom to reach, as an address that a program can open."""
    contact = env(name)
    if contact and not contact.startswith(("mailto:", "tel:", "https://")):
        raise ImproperlyConfigured(f"{name} 应以 mailto:、tel: 或 https:// 开头：{contact}")
    return contact


def env_day(name: str) -> date | None:
    try:
        return date.fromisoformat(env(name)) if env(name) else None
    except ValueError:
        raise ImproperlyConfigured(f"{name} 应为一个日期，例如 2027-06-30：{env(name)}") from None


def env_hour(name: str, default: str) -> int:
    hour = env(name, default)
    if not (hour.isdecimal() and int(hour) < 24):
        raise ImproperlyConfigured(f"{name} 应为 0 到 23 之间的整点，例如 8：{hour}")
    return int(hour)


def postgres(url: str) -> dict[str, Any]:
    """Django's settings for the database at URL, written as for libpq: postgres://user:password@host:port/name?sslmode=require.

    A server on a Unix socket is named by the socket's folder: postgres://user@/name?host=/run/postgresql.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"数据库地址应以 postgres:// 开头：{parts.scheme}://…")
    if not parts.path.strip("/"):
        raise ImproperlyConfigured(
            "数据库地址末尾应有数据库名，例如 postgres://ninghai_app@/ninghai?host=/run/postgresql。"
        )
    try:
        port = parts.port or ""
    except ValueError:
        raise ImproperlyConfigured(
            "数据库地址中的端口应为数字，例如 postgres://ninghai_app@10.0.0.5:5432/ninghai。"
        ) from None
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "ninghai.operations.database.backend",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": options.pop("port", str(port)),
        "OPTIONS": options,
    }


def next_redis_database(url: str) -> str:
    """The database after the one at URL, on the same server: clearing the cache must leave the queue alone."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        number = int(dict(parse_qsl(parts.query)).get("db", "0"))
        return parts._replace(query=f"db={number + 1}").geturl()
    return parts._replace(path=f"/{int(parts.path.strip('/') or 0) + 1}").geturl()
