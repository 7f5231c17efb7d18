"""Puts our admin site in the place of Django's. Apart from it: that module needs loaded apps."""

from django.contrib.admin.apps import AdminConfig


class SiteConfig(AdminConfig):
    default_site = "courtparty.site.CourtAdminSite"
