from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "通报与报告"

    def ready(self) -> None:
        from ninghai.operations.health import also_ask
        from reports.health import open_reports

        also_ask(open_reports)
