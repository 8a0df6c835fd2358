"""Where the manual is played: the running demo, a browser, and people who stay signed in from one flow to the next."""

import json
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize

from tests.browser.portal import served
from tests.manual.chapters import PICTURES, flow_of
from tests.manual.screen import Hand

PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1280, height=900)
PATIENCE = 20_000  # milliseconds


class NotOnScreen(Exception):
    """The manual quotes words that stood on no screen of the flow."""


@dataclass
class Theatre:
    """`seen` holds what stood on the screens of the flow that is being played."""

    site: str
    browser: Browser
    passwords: dict[str, str]
    curtain: ExitStack
    pictures: Path = PICTURES
    seen: list[str] = field(default_factory=list)
    hands: dict[tuple[str, int, str], Hand] = field(default_factory=dict)
    later: dict[str, str] = field(default_factory=dict)  # the same portal on another day: where it is served
    kept: dict[str, str] = field(default_factory=dict)  # what one flow leaves for another, such as a receipt number

    def on_the_phone(self, account: str) -> Hand:
        return self._hand(account, PHONE)

    def at_the_desk(self, account: str, *, on: str = "") -> Hand:
        """On the demo's day, or on a later one, under the law that holds then."""
        return self._hand(account, DESK, on=on)

    def visitor(self, size: ViewportSize = PHONE) -> Hand:
        return self._hand("", size)

    def show(self, hand: Hand, name: str, **how) -> None:
        hand.picture(self.pictures / f"{name}.webp", **how)

    def check(self, name: str) -> None:
        """Every word that the manual quotes in this flow was on a screen of it."""
        flow, screens = flow_of(f"{name}.webp"), "\n".join(self.seen)
        if missing := [words for words in flow.quoted if words not in screens]:
            raise NotOnScreen(f"{flow.chapter}，{flow.title}：屏幕上没有出现“{'”“'.join(missing)}”")

    def _hand(self, account: str, size: ViewportSize, *, on: str = "") -> Hand:
        key = (account, size["width"], on)
        if key not in self.hands:
            self.hands[key] = self._open(account, size, self._site(on))
        return self.hands[key]

    def _site(self, on: str) -> str:
        if on and on not in self.later:
            self.later[on] = self.curtain.enter_context(served(CLOCK_DATE=on))
        return self.later.get(on, self.site)

    def _open(self, account: str, size: ViewportSize, site: str) -> Hand:
        scale = 1.5 if size is PHONE else 1
        context = self.browser.new_context(
            base_url=site,
            viewport=size,
            device_scale_factor=scale,
            has_touch=size is PHONE,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        self.curtain.callback(context.close)
        context.set_default_timeout(PATIENCE)
        hand = Hand(context.new_page(), self.seen)
        if account:
            sign_in(hand, account, self.passwords[account])
        return hand


def sign_in(hand: Hand, account: str, password: str) -> None:
    hand.go("/login/")
    hand.fill("用户名", account)
    hand.fill("密码", password)
    hand.press("登录")


def passwords(var: Path) -> dict[str, str]:
    """Of the demo's accounts."""
    accounts = json.loads((var / "demo-accounts.json").read_text(encoding="utf-8"))
    return {each["username"]: each["password"] for each in accounts}
