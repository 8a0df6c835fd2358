"""What is missing or unsafe in production is said in one Chinese sentence, and keeps the portal from starting."""

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured

from ninghai.operations import production_checks

ROOT = django_settings.BASE_DIR
KEY = "oXh2-lG8vQ1n_Zk5uT7bYc3RwEa9sDf4Jm6pNqWtVyBxCzHgIo"
SEALING = "q7yB-0dQe3vXk1uSgJmZ5rTfLcN9aHwPiO2_8bVxKsE"


@pytest.fixture
def whole(tmp_path) -> dict[str, str]:
    """An environment in which nothing is missing; every folder is there."""
    var, backups = tmp_path / "var", tmp_path / "backups"
    for folder in (var / "private", var / "static", backups):
        folder.mkdir(parents=True)
    (var / "static/staticfiles.json").write_text("{}")
    return {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": KEY,
        "SEALING_KEYS": SEALING,
        "ALLOWED_HOSTS": "gk.example.cn",
        "SITE_URL": "https://gk.example.cn",
        "HTTPS": "1",
        "DATABASE_URL": "postgres://ninghai_app@/ninghai?host=/nowhere",
        "DATABASE_OWNER_URL": "postgres://ninghai_owner@/ninghai?host=/nowhere",
        "REDIS_URL": "unix:///run/redis-queue/redis.sock",
        "REDIS_CACHE_URL": "unix:///run/redis-cache/redis.sock",
        "VAR_DIR": str(var),
        "PRIVATE_FILES_DIR": str(var / "private"),
        "PRIVATE_FILES_ACCEL": "/private-files",
        "CLIENT_ADDRESS_HEADER": "X-Real-IP",
        "BACKUP_DIR": str(backups),
        "SITE_CODE": "3302260001",
    }


def run(*arguments: str, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments],
        env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip


@pytest.mark.exhaustive
def test_with_everything_set_django_and_we_have_nothing_to_say(whole):
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", environment=whole)

    assert (done.returncode, done.stderr) == (0, "")
    assert "no issues" in done.stdout


@pytest.mark.exhaustive
def test_the_environment_of_the_guide_is_whole(whole, tmp_path):
    """As written in docs/deployment, but for the folders of this machine."""
    (tmp_path / "secret-key").write_text(KEY)
    (tmp_path / "sealing-keys").write_text(f"{SEALING}\n")
    text = (ROOT / "docs/deployment/ninghai.env").read_text(encoding="utf-8")
    places = {
        "/var/lib/ninghai": whole["VAR_DIR"],
        "/var/backups/ninghai": whole["BACKUP_DIR"],
        "/etc/ninghai": tmp_path,
    }
    for there, here in places.items():
        text = text.replace(there, str(here))
    told = dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))

    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", environment=told | {"PATH": whole["PATH"]})

    assert (done.returncode, done.stderr) == (0, "")
    assert "no issues" in done.stdout


