"""What is kept of an application beside its case: who asks, for what, their proofs. All of it is sealed under the key of the
case, and follows the case into its parts and to the unit that takes it over.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError

from disclosure.items.text import many_lines, one_line
from disclosure.models import InformationRequest, RequestFile, RequestInquiry
from disclosure.requests.likeness import content_sketch
from ninghai.files import store_bytes
from ninghai.models import Case, User
from ninghai.sealed.services import digest, look

OCTETS = "application/octet-stream"
PEOPLE = [
    "name",
    "identity_kind",
    "identity_number",
    "representative",
    "phone",
    "address",
    "email",
    "agent_name",
    "agent_identity",
    "purpose",
]
CONTACTS = ("phone", "email", "address")
AMENDED = re.compile(r"^补正（\d{4}-\d\d-\d\d）：", re.MULTILINE)
HANDED_ON = "随办件转到拆分、转办后的办件"


def keep_people(case: Case, *, given: Mapping[str, Any]) -> InformationRequest:
    """Who asks, and for what, under the key of the case, which is destroyed when its retention ends."""
    content = many_lines(given["content"])
    return InformationRequest.objects.create(
        case=case,
        data_key=case.data_key,
        content=content,
        applicant={name: one_line(str(given.get(name) or "")) for name in PEOPLE},
        form=given["form"],
        way=given["way"],
        accepts_other=bool(given.get("accepts_other")),
        **found_by(given),
    )


def found_by(given: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that find the same person and the same words again."""
    content, name = many_lines(given["content"]), one_line(str(given.get("name") or ""))
    ways = [re.sub(r"\W", "", str(given.get(way) or "")) for way in CONTACTS]
    return {
        "applicant_digest": digest(str(given.get("identity_number") or "")),
        "contact_digests": [digest(f"{name}|{way}") for way in ways if name and way],
        "content_digest": digest_of(content),
        "content_sketch": sketch_of(content),
    }


def digest_of(content: str) -> str:
    """By which the words that first came are found again, however they are punctuated, whatever was amended since."""
    return digest(re.sub(r"\W", "", AMENDED.split(content)[0]))


def sketch_of(content: str) -> str:
    """Of all that is asked for, as it was amended."""
    return content_sketch(AMENDED.sub("", content))


def amended(content: str, words: str, *, on: date) -> str:
    """The content with what amends it below."""
    return f"{content}\n\n补正（{on}）：{many_lines(words)}"


def keep_proof(
    request: InformationRequest,
    kind: str,
    content: bytes,
    *,
    name: str,
    media_type: str,
    inquiry: RequestInquiry | None = None,
    by: User | None,
    at: datetime,
) -> None:
    """What came with the application, or with the opinion about an `inquiry`."""
    proof = RequestFile(request=request, data_key=request.data_key, kind=kind, media_type=media_type, name=name)
    proof.inquiry = inquiry
    sealed = request.data_key.seal_bytes(content, about=proof.about)
    proof.file = store_bytes(data=sealed, name="sealed", media_type=OCTETS, by=by, at=at)
    proof.save()


def require_no_applicant_in(words: str, case: Case, *, by: User, at: datetime, field: str = "subject") -> None:
    """Raise ValidationError where a line that lists show names who applied."""
    asked = InformationRequest.objects.select_related("data_key").get(case=case)
    told = look(asked, by=by, purpose="核对登记的话中没有申请人的信息", at=at, only=("applicant",))["applicant"]
    refuse_people_in(words, told if isinstance(told, dict) else {}, field=field)


def refuse_people_in(words: str, people: Mapping[str, Any], *, field: str = "subject") -> None:
    named = [str(people.get(name) or "") for name in PEOPLE if name not in {"purpose", "identity_kind"}]
    if any(len(name) > 1 and name in words for name in named):
        raise ValidationError({field: "这里会显示在清单和通知中，不要写申请人的姓名、证件和联系方式，请删去后再保存。"})


def hand_on(first: Case, follower: Case, by: User | None, at: datetime) -> None:
    """The same applicant asks in the follower (`CaseKind.hand_on`): in a part for what its line says, after a transfer for all of it."""
    asked = InformationRequest.objects.select_related("data_key").get(case=first)
    told = look(asked, by=by, purpose=HANDED_ON, at=at, only=("content", "applicant"))
    content = follower.subject if follower.part else told["content"]
    given = {"form": asked.form, "way": asked.way, "accepts_other": asked.accepts_other}
    request = keep_people(follower, given={**told["applicant"], **given, "content": content})
    for proof in [] if follower.part else asked.files.filter(inquiry=None).select_related("file", "data_key"):
        with proof.file.file.open("rb") as stored:
            opened = proof.data_key.unseal_bytes(stored.read(), about=proof.about)
        name = look(proof, by=by, purpose=HANDED_ON, at=at)["name"]
        keep_proof(request, proof.kind, opened, name=name, media_type=proof.media_type, by=by, at=at)
