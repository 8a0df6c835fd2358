from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    name = "disclosure"
    verbose_name = "信息公开"

    def ready(self) -> None:
        from disclosure import checks  # noqa: F401 - registers them
        from disclosure.coverage.score import made_public
        from disclosure.evidence import published_items  # models are only there when the app is ready
        from disclosure.privacy.file_scans import files_waiting
        from ninghai.account_limits import also_wait
        from tasks.evidence import register_catalogue
        from tasks.scores.coverage import register_coverage

        also_wait(files_waiting)
        register_catalogue(published_items)
        register_coverage(made_public)
