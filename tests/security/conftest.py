import pytest

from tests.security.permissions.grounds import disclosure_ground, own_ground, reports_ground, tasks_ground

__all__ = ["disclosure_ground", "own_ground", "reports_ground", "tasks_ground"]


@pytest.fixture(autouse=True)
def _every_write_is_audited(settings) -> None:
    """These tests ask every address there is: none writes without a row in the audit trail."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.audit_watch.EveryWriteIsAudited"]
