"""Template tags and filters. Registered as built-ins, so templates need no ``{% load %}``.

Rows of long tables are written by hand without tags: at fifty rows by nine columns the
tags would cost more than the query.
"""

from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.http import QueryDict
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from courtparty.lib.words import listed, percentage

register = template.Library()

SPRITE = "vendor/icons.svg"
MISSING = "—"
CENT = Decimal("0.01")


@register.simple_tag
@cache
def icon(name: str, css: str = "") -> SafeString:
    """A decorative icon from the sprite; the words beside it carry the meaning.

    A page shows some thirty of them, and their names are written in templates only, so the
    finished text is kept.
    """
    return format_html(
        '<svg class="icon {}" width="16" height="16" aria-hidden="true" focusable="false">'
        '<use href="{}#{}"></use></svg>',
        css,
        static(SPRITE),
        name,
    )


@register.simple_tag
def badge(text: object, tone: str = "neutral") -> SafeString:
    """A status in a pill. Tones: neutral, info, success, warning, danger."""
    return format_html('<span class="tag tag-{}">{}</span>', tone, text)


@register.simple_tag(takes_context=True)
def sort_heading(context: Context, field: str, label: object, css: str = "") -> SafeString:
    """A ``<th>`` whose link sorts by ``field`` through ``?sort=``, or turns the order round."""
    query = context["request"].GET.copy()
    current = query.get("sort", context.get("default_sort", ""))
    is_up, is_down = current == field, current == f"-{field}"
    query["sort"] = f"-{field}" if is_up else field
    query.pop("page", None)
    order, arrow = "none", "arrow-down-up"
    if is_up or is_down:
        order, arrow = ("ascending", "arrow-up") if is_up else ("descending", "arrow-down")
    return format_html(
        '<th scope="col" class="sortable {}" aria-sort="{}"><a href="?{}">{}{}</a></th>',
        css,
        order,
        query.urlencode(),
        label,
        icon(arrow),
    )


@register.simple_tag
def page_numbers(page: Page) -> list[int | str]:
    """Page numbers to offer around the current one, with an ellipsis for each gap."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))


@register.simple_tag(takes_context=True)
def filter_chips(context: Context, form: forms.Form) -> list[dict[str, str]]:
    """What a filter form narrows the list by: label, value, and the address without it."""
    query: QueryDict = context["request"].GET
    return [
        {
            "label": str(form[name].label),
            "value": _shown(field, form.cleaned_data[name]),
            "url": _without(query, name),
        }
        for name, field in form.fields.items()
        if form.is_valid() and query.get(name) and form.cleaned_data.get(name)
    ]


def _shown(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.ModelChoiceField) or not isinstance(field, forms.ChoiceField):
        return str(value)
    return str(dict(field.choices).get(value, value))


def _without(query: QueryDict, name: str) -> str:
    rest = query.copy()
    rest.pop(name, None)
    rest.pop("page", None)
    return f"?{rest.urlencode()}"


@register.filter
def number(value: int | Decimal | None) -> str:
    """1234567 → 1,234,567; a missing figure is a dash, never zero."""
    return f"{value:,}" if isinstance(value, int | Decimal) else MISSING


@register.filter
def points(value: Decimal | None) -> str:
    if not isinstance(value, int | Decimal):
        return MISSING
    return f"{Decimal(value).quantize(CENT, rounding=ROUND_HALF_UP):,}"


@register.filter
def signed(value: Decimal | None) -> str:
    """What is added or taken off, with its sign: +1.50, −2.00."""
    if not isinstance(value, int | Decimal):
        return MISSING
    rounded = Decimal(value).quantize(CENT, rounding=ROUND_HALF_UP)
    return f"{rounded:+,}".replace("-", "−") if rounded else f"{rounded:,}"


@register.filter
def percent(value: Decimal | None) -> str:
    """A share of one as a percentage with one decimal: 0.9534 → 95.3 %."""
    if not isinstance(value, int | Decimal):
        return MISSING
    share = (Decimal(value) * 100).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return percentage(share)


@register.filter
def per_cent(value: Decimal | int | None) -> str:
    """A number that is one of a hundred already: 30.00 → 30 %, 2.50 → 2.5 %."""
    if not isinstance(value, int | Decimal):
        return MISSING
    return percentage(f"{Decimal(value).normalize():f}")


@register.filter
def mask(value: str | None) -> str:
    """An ID or telephone number with its middle hidden: 1101********0042."""
    if not value:
        return MISSING
    shown = min(4, len(value) // 4)
    hidden = len(value) - 2 * shown
    return value[:shown] + "*" * hidden + value[len(value) - shown :]


@register.filter
def initials(name: str | None) -> str:
    """One or two characters for an avatar: 王小明 → 小明, Li Ming → LM."""
    words = (name or "?").split()
    if len(words) > 1:
        return (words[0][0] + words[-1][0]).upper()
    return words[0][-2:] if not words[0].isascii() else words[0][:1].upper()


register.filter("listed", listed)


@register.filter
def at_most(count: int, limit: int) -> str:
    """A count that was only taken up to ``limit``: 1,000+ instead of a full count."""
    return f"{limit:,}+" if count > limit else f"{count:,}"


@register.simple_tag
def step_state(number_of_step: int, current: int) -> dict[str, str]:
    """How a step of a wizard stands, for sight (``css``) and for a screen reader (``text``)."""
    if number_of_step < current:
        return {"css": "is-done", "text": gettext("done")}
    if number_of_step == current:
        return {"css": "is-current", "text": gettext("current step")}
    return {"css": "", "text": gettext("to come")}
