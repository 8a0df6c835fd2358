"""The files of docs/deployment, carried out: nginx with the site before the processes that the units name, on loopback.

What differs from a county's machine is in `here`: folders, ports, a certificate of its own, the servers of this run.
"""

import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings

from ninghai.files import store_bytes
from ninghai.web.middleware import CONTENT_SECURITY_POLICY, SECURITY_HEADERS
from tests.browser.portal import ROOT, collect_static_files, free_port
from tests.cast import make_cast
from tests.disclosure.makers import AT, published
from tests.reports.makers import PDF

DEPLOYMENT = ROOT / "docs/deployment"
UNITS = sorted((DEPLOYMENT / "systemd").glob("*.service"))
HOST = "gk.example.cn"
NGINX = "/usr/sbin/nginx"  # not on everybody's PATH
PATIENCE = 30  # seconds
NUMBER = re.compile(r"[0-9a-f]{32}")
HARDENED = {
    "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes", "PrivateDevices=yes",
    "CapabilityBoundingSet=", "RestrictNamespaces=yes", "RestrictSUIDSGID=yes", "SystemCallFilter=@system-service",
    "UMask=0027",
}  # fmt: skip


class Here:
    """The places and ports of this test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tls, self.monitoring, self.plain = free_port(), free_port(), free_port()
        self.socket = folder / "web.sock"
        self.var = Path(os.environ["VAR_DIR"])

    def text(self, path: Path) -> str:
        """A file of the guide with the places of this test."""
        text = path.read_text(encoding="utf-8")
        for there, here in {
            "/opt/ninghai/.venv/bin/python": sys.executable,
            "/opt/ninghai": str(ROOT),
            "/etc/nginx/ninghai": str(self.folder / "nginx"),
            "/etc/ninghai": str(self.folder),
            "/var/log/nginx": str(self.folder),
            "/var/lib/ninghai/audit-anchors": str(
                self.folder / "audit-anchors"
            ),  # those of other tests' databases lie in VAR_DIR
            "/var/lib/ninghai/private": os.environ["PRIVATE_FILES_DIR"],
            "/var/lib/ninghai": str(self.var),
            "/var/backups/ninghai": str(self.folder / "backups"),
            "/run/ninghai/web.sock": str(self.socket),
            "127.0.0.1:9180": f"127.0.0.1:{self.monitoring}",
            "listen 443": f"listen 127.0.0.1:{self.tls}",
            "listen 80": f"listen 127.0.0.1:{self.plain}",
        }.items():
            text = text.replace(there, here)
        return re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.MULTILINE)

    @property
    def environment(self) -> dict[str, str]:
        """What systemd would hand out, but for the servers of this run."""
        lines = [line for line in self.text(DEPLOYMENT / "ninghai.env").splitlines() if line and line[0] != "#"]
        ours = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "REDIS_CACHE_URL", "VAR_DIR", "PRIVATE_FILES_DIR")
        told = dict(line.split("=", 1) for line in lines)
        return {"PATH": os.environ["PATH"], **told, **{name: os.environ[name] for name in ours}}

    def command(self, unit: str) -> str:
        found = re.search(r"^ExecStart=(.*)$", self.text(DEPLOYMENT / "systemd" / unit), re.MULTILINE)
        assert found
        return found[1].replace("%%", "%")


@pytest.fixture
def here(tmp_path) -> Here:
    place = Here(tmp_path)
    shutil.copytree(DEPLOYMENT / "nginx", tmp_path / "nginx")
    for name in ("tls", "backups"):
        (tmp_path / name).mkdir()
    make_certificate(tmp_path / "tls")
    (tmp_path / "secret-key").write_text("oXh2-lG8vQ1n_Zk5uT7bYc3RwEa9sDf4Jm6pNqWtVyBxCzHgIo")
    (tmp_path / "sealing-keys").write_text("q7yB-0dQe3vXk1uSgJmZ5rTfLcN9aHwPiO2_8bVxKsE")
    Path(os.environ["PRIVATE_FILES_DIR"]).mkdir(exist_ok=True)
    collect_static_files(os.environ | {"DJANGO_SETTINGS_MODULE": "ninghai.settings"})
    (tmp_path / "site.conf").write_text(site_for_this_nginx(place))
    (tmp_path / "nginx.conf").write_text(debians_nginx(place))
    return place


def site_for_this_nginx(here: Here) -> str:
    """As it is; for the nginx of Debian 12 as the guide's own sed leaves it."""
    version = subprocess.run([NGINX, "-v"], capture_output=True, text=True, check=True).stderr.rpartition("/")[2]
    changed = here.folder / "ninghai.conf"
    changed.write_bytes((DEPLOYMENT / "nginx/ninghai.conf").read_bytes())
    if [int(part) for part in version.split()[0].split(".")] < [1, 25, 1]:
        sed = re.search(r"sed -i '(.*http2 on.*)' ", (DEPLOYMENT / "README.md").read_text(encoding="utf-8"))
        assert sed
        subprocess.run(["sed", "-i", sed[1], changed], check=True)
    return here.text(changed)


