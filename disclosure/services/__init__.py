"""The acts on items, in the order of their life: draft, hand in, check, answer, publish, withdraw."""

from disclosure.services.drafting import ItemFields, draft_item, edit_item
from disclosure.services.publication import publish_item, withdraw_item
from disclosure.services.review import answer_item, pass_item, return_item, submit_item

__all__ = [
    "ItemFields",
    "answer_item",
    "draft_item",
    "edit_item",
    "pass_item",
    "publish_item",
    "return_item",
    "submit_item",
    "withdraw_item",
]
