from typing import Any

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "通报与报告"

    def ready(self) -> None:
        from ninghai.models import JobKind, JobQueue
        from ninghai.models.job import register
        from reports.letters.letter import TypesettingError

        common: dict[str, Any] = {"audited_as": "render", "health_part": "reports", "speaks": (TypesettingError,)}
        handlers = "reports.jobs"
        register(
            JobKind(name="report", handler=f"{handlers}.make_report", record="report", queue=JobQueue.PROMPT, **common),
            JobKind(
                name="annual-report",
                handler=f"{handlers}.make_annual_report",
                record="annual_report",
                verb="制作",
                health_part="reports",
                speaks=(TypesettingError,),
            ),
            JobKind(
                name="letter",
                handler=f"{handlers}.make_letter",
                record="letter",
                verb="排印",
                queue=JobQueue.PROMPT,
                **common,
            ),
            JobKind(name="booklet", handler=f"{handlers}.make_booklet", record="booklet", verb="制作", **common),
        )