def debians_nginx(here: Here) -> str:
    """Debian's own nginx.conf, which reads the site, but for its user and its places."""
    text = Path("/etc/nginx/nginx.conf").read_text(encoding="utf-8")
    places = f"client_body_temp_path {here.folder}/body;\nproxy_temp_path {here.folder}/proxy;\n"
    for there, ours in {
        r"^user .*$": "user root;" if os.geteuid() == 0 else "",
        r"^pid .*$": f"pid {here.folder}/nginx.pid;",
        r"/var/log/nginx": str(here.folder),
        r"include /etc/nginx/modules-enabled.*$": "",
        r"include /etc/nginx/(?:conf\.d|sites-enabled)/\*(?:\.conf)?;": "",
        r"^http \{$": f"http {{\n{places}include {here.folder}/site.conf;",
    }.items():
        text, changes = re.subn(there, ours, text, flags=re.MULTILINE)
        assert changes, there
    return text


def make_certificate(folder: Path) -> None:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1)).add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(*form))


@contextmanager
def running(here: Here, unit: str, log: Path, **environment: str) -> Iterator[subprocess.Popen]:
    """The command line of the unit, as systemd would start it."""
    with log.open("ab") as written:
        process = subprocess.Popen(
            ["sh", "-c", f"exec {here.command(unit)}"], cwd=ROOT, env=here.environment | environment,
            stdout=written, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=PATIENCE)


@contextmanager
def nginx(here: Here) -> Iterator[None]:
    command = [NGINX, "-c", str(here.folder / "nginx.conf"), "-p", str(here.folder)]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert (checked.returncode, "warn" in checked.stderr) == (0, False), checked.stderr
    process = subprocess.Popen([*command, "-g", "daemon off;"])
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def ask(
    here: Here, path: str, *, method: str = "GET", host: str = HOST, body: bytes | None = None, **headers: str
) -> HTTPResponse:
    """Over TLS, as a browser does, with the certificate checked; the answer's bytes stand in `content`."""
    trusting = ssl.create_default_context(cafile=str(here.folder / "tls/certificate.pem"))
    line = HTTPConnection("127.0.0.1", here.tls, timeout=PATIENCE)
    line.sock = trusting.wrap_socket(socket.create_connection(("127.0.0.1", here.tls), PATIENCE), server_hostname=host)
    return _answer(line, method, path, body, {"Host": host, **headers})


def monitored(here: Here, path: str) -> HTTPResponse:
    return _answer(HTTPConnection("127.0.0.1", here.monitoring, timeout=PATIENCE), "GET", path, None, {})


