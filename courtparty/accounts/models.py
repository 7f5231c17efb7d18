"""Who may act, and on whose records."""

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from courtparty.accounts.roles import PERMISSIONS, PLATFORM_ROLES, Role


class UnitQuerySet(MP_NodeQuerySet):
    def courts(self):
        return self.filter(kind=Unit.Kind.COURT)

    def departments(self):
        return self.filter(kind=Unit.Kind.DEPARTMENT)

    def branches(self):
        return self.filter(kind__in=[Unit.Kind.BRANCH, Unit.Kind.GROUP])

    def within(self, unit: "Unit"):
        return self.filter(path__startswith=unit.path)

    def visible_to(self, user: "User"):
        """Units at or below any grant; a system administrator keeps the tree of every court."""
        if user.has_perm("accounts.manage_users"):
            return self
        inside = Q(pk__in=[])
        for grant in user.current_grants():
            if grant.unit:
                inside |= Q(path__startswith=grant.unit.path)
        return self.filter(inside)


class UnitManager(MP_NodeManager.from_queryset(UnitQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> UnitQuerySet:
        # treebeard's own would hand back its plain queryset, without the filters above.
        return UnitQuerySet(self.model, using=self._db).order_by("path")


class Unit(MP_Node):
    """A court, one of its departments, or one of its Party organisations. Courts are roots."""

    class Kind(models.TextChoices):
        COURT = "court", _("court")
        DEPARTMENT = "department", _("department")
        PARTY_COMMITTEE = "party_committee", _("Party committee")
        GENERAL_BRANCH = "general_branch", _("general Party branch")
        BRANCH = "branch", _("Party branch")
        GROUP = "group", _("Party group")

    class Function(models.TextChoices):
        """What a department does. Officers are compared only within one function."""

        LEADERSHIP = "leadership", _("court leadership")
        CASE_FILING = "case_filing", _("case filing")
        CRIMINAL = "criminal", _("criminal trial")
        CIVIL = "civil", _("civil trial")
        ADMINISTRATIVE = "administrative_cases", _("administrative trial")
        ENFORCEMENT = "enforcement", _("enforcement")
        TRIBUNAL = "tribunal", _("dispatched tribunal")
        ADJUDICATION_MANAGEMENT = "adjudication_management", _("adjudication management")
        POLITICAL = "political", _("political work")
        GENERAL_OFFICE = "general_office", _("general office")
        JUDICIAL_POLICE = "judicial_police", _("judicial police")
        OTHER = "other", _("other")

    PARTY_KINDS = (Kind.PARTY_COMMITTEE, Kind.GENERAL_BRANCH, Kind.BRANCH, Kind.GROUP)

    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    code = models.CharField(
        _("code"),
        max_length=20,
        blank=True,
        help_text=_("Short name for commands, for courts only: letters, digits and hyphens."),
        validators=[RegexValidator(r"^[A-Za-z0-9-]+$")],
    )
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    function = models.CharField(
        _("function"),
        max_length=24,
        choices=Function,
        blank=True,
        help_text=_("For departments: officers are compared only within the same function."),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    objects = UnitManager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="unit_code_once"),
            models.CheckConstraint(
                condition=Q(kind="court") & ~Q(code="") | ~Q(kind="court") & Q(code=""),
                name="unit_code_for_courts_only",
            ),
            models.CheckConstraint(
                condition=Q(kind="court", depth=1) | ~Q(kind="court") & Q(depth__gt=1),
                name="unit_courts_are_roots",
            ),
            models.CheckConstraint(
                condition=Q(kind="department") & ~Q(function="")
                | ~Q(kind="department") & Q(function=""),
                name="unit_function_for_departments_only",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        in_english = (get_language() or "").startswith("en") and self.name_en
        return self.name_en if in_english else self.name

    @property
    def court_path(self) -> str:
        return self.path[: self.steplen]


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)


class User(AbstractBaseUser):
    """An account. It has no rights of its own: those come from Grants, or from being an officer."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField(
        _("user name"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9._-]*$")],
        help_text=_("Small letters, digits, dot, hyphen and underscore."),
        error_messages={"unique": _("This user name is taken.")},
    )
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=60)
    email = models.EmailField(_("e-mail"), blank=True)
    court = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("court")
    )
    language = models.CharField(
        _("language"), max_length=8, blank=True, choices=[("zh-hans", "中文"), ("en", "English")]
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_platform = models.BooleanField(
        _("platform account"),
        default=False,
        help_text=_(
            "For one of the three administrators; such an account never gets a role in a court."
        ),
    )
    must_change_password = models.BooleanField(_("must choose a new password"), default=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return self.name or self.username

    def current_grants(self) -> list["Grant"]:
        """Grants in force today, read once per request (the user object lives that long)."""
        if not hasattr(self, "_current_grants"):
            grants = self.grants.in_force(on=timezone.localdate()).select_related("unit")
            self._current_grants = list(grants) if self.is_active else []
        return self._current_grants

    def grants_giving(self, permission: str) -> list["Grant"]:
        return [g for g in self.current_grants() if permission in PERMISSIONS[g.role]]

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        return bool(self.grants_giving(perm))

    def has_perms(self, perm_list: list[str], obj: models.Model | None = None) -> bool:
        return all(self.has_perm(perm) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff

    @property
    def is_staff(self) -> bool:
        """Whether the Django admin opens at all; what it shows is each table's own question."""
        return self.has_perm("accounts.use_admin")


class GrantQuerySet(models.QuerySet["Grant"]):
    def in_force(self, *, on):
        return self.filter(starts_on__lte=on).filter(Q(ends_on=None) | Q(ends_on__gt=on))


class Grant(models.Model):
    """A role held by a user on a unit and everything below it, from one day until another."""

    user = models.ForeignKey(User, models.PROTECT, related_name="grants", verbose_name=_("account"))
    role = models.CharField(_("role"), max_length=16, choices=Role)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="grants", verbose_name=_("unit")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(
        _("until"), null=True, blank=True, help_text=_("First day without it.")
    )
    granted_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("granted by")
    )
    basis = models.CharField(
        _("basis"), max_length=200, blank=True, help_text=_("Document or decision.")
    )

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=sorted(PLATFORM_ROLES), unit=None)
                | ~Q(role__in=sorted(PLATFORM_ROLES)) & Q(unit__isnull=False),
                name="grant_platform_roles_have_no_unit",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="grant_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(role__in=sorted(PLATFORM_ROLES), ends_on=None),
                name="grant_one_platform_role_each",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "unit"],
                condition=Q(ends_on=None),
                name="grant_once_while_open",
            ),
        ]

    def __str__(self) -> str:
        where = f" · {self.unit}" if self.unit else ""
        return f"{self.user} · {self.get_role_display()}{where}"


class SignIn(models.Model):
    """A browser session of an account, so that its owner can see and end it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True)
    started_at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    def __str__(self) -> str:
        return f"{self.user} {timezone.localtime(self.started_at):%Y-%m-%d %H:%M}"
