"""Personal data (个人信息) on an item's way to the public: found, shown, masked or ruled on, and the gate at its end.

1. `scans` asks the finder about a file once and keeps the answer, and gathers all hits of an item; `page` shows them.
2. `rulings` keeps why a hit may be public; `masked_copies` does away with hits in files and text.
3. `gate` lets an item through when nothing is left open; nothing becomes public without it.
4. `nightly` looks again at what is public already.
"""
