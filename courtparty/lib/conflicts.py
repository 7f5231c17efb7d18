"""Two people at once: whoever came second is told so, on a page of its own."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class Conflict(Exception):
    """The record has changed since it was opened: nothing was done. Its text is for the user.

    Raised by a service whose compare-and-set found another state; answered with status 409 and
    a link to ``url``, where the record can be seen as it stands now.
    """

    def __init__(self, text: str = "", *, url: str = "/") -> None:
        super().__init__(text)
        self.url = url


class ConflictMiddleware:
    """Answers a Conflict that no view has caught with the page that says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Conflict):
            return None
        context = {"refusal": str(exception), "back_url": exception.url}
        return render(request, "409.html", context, status=409)
