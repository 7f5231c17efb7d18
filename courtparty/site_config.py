"""Puts our admin site in the place of Django's. Apart from it: that module needs loaded apps."""

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig


class SiteConfig(AdminConfig):
    default_site = "courtparty.site.CourtAdminSite"

    def ready(self) -> None:
        super().ready()
        # Rights come from grants; the groups of Django's own accounts would only mislead.
        admin.site.unregister(apps.get_model("auth", "Group"))
