"""Budget sources of help, to look at; they are kept on their own page. Cases are nowhere here."""

from django.contrib import admin
from django.http import HttpRequest

from courtparty.accounts.reference import ReadOnlyAdmin, court_filter
from retention.models import BudgetSource
from retention.models.hardship import HANDLE


@admin.register(BudgetSource)
class BudgetSourceAdmin(ReadOnlyAdmin):
    view_permission = HANDLE
    list_display = ["name", "court_name", "year", "amount", "used"]
    list_select_related = ["court"]
    list_filter = [court_filter(HANDLE), "year"]
    search_fields = ["name"]
    ordering = ["-year", "name"]

    def get_queryset(self, request: HttpRequest):
        return BudgetSource.objects.visible_to(request.user).select_related("court")
