from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    name = "disclosure"
    verbose_name = "信息公开"

    def ready(self) -> None:
        from disclosure.coverage.score import made_public
        from disclosure.items import index_numbers  # noqa: F401 - registers them
        from disclosure.items.jobs import JOB_KINDS
        from disclosure.items.publication import published_items  # models are only there when the app is ready
        from disclosure.privacy.scans import files_waiting
        from ninghai.accounts.request_limits import also_wait
        from ninghai.models.job import register
        from tasks.progress.evidence import register_catalogue
        from tasks.scoring.reading import register_coverage

        also_wait(files_waiting)
        register(*JOB_KINDS)
        register_catalogue(published_items)
        register_coverage(made_public)
