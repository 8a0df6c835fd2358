"""What a hostile or broken program sends: in addresses, in fields, and as whole bodies."""

from urllib.parse import quote

from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st

# The same inputs in every run; none is shrunk, as each failure names what was sent.
SAME_EACH_TIME = {
    "derandomize": True,
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
    "phases": [Phase.generate],
}

MARKS = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'-alert(1)-'", "{{7*7}}${7*7}"]
AS_MARKUP = ["<script>alert(1)", "<img src=x onerror"]
NASTY = [
    *MARKS,
    *["", "0", "-1", "9" * 10, "9" * 30, "9" * 4500, "1.5", "1e308", "NaN", "inf", "²", "٣", "\x01", "\x7f", "\u2028"],
    *["2018-02-30", "9999-12-31", "0000-00-00", "2018-11-20T25:61", "00000000-0000-0000-0000-000000000000", "true"],
    *["%", "_", "'", '"', "\\", "a & b", "!a", "a:*", "<->", "(", "'; DROP TABLE x;--", "*", "/../../etc/passwd"],
    *["\u202e", "\ufffe", "ﷺ" * 100, "\r\nSet-Cookie: a=b", "//evil.example", "javascript:alert(1)", "😀" * 50],
    *["a " * 3000, "县" * 20000, "=1+1", "\ufeff", "\u200b" * 30, "\x00", "a\x00b", "\ud800"],
]
BROKEN = [
    b"\xed\xa0\x80",
    b"\xff\xfe",
    b"\xc3\x28",
    b"\xd6\xd0\xb9\xfa",
    b"\x00",
    b"%00",
    b"%",
    b"%zz",
    b"\xf0\x28\x8c\xbc",
]

values = st.one_of(st.sampled_from(NASTY), st.text(max_size=60), st.integers().map(str), st.dates().map(str))
raw_values = st.one_of(
    values.map(lambda text: quote(text, errors="surrogatepass")),
    st.sampled_from(BROKEN).map(quote),
    st.binary(max_size=20).map(quote),
)


def queries(names: list[str]) -> st.SearchStrategy[str]:
    """Some of the parameters of a page, each with anything, the same one twice at times."""
    pairs = st.lists(st.tuples(st.sampled_from(names), raw_values), min_size=1, max_size=5)
    return pairs.map(lambda given: "&".join(f"{name}={value}" for name, value in given))


URLENCODED = "application/x-www-form-urlencoded"
BODIES: list[tuple[str, bytes]] = [
    ("application/json", b"[" * 100_000),
    ("application/json", b'{"a":' * 10_000 + b"1" + b"}" * 10_000),
    (f"{URLENCODED}; charset=gbk", "title=县".encode("gbk")),
    (f"{URLENCODED}; charset=utf-7", b"title=+AGEA-"),
    (f"{URLENCODED}; charset=none", b"title=a"),
    (URLENCODED, b"title=\xff\xfe&version=%00"),
    (URLENCODED, b"title=%ED%A0%80"),
    (URLENCODED, b"&".join(b"a%d=1" % number for number in range(2_500))),
    (URLENCODED, b"title=" + b"a" * (11 * 1024 * 1024)),
    ("multipart/form-data", b"no boundary"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n'),
    (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="\xff"; filename="\x00"\r\n\r\nx\r\n--x--',
    ),
    ("multipart/form-data; boundary=" + "x" * 300, b"--x--"),
    ("text/xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
    ("", b"a"),
]
