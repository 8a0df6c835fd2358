"""The county office's workplace: one admin site whose start page is the office's desk."""

from django.contrib.admin.apps import AdminConfig


class OfficeAdminConfig(AdminConfig):
    default_site = "ninghai.staff_site.site.OfficeSite"
