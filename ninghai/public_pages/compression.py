"""Public pages go over the line compressed, for phones on slow links.

Only what is the same for everybody: such a page holds no secret that its compressed size could give away (BREACH).
Pages for signed-in people stay as they are; a proxy before the portal may leave the public ones to this.
"""

import gzip
import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from ninghai.public_pages.middleware import KEPT_BY_THE_VISITOR

SMALLEST = 1000  # bytes; less gains nothing
ACCEPTS_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")


class CompressPublicPages:
    """Stands before the kept pages; a compressed page has a weak tag, as its bytes are others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.headers.get("Cache-Control") != KEPT_BY_THE_VISITOR or response.streaming:
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        wanted = ACCEPTS_GZIP.search(request.headers.get("Accept-Encoding", ""))
        if wanted and len(response.content) >= SMALLEST and not response.has_header("Content-Encoding"):
            response.content = gzip.compress(response.content, compresslevel=6, mtime=0)
            response.headers["Content-Encoding"] = "gzip"
            response.headers["Content-Length"] = str(len(response.content))
            response.headers["ETag"] = f"W/{response.headers['ETag']}"
        return response
