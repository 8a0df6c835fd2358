"""The Chromium that the tests, the bench and the manual's pictures drive."""

CHROMIUM = "/usr/bin/chromium-headless-shell"  # the same browser without its windows: a third of the CPU time
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
]
