"""The acts on items, in the order of their life: draft, hand in, check, answer, publish, revise, let expire, withdraw."""

from disclosure.services.drafting import ItemFields, draft_item, edit_item
from disclosure.services.emergency import answer_after, ask_for_release, refuse_after, release_at_once
from disclosure.services.interpretation import link_interpretation
from disclosure.services.publication import publish_item
from disclosure.services.review import answer_item, pass_item, return_item, submit_item
from disclosure.services.revision import revise_item
from disclosure.services.schedule import cancel_schedule, schedule_item
from disclosure.services.taking_back import discard_item, recall_item
from disclosure.services.validity import ValidityFields, change_validity, replace_item
from disclosure.services.withdrawal import WithdrawalFields, must_be_withdrawable, withdraw_item

__all__ = [
    "ItemFields",
    "ValidityFields",
    "WithdrawalFields",
    "answer_after",
    "answer_item",
    "ask_for_release",
    "cancel_schedule",
    "change_validity",
    "discard_item",
    "draft_item",
    "edit_item",
    "link_interpretation",
    "must_be_withdrawable",
    "pass_item",
    "publish_item",
    "recall_item",
    "refuse_after",
    "release_at_once",
    "replace_item",
    "return_item",
    "revise_item",
    "schedule_item",
    "submit_item",
    "withdraw_item",
]
