"""Page furniture (网页和页面的附属文字): what a web site or a printed page puts around a document."""

import re

from tasks.notice.passage import Passage
from tasks.notice.wrapped import is_page_number

CHROME = tuple(
    re.compile(pattern)
    for pattern in (
        r"\s*(?:发布|更新)(?:日期|时间)",
        r"\s*(?:来源|浏览次数|阅读次数|字号|字体|索引号|主题分类|发布机构|信息来源|作者|责任编辑)\s*[:：]",
        r"\s*[>\uff1e]",
        r"\s*(?:首页|当前位置|您(?:现在)?的位置|打印|关闭|分享|收藏|返回|上一篇|下一篇|扫一扫|版权所有|主办单位|网站地图)",
        r".*(?:打印本页|关闭窗口)",
    )
)


def is_chrome(line: Passage) -> bool:
    return is_page_number(line) or any(pattern.match(line.text) for pattern in CHROME)
