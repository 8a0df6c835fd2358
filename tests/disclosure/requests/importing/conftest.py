"""A register that was taken over: the whole year for what is counted once, a smaller one for the rest."""

from datetime import datetime
from zoneinfo import ZoneInfo

from disclosure.requests.importing.services import import_register
from fixtures.reference_data import load_workdays
from tests.cast import Cast
from tests.disclosure.requests.importing.replayed_year import register_of
from tests.worlds import Maker, world

NOW = datetime(2022, 12, 1, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
WHOLE, SAMPLE = 320, 48


def taken_over(year: int, cases: int) -> Maker:
    def make(cast: Cast) -> None:
        load_workdays()
        import_register(register_of(year, cases=cases), by=cast.clerk, at=NOW)

    return make


whole_2019 = world("whole_2019", taken_over(2019, WHOLE), on=("cast",))
whole_2021 = world("whole_2021", taken_over(2021, WHOLE), on=("cast",))
sample_2019 = world("sample_2019", taken_over(2019, SAMPLE), on=("cast",))
sample_2018 = world("sample_2018", taken_over(2018, SAMPLE), on=("cast",))
