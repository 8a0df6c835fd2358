from django.apps import AppConfig


class NinghaiConfig(AppConfig):
    name = "ninghai"
    verbose_name = "单位与人员"

    def ready(self) -> None:
        from ninghai.messaging import checks  # noqa: F401 - registers them
