"""What a browser says of itself, in words by which its owner recognises it. Only ever shown, never believed."""

SYSTEMS = (
    ("HarmonyOS", "鸿蒙"),
    ("OpenHarmony", "鸿蒙"),
    ("iPhone", "苹果手机"),
    ("iPad", "苹果平板"),
    ("Android", "安卓手机"),
    ("Windows", "Windows 电脑"),
    ("Mac OS X", "苹果电脑"),
    ("Linux", "Linux 电脑"),
)
BROWSERS = (
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("QQBrowser", "QQ 浏览器"),
    ("360SE", "360 浏览器"),
    ("Edg", "Edge 浏览器"),
    ("Firefox", "火狐浏览器"),
    ("Chrome", "Chrome 浏览器"),
    ("Safari", "Safari 浏览器"),
)


def device_words(user_agent: str) -> str:
    """Such as “Windows 电脑，Edge 浏览器”."""
    found = [next((words for mark, words in marks if mark in user_agent), "") for marks in (SYSTEMS, BROWSERS)]
    return "，".join(filter(None, found)) or "未知设备"
