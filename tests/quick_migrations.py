"""Migrates an empty database in a third of the time: of the hundred models a step's state has, those it looks at are rendered.

Django renders after each step all models that are related to the one that it changed, which in a portal are nearly all.
Here a state renders a model when somebody asks for it, with what it points to; all of them where somebody asks for
whatever points to one, and for steps in Python. That the schema is the same is seen where every migration is walked by
Django's own means (`ninghai/backups/test_migrations`).
"""

from functools import cached_property
from typing import Any

from django.db import models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ModelState, ProjectState, StateApps

Key = tuple[str, str]


class AppsOnDemand(StateApps):
    """Holds no model until it is asked for one."""

    def __init__(self, states: dict[Key, ModelState]) -> None:
        super().__init__([], {})
        self.states = states

    def get_model(
        self, app_label: str, model_name: str | None = None, require_ready: bool = True
    ) -> type[models.Model]:
        if model_name is None:
            app_label, model_name = app_label.split(".")
        self._render([(app_label, model_name.lower())])
        return super().get_model(app_label, model_name, require_ready)

    def get_models(self, *args: Any, **kwargs: Any) -> list[type[models.Model]]:
        self._render(list(self.states))
        return super().get_models(*args, **kwargs)

    def clear_cache(self) -> None:
        """A model never changes here, and whoever asks for what points to it has had all rendered."""

    def _render(self, keys: list[Key]) -> None:
        while missing := [key for key in keys if key in self.states and key[1] not in self.all_models[key[0]]]:
            for key in missing:
                self.states[key].render(self)
            keys = list(self._pending_operations)  # what waits for the models that those point to


class StateOnDemand(ProjectState):
    """Is rendered anew after each change, as far as it is asked for."""

    @cached_property
    def apps(self) -> StateApps:
        return AppsOnDemand(self.models)

    def clone(self) -> "StateOnDemand":
        """Takes along what is rendered, since it is the original that is going to change."""
        clone = StateOnDemand({key: state.clone() for key, state in self.models.items()}, self.real_apps)
        rendered = self.__dict__.pop("apps", None)
        if isinstance(rendered, AppsOnDemand):
            rendered.states = clone.models
            clone.__dict__["apps"] = rendered
        return clone

    def clear_delayed_apps_cache(self) -> None:
        """Before code in Python looks at the models."""
        self.__dict__["apps"] = StateApps(self.real_apps, self.models)


class QuickExecutor(MigrationExecutor):
    def _create_project_state(self, with_applied_migrations: bool = False) -> ProjectState:
        if with_applied_migrations and self.loader.applied_migrations:
            return super()._create_project_state(with_applied_migrations)
        return StateOnDemand(real_apps=self.loader.unmigrated_apps)
