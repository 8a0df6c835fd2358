"""The gate (个人信息关口): whether exactly this content may be public. Nothing is published past it.

Open when every hit is gone or ruled on with a coded reason, and every file could be looked into: what no program can
read, a person has looked at and says so; and the virus scanner, where there is one, has found nothing. Source: 国办发〔2018〕 notice 四(二)2, 个人隐私的信息要进行去标识化处理.
"""

from collections import Counter

from django.core.exceptions import ValidationError

from disclosure.models import Item
from disclosure.privacy.scans import INTERRUPTED, ItemHit, ItemScan, look_into_files, open_hits, scan_item
from ninghai.files import unscanned, virus_obstacle, waits_for_scanner
from ninghai.models import StoredFile
from ninghai.models.state_machine import TransitionError
from ninghai.personal_data.finder import find_personal_data
from ninghai.personal_data.hit import DataKind


class PassingObstacle(TransitionError):
    """Nothing is wrong with the item: a look into its files is not finished yet. It may be public once that is done."""


def look_before(item: Item) -> None:
    """Look into the item's files for what the gate will ask. Before the transaction in which something is decided: a look
    takes time, and locks are held there.

    Raises TransitionError for a virus, PassingObstacle while the virus scanner is away.
    """
    look_into_files(item)
    files = files_of(item)
    if sentence := virus_obstacle(files):
        raise _virus_found(sentence, files)


def require_clean(item: Item) -> None:
    """Raise TransitionError, with a sentence that says what to do, unless the item's content may be public.

    Nothing is looked into here, only asked what is known of exactly these files.
    """
    scan = scan_item(item, may_look=False)
    if sentence := why_not_clean(scan, open_hits(scan.hits, item)):
        raise (PassingObstacle if _is_passing(scan) else TransitionError)(sentence)
    for file in unscanned(files_of(item)):
        raise PassingObstacle(waits_for_scanner(file))


def require_submittable(item: Item) -> None:
    """Raise TransitionError while something is left of which nobody needs to judge whether it is personal.

    What is known of the files counts; what may be personal is for the reviewers, and the gate before publication.
    """
    scan = scan_item(item, may_look=False)
    if sentence := before_submission(open_hits(scan.hits, item)):
        raise TransitionError(sentence)


def before_submission(left: list[ItemHit]) -> str:
    """What keeps a draft from being submitted, and what to do about it; empty when nothing does."""
    certain = [hit for hit in left if hit.certain]
    if not certain:
        return ""
    return f"还不能提交审核：有{len(certain)}处确定的个人信息没有处理（{counted(certain)}）。请去标识化，或逐项登记可以公开的理由。"


def files_of(item: Item) -> list[StoredFile]:
    """Everything that would leave with the item."""
    return [each.file for each in item.attachments.select_related("file")]


def obstacle(item: Item) -> str:
    """What keeps the item as the database holds it now from the public; empty when nothing does."""
    scan = scan_item(item)
    return why_not_clean(scan, open_hits(scan.hits, item))


def why_not_clean(scan: ItemScan, left: list[ItemHit]) -> str:
    """The first obstacle in a sentence."""
    if scan.unreadable:
        label, why = scan.unreadable[0]
        return f"附件“{label}”不能检查个人信息，因此不能公开。{why}"
    if scan.waiting:
        return f"附件“{scan.waiting[0]}”正在生成公开副本、正在检查个人信息，完成后才能继续。请过几分钟再试。"
    if left:
        return f"还有{len(left)}处个人信息没有处理：{counted(left)}。请去标识化，或逐项登记可以公开的理由。"
    return ""


def counted(hits: list[ItemHit]) -> str:
    """身份证号3处、姓名2处."""
    return "、".join(f"{kind.label}{count}处" for kind, count in Counter(hit.kind for hit in hits).most_common())


def _is_passing(scan: ItemScan) -> bool:
    """Whether the obstacle that is told goes by itself."""
    if scan.unreadable:
        return scan.unreadable[0][1] == INTERRUPTED
    return bool(scan.waiting)


def _virus_found(sentence: str, files: list[StoredFile]) -> TransitionError:
    is_waiting = sentence in map(waits_for_scanner, files)
    return PassingObstacle(sentence) if is_waiting else TransitionError(sentence)


# Words that the office or a unit writes for the public beside the items: an answer, a notice, a note, a standing page.

NUMBERS = {
    DataKind.ID_CARD,
    DataKind.DISABILITY_CARD,
    DataKind.MOBILE,
    DataKind.BANK_CARD,
    DataKind.PASSPORT,
    DataKind.PLATE,
}
OF_OFFICES = {DataKind.LANDLINE, DataKind.EMAIL, DataKind.ADDRESS}


def personal_in(text: str) -> str:
    """Which kinds of personal data the text holds, in words: numbers also with a slip, of the rest what is certain."""
    hits = (
        hit for hit in find_personal_data(text) if hit.kind in NUMBERS or (hit.certain and hit.kind not in OF_OFFICES)
    )
    return "、".join({hit.kind: str(hit.kind.label) for hit in hits}.values())


def require_impersonal(text: str, *, field: str, what: str) -> None:
    """Raise ValidationError beside the field when the words for the public tell about people."""
    if named := personal_in(text):
        raise ValidationError({field: f"{what}会向社会公开，其中有{named}，请删去或者去标识化后再提交。"})