def _answer(line: HTTPConnection, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> HTTPResponse:
    line.request(method, path, body, headers)
    answer = line.getresponse()
    answer.content = answer.read()  # type: ignore[attr-defined]
    line.close()
    return answer


def until(what: str, asked) -> None:
    limit = time.monotonic() + PATIENCE
    while True:
        try:
            if asked():
                return
        except OSError:
            pass
        assert time.monotonic() < limit, f"waited in vain: {what}"
        time.sleep(0.1)


def logged(path: Path) -> list[dict]:
    """Every line is one JSON object."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


# --- Units ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_every_service_is_closed_in(unit):
    lines = set(unit.read_text(encoding="utf-8").splitlines())

    assert lines >= HARDENED
    assert any(line.startswith("MemoryMax=") for line in lines)
    networked = unit.name == "ninghai-sender.service"  # mail, and the county's channel for messages
    assert ("PrivateNetwork=yes" in lines) is not networked
    assert ("RestrictAddressFamilies=AF_UNIX" in lines) is not networked


def test_systemd_finds_nothing_wrong_with_the_units(here):
    folder = here.folder / "units"
    folder.mkdir()
    for unit in (DEPLOYMENT / "systemd").iterdir():
        (folder / unit.name).write_text(here.text(unit), encoding="utf-8")
    shutil.copy(folder / "ninghai-worker@.service", folder / "ninghai-worker@1.service")
    names = [str(each) for each in folder.iterdir() if "@." not in each.name]

    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *names],
        capture_output=True, text=True, check=False, env=os.environ | {"SYSTEMD_UNIT_PATH": f"{folder}:"},
    )  # fmt: skip

    said = [line for line in done.stderr.splitlines() if "ninghai" in line]
    assert (done.returncode, said) == (0, [])


def test_a_worker_finishes_its_report_before_it_stops():
    """systemd tells the worker alone; the process that makes the report would end at once."""
    lines = (DEPLOYMENT / "systemd/ninghai-worker@.service").read_text(encoding="utf-8").splitlines()
    stop = next(line for line in lines if line.startswith("TimeoutStopSec="))

    assert "KillMode=mixed" in lines
    assert int(stop.partition("=")[2]) > settings.REPORT_SECONDS


# --- The guide itself ----------------------------------------------------------------------------------------


def test_every_file_that_the_guide_names_is_there():
    told = "\n".join(page.read_text(encoding="utf-8") for page in DEPLOYMENT.glob("*.md"))
    named = set(re.findall(r"(?:docs/deployment|ninghai/operations/devservices|tests)/[\w@*./-]*\w", told))

    assert len(named) > 10
    assert [name for name in named if not [*ROOT.glob(name)]] == []


def test_the_commands_of_the_guide_have_its_settings_and_act_as_the_right_user(here):
    runuser = here.folder / "bin/runuser"
    runuser.parent.mkdir()
    runuser.write_text('#!/bin/sh\necho "$2" "$(umask)" >&2\nshift 3\nexec "$@"\n')
    runuser.chmod(0o755)
    for name in ("commands.sh", "ninghai.env"):
        (here.folder / name).write_text(here.text(DEPLOYMENT / name), encoding="utf-8")

    def told(words: str) -> list[str]:
        done = subprocess.run(
            ["sh", "-c", f". {here.folder}/commands.sh; {words}"],
            capture_output=True, text=True, check=False, env={"PATH": f"{runuser.parent}:{os.environ['PATH']}"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return (done.stdout + done.stderr).splitlines()

    assert told("portal check --deploy --fail-level WARNING")[-1] == "ninghai 0027"
    assert told("owner check")[-1] == "ninghai-owner 0027"
    asked = "from django.conf import settings as s; print(s.DATABASES['default']['NAME'], s.DATABASE_OWNER['NAME'])"
    assert told(f'drill shell -v 0 -c "{asked}"') == ["ninghai_drill ninghai_drill", "ninghai-owner 0077"]


# --- The whole, on this machine ------------------------------------------------------------------------------


@pytest.fixture
def item(transactional_db):
    cast = make_cast()
    pdf = store_bytes(data=PDF, name="预算.pdf", media_type="application/pdf", by=cast.clerk, at=AT)
    return published(cast, files=[pdf])


@pytest.fixture
def web(here, item):
    with (
        nginx(here),
        running(here, "ninghai-web.service", here.folder / "web.log", GUNICORN_CMD_ARGS=f"--bind unix:{here.socket}"),
    ):
        until("the web server", lambda: monitored(here, "/healthz").status == 200)
        yield here


def test_visitors_reach_the_portal_through_nginx(web, item):
    page = ask(web, item.get_absolute_url(), **{"X-Real-IP": "9.9.9.9", "X-Request-ID": "0" * 32})

    assert (page.status, item.title in page.content.decode()) == (200, True)
    assert page.headers.get_all("Content-Security-Policy") == [CONTENT_SECURITY_POLICY]
    assert page.headers.get_all("Strict-Transport-Security") == ["max-age=31536000; includeSubDomains; preload"]
    number = page.headers["X-Request-ID"]
    assert NUMBER.fullmatch(number)
    assert number != "0" * 32
    until("the log", lambda: any(each.get("request_id") == number for each in logged(web.folder / "web.log")))
    [told] = [each for each in logged(web.folder / "web.log") if each.get("request_id") == number and "ms" in each]
    assert (told["address"], told["view"], told["status"]) == ("127.0.0.1", "disclosure:item-detail", 200)
    until("nginx's log", lambda: number in {each["request_id"] for each in logged(web.folder / "ninghai.log")})

    assert_files_are_sent_by_nginx(web, item)
    assert_nothing_else_is_open(web)
    assert_the_pages_of_nginx_wear_the_same_headers(web)


def assert_files_are_sent_by_nginx(web, item) -> None:
    attachment = item.attachments.get()
    file = ask(web, attachment.get_absolute_url())
    assert (file.status, file.content) == (200, attachment.file.file.read())
    walls = {**SECURITY_HEADERS, "Content-Security-Policy": "sandbox; default-src 'none'"}
    assert {name: file.headers.get_all(name) for name in walls} == {name: [value] for name, value in walls.items()}
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.headers["X-Accel-Redirect"] is None
    static = re.search(r'href="(/static/[^"]+\.css)"', ask(web, "/").content.decode())
    assert static
    style = ask(web, static[1], **{"Accept-Encoding": "gzip"})
    assert (style.status, style.headers["Content-Encoding"]) == (200, "gzip")
    assert "immutable" in style.headers["Cache-Control"]


def assert_nothing_else_is_open(web) -> None:
    stored = next(each for each in Path(os.environ["PRIVATE_FILES_DIR"]).rglob("*") if each.is_file())
    name = stored.relative_to(os.environ["PRIVATE_FILES_DIR"])
    for path in ("/metrics", "/healthz", f"/private-files/{name}", "/nginx-pages/503.html", "/static/../secret-key"):
        assert ask(web, path).status in {400, 404}, path
    assert b"ninghai_request_seconds" in monitored(web, "/metrics").content
    plain = HTTPConnection("127.0.0.1", web.plain, timeout=PATIENCE)
    assert _answer(plain, "GET", "/login/", None, {"Host": HOST}).headers["Location"] == f"https://{HOST}/login/"
    with pytest.raises(ssl.SSLError):
        ask(web, "/", host="other.example.cn")


def assert_the_pages_of_nginx_wear_the_same_headers(web) -> None:
    ours = ask(web, "/nowhere/").headers
    too_large = ask(web, "/login/", method="POST", **{"Content-Length": str(201 * 1024**2)})
    assert (too_large.status, "200 MB" in too_large.content.decode()) == (413, True)
    for name in (
        "Content-Security-Policy", "Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy",
        "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Permissions-Policy",
    ):  # fmt: skip
        assert too_large.headers.get_all(name) == ours.get_all(name), name


def test_while_the_web_server_is_away_nginx_says_so(here):
    with nginx(here):
        until("nginx", lambda: ask(here, "/"))
        page = ask(here, "/catalogue/")

    assert (page.status, "系统正在维护" in page.content.decode()) == (503, True)
    assert page.headers["Retry-After"] == "60"
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert NUMBER.fullmatch(page.headers["X-Request-ID"])


def test_workers_scheduler_and_backup_start_by_their_units(web):
    log = web.folder / "behind.log"
    with ExitStack() as units:
        for unit in ("ninghai-worker@", "ninghai-sender", "ninghai-scheduler"):
            units.enter_context(running(web, f"{unit}.service", log))
        until("all of it is well", lambda: behind_is_well(web))
        backup = subprocess.run(
            ["sh", "-c", web.command("ninghai-backup.service")],
            cwd=ROOT, env=web.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    assert backup.returncode == 0, backup.stderr
    assert [each.parent.name for each in (web.folder / "backups").glob("*/manifest.json")] != []
    assert {each["level"] for each in logged(log)} <= {"INFO", "WARNING"}, log.read_text()


def behind_is_well(web) -> bool:
    told = json.loads(monitored(web, "/healthz").content)
    return all(told.get(part, {}).get("ok") for part in ("workers", "scheduler", "rounds", "reports"))
