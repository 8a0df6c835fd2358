from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "tasks"
    verbose_name = "工作要点与任务"

    def ready(self) -> None:
        from tasks.periods import services  # noqa: F401 - a changed calendar must know the duty whose clocks it moves
