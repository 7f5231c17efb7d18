"""The badge on the inbox bell."""

from django.http import HttpRequest

from courtparty.notices.models import Notice


def unread(request: HttpRequest) -> dict[str, int]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {"unread_count": Notice.objects.visible_to(user).unread().count()}
