"""What a reader of an answer gets, unpacked: status, headers, and every word of the body, whatever its format."""

import html
import io
import json
import re
import zipfile
from urllib.parse import unquote

from openpyxl import load_workbook

NOISE = {"date", "set-cookie", "content-length", "expires", "last-modified"}
CHANGING = re.compile(  # with every reading: tokens, and the moment at which an empty feed was asked for
    r'name="csrfmiddlewaretoken" value="[^"]*"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|nonce-\w+|<updated>[^<]*</updated>'
)
ETAG = re.compile(r"^etag: .*\n", re.MULTILINE | re.IGNORECASE)
TAG = re.compile(r"</?\w[^>]*>")


def body_of(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def said(response) -> str:
    """All of it as text, in which a word is found however it is marked, escaped or packed."""
    headers = sorted(unquote(f"{name}: {value}") for name, value in response.items() if name.lower() not in NOISE)
    text = unpacked(body_of(response), response.headers.get("Content-Type", ""))
    return "\n".join([str(response.status_code), *headers, text])


def without_etags(text: str) -> str:
    """What is read, whatever it is marked with: the mark of a page tells that something public has changed."""
    return ETAG.sub("", text)


def unpacked(data: bytes, content_type: str) -> str:
    if "spreadsheetml" in content_type:
        return "\n".join(str(list(sheet.values)) for sheet in load_workbook(io.BytesIO(data)))
    if data[:2] == b"PK":
        return unpacked_zip(data)
    text = data.decode("utf-8", "replace")
    if "json" in content_type:
        return json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True)
    plain = CHANGING.sub("", html.unescape(text))
    return f"{plain}\n{TAG.sub('', plain)}"  # with its marks, and as it is read


def unpacked_zip(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "\n".join(f"{name}\n{archive.read(name).decode('utf-8', 'replace')}" for name in archive.namelist())
