"""Opening and closing accounts, one-time links, passwords, and the first three administrators."""

from django.contrib.auth.tokens import default_token_generator
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from courtparty.accounts.models import Grant, Unit, User
from courtparty.accounts.roles import PLATFORM_ROLES, Role
from courtparty.accounts.selectors import account_of_link, others_hold
from courtparty.accounts.services.sessions import end_sessions
from courtparty.audit.services import record

FIRST_ADMINISTRATORS = {"system": Role.SYSTEM, "security": Role.SECURITY, "auditor": Role.AUDITOR}


class CannotChangeAccount(Exception):
    """The account may not be changed like this. Its text is for the user."""


class CannotActivate(Exception):
    """A one-time link that was used, is too old, or was never given."""


@transaction.atomic
def create_account(
    *,
    username: str,
    name: str,
    by: User | None,
    email: str = "",
    court: Unit | None = None,
    is_platform: bool = False,
) -> User:
    """Open an account without a password and without rights; its owner comes in by a link.

    Refuses a platform account in a court, any other account outside one, and a taken user name.
    """
    if is_platform and court:
        raise CannotChangeAccount(_("A platform account belongs to no court."))
    if not is_platform and not court:
        raise CannotChangeAccount(_("Choose the court this account belongs to."))
    user = User(username=username, name=name, email=email, court=court, is_platform=is_platform)
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise CannotChangeAccount(_("This user name is taken.")) from None
    record("account.created", by=by, on=user, court=court, is_platform=is_platform)
    return user


@transaction.atomic
def disable_account(*, user_id: int, by: User) -> User:
    """Close an account and end its sessions. Its grants stay, without effect, until it opens again.

    Refuses the own account and the last one that holds a platform role.
    """
    user = User.objects.select_related("court").get(pk=user_id)
    if user.pk == by.pk:
        raise CannotChangeAccount(_("You cannot close your own account."))
    _refuse_last_administrator(user)
    if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        end_sessions(user)
        record("account.disabled", by=by, on=user, court=user.court)
    user.is_active = False
    return user


def _refuse_last_administrator(user: User) -> None:
    for role in sorted(PLATFORM_ROLES):
        on = timezone.localdate()
        if user.grants.in_force(on=on).filter(role=role).exists():
            lock_holders(role)
            if not others_hold(role, than=user, on=on):
                text = _("This is the last account with the role “%(role)s”.")
                raise CannotChangeAccount(text % {"role": Role(role).label})


def lock_holders(role: str) -> None:
    """Let one transaction at a time take this platform role from somebody."""
    list(Grant.objects.filter(role=role).order_by("pk").select_for_update(no_key=True))


@transaction.atomic
def enable_account(*, user_id: int, by: User) -> User:
    """Open a closed account again, with the password and the grants it had."""
    user = User.objects.select_related("court").get(pk=user_id)
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        record("account.enabled", by=by, on=user, court=user.court)
    user.is_active = True
    return user


@transaction.atomic
def issue_link(*, user_id: int, by: User | None, base_url: str) -> str:
    """A link with which the account's owner chooses a password: for seven days, and once.

    Refuses a closed account. The password in use stays valid until the link is used.
    """
    user = User.objects.select_related("court").get(pk=user_id)
    if not user.is_active:
        raise CannotChangeAccount(_("This account is closed. Open it again first."))
    record("account.link_issued", by=by, on=user, court=user.court)
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("activate", args=[uid, default_token_generator.make_token(user)])
    return base_url.rstrip("/") + path


@transaction.atomic
def activate_account(*, uidb64: str, token: str, password: str) -> User:
    """Set the password a one-time link is for, and end every session of the account.

    Refuses a link that is not valid any more; of two uses at the same time one is refused.
    """
    user = account_of_link(uidb64, token, is_locking=True)
    if user is None:
        raise CannotActivate
    return _set_password(user, password, keep_session="", by_link=True)


@transaction.atomic
def change_password(*, user_id: int, password: str, keep_session: str = "") -> User:
    """Set a new password of one's own and end every other session of the account."""
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    return _set_password(user, password, keep_session=keep_session, by_link=False)


def _set_password(user: User, password: str, *, keep_session: str, by_link: bool) -> User:
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    end_sessions(user, keep_session=keep_session)
    record("account.password_set", by=user, on=user, court=user.court, by_link=by_link)
    return user


@transaction.atomic
def choose_language(*, user_id: int, language: str) -> None:
    """Remember in which language the account's owner reads."""
    User.objects.filter(pk=user_id).update(language=language)


@transaction.atomic
def first_administrator_link(base_url: str) -> str | None:
    """The link by which the first system administrator comes in; None once somebody has.

    On an empty site it makes the three administrators, who then give each other nothing but
    links: no password is known to anyone but its owner.
    """
    accounts = User.objects.filter(is_platform=True, is_active=True)
    if not User.objects.filter(is_platform=True).exists():
        _create_first_administrators()
    elif any(user.has_usable_password() for user in accounts):
        return None
    system = accounts.filter(grants__role=Role.SYSTEM, grants__ends_on=None).order_by("pk").first()
    return issue_link(user_id=system.pk, by=None, base_url=base_url) if system else None


def _create_first_administrators() -> None:
    for username, role in FIRST_ADMINISTRATORS.items():
        is_taken = User.objects.filter(username=username).exists()
        user = create_account(
            username=f"{username}-admin" if is_taken else username,
            name=str(role.label),
            is_platform=True,
            by=None,
        )
        grant = Grant.objects.create(
            user=user, role=role, starts_on=timezone.localdate(), basis=_("First set-up")
        )
        record("grant.given", by=None, on=grant, account=user.pk, role=str(role))
