from django.apps import AppConfig


class NinghaiConfig(AppConfig):
    name = "ninghai"
    verbose_name = "单位与人员"

    def ready(self) -> None:
        from ninghai.accounts import sessions  # noqa: F401 - notes each sign-in
        from ninghai.notifications import checks  # noqa: F401 - registers them
        from ninghai.operations import production_checks  # noqa: F401 - registers them
