"""A letter of each kind whose worker dies when its PDF is there and not kept yet: another makes it, once."""

import ast
import os
import signal
import subprocess
import sys
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from disclosure.models import LetterMaking
from disclosure.requests.desk import excess, steps
from disclosure.requests.inquiries import services
from disclosure.requests.letters import papers
from fixtures.reference_data import load_workdays
from ninghai.jobs.claims import claim, take_back_lost
from ninghai.models import Job, JobStatus, StoredFile
from tests.cast import Cast
from tests.disclosure.makers import AT
from tests.disclosure.requests import makers
from tests.jobs.makers import let_lease_run_out, let_pause_pass

REQUESTS = Path(papers.__file__).parents[1]
ROOT = REQUESTS.parents[1]
SETTINGS = {"DJANGO_SETTINGS_MODULE": "ninghai.settings"}
WORKER = """
import os, signal, sys
import django; django.setup()
from ninghai.jobs.claims import Claim, claim, run

if sys.argv[2] == "killed":  # when the PDF is there, and not kept yet
    Claim.finish = lambda claimed: os.kill(os.getpid(), signal.SIGKILL)
sys.exit(0 if run(claim(int(sys.argv[1]))) else 1)
"""


def extended(cast: Cast) -> None:
    case = makers.applied(cast)
    steps.extend(case=case, amount=5, reason="档案较多", version=case.version, by=cast.head, at=AT)


def delayed(cast: Cast) -> None:
    case, at = makers.explaining(cast), AT.replace(year=2019, month=6, day=10)
    told = {"given_on": at.date(), "reasons": "为了写论文", "version": case.version}
    excess.take_reasons(case=case, by=cast.clerk, at=at, **told)
    excess.delay(case=case, amount=40, reason="要整理60件", version=case.version, by=cast.head, at=at)


def told_against_its_will(cast: Cast) -> None:
    """A third party refuses, and is told that its information is disclosed all the same."""
    case, at = makers.confirmed(cast), AT.replace(year=2019, month=6, day=10)
    told = {"to": "宁海某某有限公司", "disclosed": "贵公司的报价单"}
    services.ask_third_party(case=case, version=case.version, by=cast.clerk, at=at, **told)
    said = {"opinion": "refuses", "reason": "商业秘密", "said_on": at.date()}
    services.take_opinion(case=case, version=case.version, by=cast.clerk, at=at, **said)
    services.tell_third_party(case=case, of="1", reason="涉及食品安全", version=case.version, by=cast.head, at=at)


MAKERS = {
    "answer": makers.signed,
    "receipt": makers.on_paper,
    "reasons": makers.explaining,
    "delay": delayed,
    "fee": makers.charged,
    "amendment": makers.amending,
    "third_party": makers.asking,
    "consultation": makers.asking,
    "third_party_notice": told_against_its_will,
    "agency": makers.asking_agency,
    "extension": extended,
}


def test_every_kind_of_letter_is_here():
    assert set(MAKERS) == set(_kinds_issued())


def _kinds_issued():
    """By what `issue_letter` is called with, wherever."""
    for path in REQUESTS.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and ast.unparse(call.func).split(".")[-1] == "issue_letter":
                kind = ast.unparse(next(each.value for each in call.keywords if each.arg == "kind"))
                yield eval(kind, vars(module_of(path)))  # noqa: S307 - the name or the word that stands there


def module_of(path: Path) -> ModuleType:
    return import_module(".".join(path.relative_to(REQUESTS.parents[1]).with_suffix("").parts))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "kind", [*MAKERS][:1] + [pytest.param(each, marks=pytest.mark.exhaustive) for each in [*MAKERS][1:]]
)
def test_a_letter_whose_worker_is_killed_before_it_is_kept_is_made_once(cast, kind):
    load_workdays()
    MAKERS[kind](cast)
    making = LetterMaking.objects.get(paper__kind=kind)
    frozen = making.paper.sha256

    assert worked_apart(making.job_id, is_killed=True) == -signal.SIGKILL
    making.refresh_from_db()
    assert (making.file, making.sha256, StoredFile.objects.count()) == (None, "", 0)
    let_lease_run_out(making.job)
    take_back_lost(at=AT)
    let_pause_pass(making.job)
    assert worked_apart(making.job_id, is_killed=False) == 0

    making.refresh_from_db()
    job = Job.objects.get(pk=making.job_id)
    assert (job.status, job.attempt, StoredFile.objects.count()) == (JobStatus.DONE, 2, 1)
    with making.file.file.open("rb") as stored:
        pdf = making.data_key.unseal_bytes(stored.read(), about=making.about)
    assert pdf.startswith(b"%PDF")
    assert (sha256(pdf).hexdigest(), making.paper.sha256) == (making.sha256, frozen)
    assert claim(making.job_id) is None


def worked_apart(job_id: int, *, is_killed: bool) -> int:
    """How a worker of its own ends: a fresh process, since what this one has done before would not live on in a fork."""
    asked = [sys.executable, "-c", WORKER, str(job_id), "killed" if is_killed else "spared"]
    return subprocess.run(asked, cwd=ROOT, env={**os.environ, **SETTINGS}, check=False, timeout=600).returncode
