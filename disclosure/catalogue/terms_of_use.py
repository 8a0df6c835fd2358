"""On what terms anybody may use what is public here (使用说明): the portal's own words, at one address.

Sources: 《中华人民共和国著作权法》第五条 (laws, decisions, orders and other papers of legislative, administrative or
judicial nature have no copyright). A county that has published terms of its own names their address in DATA_TERMS_URL.
"""

from django.conf import settings
from django.urls import reverse

TERMS_NAME = "公开信息使用说明"
TERMS = "政府主动公开的信息，任何人都可以免费查阅、下载和利用，引用时请注明来源。"
PARAGRAPHS = (
    "本站主动公开的信息，任何人都可以免费查阅、下载和利用，不需要登录。",
    "引用、转载时请注明发布机构和索引号（或者网页地址），不改变原意；摘编、加工后形成的内容，请说明是经过加工的。",
    "法律、法规，国家机关的决议、决定、命令和其他具有立法、行政、司法性质的文件，不适用著作权保护（《中华人民共和国著作权法》第五条）。其他内容由别人享有著作权的，例如照片和引用的作品，利用前请取得权利人同意。",
    "信息会更正、失效或者撤回，利用时请以公开目录现在的内容为准；发现错误的，请用“纠错”告诉我们。",
)


def terms_address(site: str) -> str:
    """Their address as others read it: the county's own, or this portal's page."""
    return settings.DATA_TERMS_URL or site + reverse("disclosure:terms")
