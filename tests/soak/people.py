"""What people do, one click after the other. Each click is one request or two (a form and the page that follows)."""

import json
import random
import re
import struct
import uuid
import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from pathlib import Path

from tests.soak.line import Line, found

ITEM = re.compile(r'href="(/catalogue/item/[^"#?]+/)"')
ATTACHMENT = re.compile(r'href="(/catalogue/file/[0-9a-f-]{36}/)"')
ASSIGNMENT = re.compile(r'href="(/work/assignments/\d+/)[^"]*"')
PERIOD = re.compile(r'href="(/work/assignments/\d+/\?period=\d+)"')
DRAFT = re.compile(r'<form[^>]*id="report-form"[^>]*action="([^"]+)"')
REMOVE = re.compile(r'name="remove" value="(\d+)"')
VERSION = re.compile(r'name="version" value="(\d*)"')
SUPPLEMENT = re.compile(r'name="supplement" value="(\d*)"')
NOTICE = re.compile(r'<select name="notice"[^>]*>.*?<option value="(\d+)"', re.DOTALL)
REPORT_FILE = re.compile(r'href="(/admin/reports/report/\d+/file/)"')
WORDS = ("预算", "就业", "招生", "环境保护", "公共资源", "义务教育", "通知", "2018", "深甽镇", "规划")
TODAY = date(2018, 11, 20)
MOST_PIECES = 10  # of evidence on one draft, before the clerk takes some away

Clicks = Iterator[None]  # one step is one click; whoever drives them keeps the pace


def accounts(var: Path) -> dict[str, list[dict[str, str]]]:
    """The demo's accounts by what they do here."""
    known = json.loads((var / "demo-accounts.json").read_text(encoding="utf-8"))
    named = {each["username"]: each for each in known}
    clerks = [each for name, each in named.items() if name.endswith("-editor")]
    return {"clerk": clerks, "office": [named["office1"], named["office2"]]}


def sign_in(line: Line, account: dict[str, str]) -> Clicks:
    line.forget()
    page = line.get("/login/")
    yield
    line.post("/login/", {"username": account["username"], "password": account["password"]}, page=page)
    line.tally.did("logins" if "sessionid" in line.cookies else "logins refused")
    yield


def visitor(line: Line, chance: random.Random) -> Clicks:
    """Looks around the catalogue, reads, takes files along."""
    while True:
        for path in chance.sample(PUBLIC, 5):
            line.get(path)
            yield
        page = line.get(f"/catalogue/?q={_quoted(chance.choice(WORDS))}&page={chance.randint(1, 3)}")
        yield
        items = sorted(set(ITEM.findall(page)))
        for path in chance.sample(items, min(3, len(items))):
            page = line.get(unescape(path))
            yield
            for file in ATTACHMENT.findall(page)[:1]:
                line.get(file)
                yield
        if chance.random() < 0.1:
            line.get("/catalogue/export/?format=csv")
            yield


def clerk(line: Line, chance: random.Random, account: dict[str, str]) -> Clicks:
    """Signs in, opens an assignment, keeps a draft with a picture as evidence; signs out now and then."""
    while True:
        yield from sign_in(line, account)
        for _ in range(chance.randint(3, 8)):
            page = line.get("/work/")
            yield
            for path in ("/work/items/", "/work/messages/", "/work/reports/"):
                line.get(path)
                yield
            assignments = sorted(set(ASSIGNMENT.findall(page)))
            if assignments:
                yield from report_progress(line, chance, chance.choice(assignments))


def report_progress(line: Line, chance: random.Random, assignment: str) -> Clicks:
    page = line.get(assignment)
    yield
    if not DRAFT.search(page) and (period := found(PERIOD, page)):
        page = line.get(period)
        yield
    action = found(DRAFT, page)
    if not action:
        return
    form = {
        "text": f"本月完成第{chance.randint(1, 99)}项，详见附件。",
        "percent": str(chance.randint(1, 99)),
        "version": found(VERSION, page[page.index('id="report-form"') :]),
        "supplement": found(SUPPLEMENT, page),
    }
    pieces = REMOVE.findall(page)
    if len(pieces) >= MOST_PIECES:
        line.post(action, form | {"remove": pieces[0]}, page=page)
    else:
        line.post(action, form, page=page, file=("upload", f"照片{chance.randint(1, 999)}.png", picture(chance)))
        line.tally.did("uploads")
    yield


def office(line: Line, chance: random.Random, account: dict[str, str]) -> Clicks:
    """Signs in, looks at the desk and the lists, asks for a report and takes it along."""
    while True:
        yield from sign_in(line, account)
        for _ in range(3):
            for path in chance.sample(DESK, 4):
                line.get(path)
                yield
            yield from make_report(line, chance)


def make_report(line: Line, chance: random.Random) -> Clicks:
    page = line.get(ASK)
    yield
    as_of = TODAY - timedelta(days=chance.randint(0, 200))
    form = {"kind": "progress", "notice": found(NOTICE, page), "as_of": f"{as_of}", "form_id": str(uuid.uuid4())}
    page = line.post(ASK, form, page=page)
    line.tally.did("reports asked for")
    yield
    own = line.at
    for _ in range(60):
        if file := found(REPORT_FILE, page):
            line.get(file)
            line.tally.did("reports taken along")
            yield
            return
        page = line.get(own)
        yield


def picture(chance: random.Random) -> bytes:
    """A PNG that nobody has sent yet."""
    size = 64
    rows = b"".join(b"\0" + chance.randbytes(size * 3) for _ in range(size))
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    chunks = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _quoted(word: str) -> str:
    return "".join(f"%{byte:02X}" for byte in word.encode())


ASK = "/admin/reports/report/add/"
DESK = (
    "/admin/", "/admin/tasks/assignment/", "/admin/tasks/progressreport/", "/admin/disclosure/item/",
    "/admin/tasks/assignment/map/2018/", "/admin/ninghai/unit/", "/admin/reports/report/", "/work/messages/",
)  # fmt: skip
PUBLIC = (
    "/", "/catalogue/", "/catalogue/basic/", "/catalogue/interpretations/", "/feeds/catalogue.xml", "/site-map/",
    "/disclosure/", "/disclosure/guide/", "/progress/", "/progress/2018/", "/progress/2018/units/", "/verify/",
    "/api/v1/items/", "/api/v1/units/", "/sitemap.xml", "/robots.txt", "/corrections/", "/login/", "/healthz",
    "/catalogue/suggest/?q=%E9%A2%84%E7%AE%97",
)  # fmt: skip
