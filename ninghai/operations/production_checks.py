"""What a technician may have forgotten or mistaken in production: each said in one sentence that tells what to do.

`manage.py check --deploy` shows all of it. With PRODUCTION=1 an error keeps web server, workers and scheduler from
starting, and a warning stands in the log.
"""

import logging
import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register, run_checks

TAG = "production"
SITE_CODE_FORM = re.compile(r"[0-9A-Za-z]{10}")
KEY_LENGTH = 50  # characters; Django asks for no more

logger = logging.getLogger(__name__)


def refuse_unfit_settings() -> None:
    """Ends the process where something must be set first; called where web server, workers and scheduler start."""
    if not settings.PRODUCTION:
        return
    problems = run_checks(tags=[TAG], include_deployment_checks=True)
    for problem in problems:
        logger.log(problem.level, "%s (%s)", problem.msg, problem.id)
    if any(problem.is_serious() for problem in problems):
        sys.exit("设置不完整，没有启动：\n" + "\n".join(f"- {each.msg}" for each in problems if each.is_serious()))


@register(TAG, deploy=True)
def production_is_whole(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    return [*_trial_settings(), *_addresses(), *_servers(), *_folders(), *_page_tags()]


def _trial_settings() -> Iterator[CheckMessage]:
    if settings.PRIVATE:
        yield Error("请设置 DATABASE_URL：正式使用须有自己的 PostgreSQL，不用试用的数据库。", id="ninghai.E101")
    if settings.DEBUG:
        yield Error("请删除 DEBUG=1：它会把出错的细节显示给访问者。", id="ninghai.E102")
    if settings.DEMO or settings.CLOCK_DATE:
        yield Error("请删除 DEMO 和 CLOCK_DATE：正式使用须按真实日期计算时限。", id="ninghai.E103")
    if len(settings.SECRET_KEY) < KEY_LENGTH or len(set(settings.SECRET_KEY)) < 10:
        yield Error(f"SECRET_KEY 太短或太简单，应为至少 {KEY_LENGTH} 个字符的随机文字。", id="ninghai.E104")
    if not settings.SEALING_KEYS:
        yield Error(
            "请设置 SEALING_KEYS（或用 SEALING_KEYS_FILE 指定文件）：个人信息用它加密保存，不能用 SECRET_KEY 代替；"
            "可用 python3 -c 'import secrets; print(secrets.token_urlsafe(32))' 生成。",
            id="ninghai.E106",
        )
    elif any(len(set(key)) < 10 for key in settings.SEALING_KEYS):
        yield Error("SEALING_KEYS 太简单，应为随机文字，请重新生成。", id="ninghai.E107")
    for name in ("FIRST_LOGIN_CHANGE", "SECOND_FACTOR"):
        if not getattr(settings, name):
            yield Warning(f"{name}=0 降低了登录的安全要求，请确认等保测评允许。", id="ninghai.W105")


def _addresses() -> Iterator[CheckMessage]:
    hosts = settings.ALLOWED_HOSTS
    host = urlsplit(settings.SITE_URL).hostname or ""
    if "*" in hosts:
        yield Error("ALLOWED_HOSTS 不能是 *，请写明本站的域名。", id="ninghai.E111")
    elif host not in hosts and not any(each.startswith(".") and host.endswith(each) for each in hosts):
        yield Error(f"SITE_URL 的域名 {host or '（空）'} 不在 ALLOWED_HOSTS 里，请让两者一致。", id="ninghai.E112")
    if not settings.HTTPS:
        yield Error("请设置 HTTPS=1，并由 nginx 提供证书：没有它，口令和个人信息以明文传输。", id="ninghai.E113")
    elif not settings.SITE_URL.startswith("https://"):
        yield Error("已设置 HTTPS=1，SITE_URL 也应以 https:// 开头。", id="ninghai.E114")
    if not settings.CLIENT_ADDRESS_HEADER:
        yield Error(
            "请设置 CLIENT_ADDRESS_HEADER=X-Real-IP：不然所有访问者在审计和登录限制中都是 nginx 的地址。",
            id="ninghai.E115",
        )
    if not settings.PRIVATE_FILES_ACCEL:
        yield Warning("没有设置 PRIVATE_FILES_ACCEL，大文件由网站进程发送，会占用它较久。", id="ninghai.W116")


def _servers() -> Iterator[CheckMessage]:
    run_time, owner = settings.DATABASES["default"], settings.DATABASE_OWNER
    if run_time["USER"] == owner["USER"]:
        yield Error(
            "请设置 DATABASE_OWNER_URL，用与 DATABASE_URL 不同的角色：网站的角色不能拥有表，否则审计记录可以被改。",
            id="ninghai.E121",
        )
    if run_time["NAME"] != owner["NAME"] or run_time["HOST"] != owner["HOST"]:
        yield Error("DATABASE_OWNER_URL 与 DATABASE_URL 应指向同一个数据库，只是角色不同。", id="ninghai.E122")
    if "REDIS_URL" not in os.environ and "REDIS_URL_FILE" not in os.environ:
        yield Error("请设置 REDIS_URL（任务队列）：报告靠它交给后台进程。", id="ninghai.E123")
    elif _server(settings.REDIS_URL) == _server(settings.REDIS_CACHE_URL):
        yield Warning(
            "REDIS_CACHE_URL 与 REDIS_URL 是同一个 Redis：队列不能丢数据，缓存可以，请分成两个实例。", id="ninghai.W124"
        )


def _folders() -> Iterator[CheckMessage]:
    private = settings.PRIVATE_FILES_DIR
    for name, folder in (("PRIVATE_FILES_DIR", private), ("VAR_DIR", settings.VAR_DIR)):
        if not (Path(folder).is_dir() and os.access(folder, os.W_OK)):
            yield Error(f"{name} 目录 {folder} 不存在或不能写入，请建立它并交给运行本系统的用户。", id="ninghai.E131")
    if not os.access(Path(settings.AUDIT_ANCHOR_FILE).parent, os.W_OK):
        yield Error(
            f"AUDIT_ANCHOR_FILE 所在目录不能写入：{settings.AUDIT_ANCHOR_FILE}，审计记录的末尾就无处登记。",
            id="ninghai.E132",
        )
    if not (settings.STATIC_ROOT / "staticfiles.json").exists():
        yield Error("静态文件还没有收集，请先运行 manage.py collectstatic --no-input。", id="ninghai.E133")
    if not settings.BACKUP_DIR:
        yield Warning("没有设置 BACKUP_DIR，平台不知道备份在哪里，备份中断时不会提醒。", id="ninghai.W134")


def _page_tags() -> Iterator[CheckMessage]:
    """What 国办发〔2017〕47号 wants on every page."""
    if not settings.SITE_CODE:
        yield Warning(
            "请设置 SITE_CODE（网站标识码，10位）：没有它，每个网页都缺少 SiteIDCode 标签，《政府网站发展指引》要求必须有。",
            id="ninghai.W141",
        )
    elif not SITE_CODE_FORM.fullmatch(settings.SITE_CODE):
        yield Warning(f"SITE_CODE 是“{settings.SITE_CODE}”，网站标识码应为10位字母或数字，请核对。", id="ninghai.W142")


def _server(url: str) -> tuple[str | None, str]:
    """Which server answers there, whatever its number of database."""
    parts = urlsplit(url)
    return (parts.netloc.rpartition("@")[2], parts.path if parts.scheme == "unix" else "")