WRONG = [
    ({"SITE_CODE": ""}, "请设置 SITE_CODE（网站标识码，10位）"),
    ({"SITE_CODE": "33022"}, "网站标识码应为10位"),
    ({"SECRET_KEY": "short"}, "SECRET_KEY 太短"),
    ({"SEALING_KEYS": ""}, "请设置 SEALING_KEYS"),
    ({"SEALING_KEYS": "A" * 43}, "SEALING_KEYS 太简单"),
    ({"DEBUG": "1"}, "请删除 DEBUG=1"),
    ({"CLOCK_DATE": "2018-11-20"}, "请删除 DEMO 和 CLOCK_DATE"),
    ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS 不能是 *"),
    ({"ALLOWED_HOSTS": "other.example.cn"}, "不在 ALLOWED_HOSTS 里"),
    ({"HTTPS": "0", "PRODUCTION": "1"}, "请设置 HTTPS=1"),
    ({"SITE_URL": "http://gk.example.cn"}, "SITE_URL 也应以 https:// 开头"),
    ({"CLIENT_ADDRESS_HEADER": ""}, "请设置 CLIENT_ADDRESS_HEADER"),
    ({"DATABASE_OWNER_URL": ""}, "请设置 DATABASE_OWNER_URL"),
    ({"DATABASE_OWNER_URL": "postgres://ninghai_owner@/other?host=/nowhere"}, "应指向同一个数据库"),
    ({"REDIS_URL": None}, "请设置 REDIS_URL"),
    ({"DATABASE_URL": None}, "请设置 DATABASE_URL"),
    ({"PRIVATE_FILES_DIR": "/nowhere/private"}, "PRIVATE_FILES_DIR 目录 /nowhere/private 不存在"),
    ({"AUDIT_ANCHOR_FILE": "/nowhere/anchors"}, "AUDIT_ANCHOR_FILE 所在目录不能写入"),
    # what cannot even be read
    ({"SECRET_KEY": ""}, "请设置 SECRET_KEY"),
    ({"SECRET_KEY_FILE": "/nowhere/key"}, "SECRET_KEY_FILE 指定的文件 /nowhere/key 读不出来"),
    ({"SEALING_KEYS": "short"}, "SEALING_KEYS 中每个密钥应为43个字符"),
    ({"SEALING_KEYS": f"{SEALING},密钥"}, "SEALING_KEYS 中每个密钥应为43个字符"),
    ({"DATABASE_URL": "mysql://a/b"}, "数据库地址应以 postgres:// 开头"),
    ({"DATABASE_URL": "postgres://a@b"}, "末尾应有数据库名"),
    ({"DATABASE_URL": "postgres://a@b:c/d"}, "端口应为数字"),
    ({"DATABASE_POOL": "many"}, "DATABASE_POOL 应为不小于 1 的整数"),
    ({"PERIOD_CLOSES_AFTER": "0"}, "PERIOD_CLOSES_AFTER 应为不小于 1 的整数"),
    ({"REMIND_AT": "25"}, "REMIND_AT 应为 0 到 23"),
    ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL 应为 DEBUG、INFO"),
    ({"METRICS_ALLOWED": "10.0.0.1/8"}, "METRICS_ALLOWED 应为逗号分隔的网络地址"),
]


def said_of(environment: dict[str, str], monkeypatch) -> list[str]:
    """What is said of an environment, by reading the settings from it and by the checks, without a process for each."""
    for name in os.environ:
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    try:
        values = runpy.run_path(str(ROOT / "ninghai/settings.py"))
    except ImproperlyConfigured as problem:
        return [str(problem)]
    monkeypatch.setattr(production_checks, "settings", SimpleNamespace(**values))
    return [problem.msg for problem in production_checks.production_is_whole()]


def test_of_a_whole_environment_nothing_is_said(whole, monkeypatch):
    assert said_of(whole, monkeypatch) == []


@pytest.mark.parametrize(("changed", "sentence"), WRONG)
def test_each_mistake_is_one_chinese_sentence_that_says_what_to_do(whole, monkeypatch, changed, sentence):
    said = said_of({name: value for name, value in {**whole, **changed}.items() if value is not None}, monkeypatch)

    assert [each for each in said if sentence in each], said
    assert all(re.search(r"[\u4e00-\u9fff]", each) and "\n" not in each for each in said)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [({"SECRET_KEY": ""}, "设置有误，网站没有启动：请设置 SECRET_KEY"), ({"DEBUG": "1"}, "- 请删除 DEBUG=1")],
)
@pytest.mark.exhaustive
def test_the_web_server_does_not_start_unfit(whole, changed, sentence):
    serve = ["-m", "gunicorn", "--config", "python:ninghai.web.server", "--bind", "127.0.0.1:0", "ninghai.wsgi"]

    done = run(*serve, environment=whole | changed)

    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.exhaustive
def test_commands_cannot_start_with_settings_that_cannot_be_read(whole):
    done = run("manage.py", "check", environment={**whole, "SECRET_KEY_FILE": "/nowhere/key"})

    assert (done.returncode, done.stderr[:26]) == (1, "设置有误：SECRET_KEY_FILE 指定的文件"[:26])


@pytest.mark.parametrize("command", ["worker", "scheduler"])
@pytest.mark.exhaustive
def test_neither_workers_nor_scheduler_start_unfit(whole, command):
    done = run("manage.py", command, environment={**whole, "DEBUG": "1"})

    assert done.returncode == 1
    assert "- 请删除 DEBUG=1" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_example_names_only_settings_that_exist():
    """What .env.example names is read somewhere; what is read somewhere is named there."""
    code = "".join((ROOT / "ninghai" / each).read_text() for each in ("settings.py", "web/server.py"))
    read = set(re.findall(r'env(?:_\w+)?\(\s*"(\w+)"', code)) | {"VAR_DIR", "PORT"}
    named = set(re.findall(r"^#?([A-Z][A-Z_]+)=", Path(ROOT / ".env.example").read_text(), re.MULTILINE))

    assert {name.removesuffix("_FILE") if name not in read else name for name in named} == read
