from django.apps import AppConfig


class NinghaiConfig(AppConfig):
    name = "ninghai"
    verbose_name = "单位与人员"
