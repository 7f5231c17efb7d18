"""Pages of a long list without counting all of it."""

from functools import cached_property
from math import ceil

from django.core.paginator import Paginator
from django.db.models import QuerySet

COUNT_LIMIT = 1000


class CappedPaginator(Paginator):
    """Counts no further than ``limit``; what lies beyond is reached by a narrower filter."""

    limit = COUNT_LIMIT

    object_list: QuerySet

    @cached_property
    def count(self) -> int:
        """Rows found, or ``limit + 1`` when there are more than ``limit``."""
        return self.object_list.order_by()[: self.limit + 1].count()

    @cached_property
    def num_pages(self) -> int:
        return max(1, ceil(min(self.count, self.limit) / self.per_page))
