"""Password sign-in for our own account model."""

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from courtparty.accounts.models import User


class AccountBackend(BaseBackend):
    """Checks name and password; rights are the account's own business (see roles.py)."""

    def authenticate(
        self, request: HttpRequest | None, username: str = "", password: str = "", **_: object
    ) -> User | None:
        user = User.objects.filter(username=username.strip().lower()).first()
        if user is None:
            # The same work as for a real account, so that the time taken tells nothing.
            User().set_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        return User.objects.select_related("court").filter(pk=user_id, is_active=True).first()
