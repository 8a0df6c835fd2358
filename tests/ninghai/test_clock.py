from datetime import date, timedelta

import pytest
from django.utils import timezone

from ninghai.calendar import clock


def test_without_a_date_of_its_own_the_clock_tells_the_time(settings):
    settings.CLOCK_DATE = ""

    assert timezone.now() - clock.now() < timedelta(seconds=5)


def test_a_shifted_clock_keeps_to_its_day_and_runs_on_the_first(settings):
    settings.CLOCK_DATE, settings.CLOCK_SINCE = "2018-11-20", ""

    earlier, later = clock.now(), clock.now()

    assert clock.today() == date(2018, 11, 20)
    assert earlier < later
    assert later.utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize("days", [1, 40])
def test_a_day_that_is_lived_again_never_goes_back_behind_what_was_done(settings, days):
    settings.CLOCK_DATE, settings.CLOCK_SINCE = "2018-11-20", timezone.localdate().isoformat()
    done_on_the_first_day = clock.now()

    settings.CLOCK_SINCE = (timezone.localdate() - timedelta(days=days)).isoformat()

    assert clock.now() >= done_on_the_first_day
    assert clock.today() == date(2018, 11, 20)
