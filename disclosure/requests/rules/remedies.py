"""What a person can do against an answer (救济途径), as its letter says it: by the law of the day on which it was made, and with
the authorities of that unit on that day.

Limits and their order come from the dated table of `ninghai.calendar.law`. Which authorities the office has entered says
`letters.papers.authorities_on`; here is what follows from what kind of unit it is, and that is not always a name.
"""

from dataclasses import dataclass
from datetime import date

from django.conf import settings

from ninghai.calendar.law import NEW_REVIEW_FROM, Remedy, RemedyCode, remedies_on
from ninghai.models import Unit

UPPER_DEPARTMENT, UPPER_GOVERNMENT, HIGHER_COURT = "上一级主管部门", "上一级人民政府", "所在地的中级人民法院"


@dataclass(frozen=True, slots=True)
class Authorities:
    """Who hears a complaint against a unit: the bodies of 行政复议, and the court."""

    review: tuple[str, ...]
    court: str

    @property
    def reviewers(self) -> str:
        return "或者".join(self.review)

    @property
    def unnamed(self) -> list[str]:
        """Those of which only the rank is known: a letter that is signed names them."""
        ranks = (UPPER_DEPARTMENT, UPPER_GOVERNMENT, HIGHER_COURT)
        return [each for each in (*self.review, self.court) if each.endswith(ranks)]


def authorities_of(kind: str, *, on: date) -> Authorities:
    """The county's government for its departments, towns and streets; until 2023 a department's superior as well. Against the
    government itself, in whose name its office answers, the one above it and the intermediate court."""
    if kind == Unit.Kind.OFFICE:
        return Authorities((f"{settings.COUNTY_NAME}的{UPPER_GOVERNMENT}",), f"{settings.COUNTY_NAME}{HIGHER_COURT}")
    county, court = f"{settings.COUNTY_NAME}人民政府", f"{settings.COUNTY_NAME}人民法院"
    if kind == Unit.Kind.DEPARTMENT and on < NEW_REVIEW_FROM:
        return Authorities((county, UPPER_DEPARTMENT), court)
    return Authorities((county,), court)


def remedy_words(*, made_on: date, authorities: Authorities, is_refusal: bool) -> str:
    """The paragraph of a letter of that day. `is_refusal`: since 2024 不予公开 goes to 复议 before a court."""
    found = {each.code: each for each in remedies_on(made_on)}
    review, lawsuit = found[RemedyCode.REVIEW], found[RemedyCode.LAWSUIT]
    to_review = f"自收到本告知书之日起{_long(review)}内，依法向{authorities.reviewers}申请行政复议"
    if lawsuit.review_comes_first and is_refusal:
        after = found[RemedyCode.LAWSUIT_AFTER_REVIEW]
        return (
            f"如对本告知书不服，应当先{to_review}（{review.basis}、第二十三条）；对行政复议决定不服的，"
            f"可以自收到复议决定书之日起{_long(after)}内，依法向人民法院提起行政诉讼（{after.basis}）。"
        )
    to_court = f"自收到本告知书之日起{_long(lawsuit)}内，依法向{authorities.court}提起行政诉讼"
    return f"如对本告知书不服，可以{to_review}（{review.basis}），也可以{to_court}（{lawsuit.basis}）。"


def _long(remedy: Remedy) -> str:
    return f"{remedy.limit.amount}{remedy.limit.unit.label}"
