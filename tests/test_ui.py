from decimal import Decimal

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template

from courtparty import ui


class FilterForm(forms.Form):
    q = forms.CharField(label="Name", required=False)
    status = forms.ChoiceField(
        label="Party status", required=False, choices=[("", "all"), ("full", "full member")]
    )


def shown(source, rf, address="/officers/", **context):
    request = rf.get(address)
    return Template(source).render(Context({"request": request, **context}))


@pytest.mark.parametrize(
    ("address", "order", "link"),
    [
        pytest.param("/?q=li&page=3", "none", "?q=li&amp;sort=name", id="not sorted by it"),
        pytest.param("/?sort=name", "ascending", "?sort=-name", id="upwards turns round"),
        pytest.param("/?sort=-name", "descending", "?sort=name", id="downwards turns round"),
    ],
)
def test_sort_heading_keeps_filters_and_turns_the_order(rf, address, order, link):
    heading = shown('{% sort_heading "name" "Name" %}', rf, address)

    assert f'aria-sort="{order}"' in heading
    assert f'href="{link}"' in heading


def test_sort_heading_knows_the_order_a_list_starts_with(rf):
    heading = shown('{% sort_heading "day" "Day" "num" %}', rf, default_sort="-day")

    assert heading.startswith('<th scope="col" class="sortable num" aria-sort="descending">')


def test_sort_heading_escapes_what_the_address_says(rf):
    heading = shown('{% sort_heading "name" "Name" %}', rf, '/?q="><script>')

    assert "<script>" not in heading


def test_filter_chips_name_the_choice_and_lead_to_the_list_without_it(rf):
    request = rf.get("/?q=li&status=full&page=2")

    chips = ui.filter_chips(Context({"request": request}), FilterForm(request.GET))

    assert chips == [
        {"label": "Name", "value": "li", "url": "?status=full"},
        {"label": "Party status", "value": "full member", "url": "?q=li"},
    ]


def test_filter_chips_are_none_for_an_invalid_filter(rf):
    request = rf.get("/?q=li&status=nonsense")

    assert ui.filter_chips(Context({"request": request}), FilterForm(request.GET)) == []


def test_page_numbers_leave_gaps_out():
    page = Paginator(range(5000), 50).page(50)

    assert ui.page_numbers(page) == [1, "…", 48, 49, 50, 51, 52, "…", 100]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param(ui.number(1234567), "1,234,567", id="thousands"),
        pytest.param(ui.number(0), "0", id="zero is a figure"),
        pytest.param(ui.number(None), "—", id="missing figure"),
        pytest.param(ui.points(Decimal("1092.345")), "1,092.35", id="points half up"),
        pytest.param(ui.points(None), "—", id="missing points"),
        pytest.param(ui.percent(Decimal("0.92645")), "92.6%", id="percent"),
        pytest.param(ui.percent(None), "—", id="missing percent"),
        pytest.param(ui.mask("110101198506011234"), "1101**********1234", id="ID number"),
        pytest.param(ui.mask("13800001234"), "13*******34", id="telephone"),
        pytest.param(ui.mask("abc"), "***", id="too short to show any"),
        pytest.param(ui.mask(""), "—", id="nothing to mask"),
        pytest.param(ui.initials("王小明"), "小明", id="Chinese name"),
        pytest.param(ui.initials("Li Ming"), "LM", id="English name"),
        pytest.param(ui.initials(""), "?", id="no name"),
        pytest.param(ui.at_most(1001, 1000), "1,000+", id="counted no further"),
        pytest.param(ui.at_most(1000, 1000), "1,000", id="counted to the end"),
    ],
)
def test_figures_and_names_are_written(written, expected):
    assert written == expected


def test_badge_escapes_its_text(rf):
    assert shown("{% badge text 'success' %}", rf, text="<b>") == (
        '<span class="tag tag-success">&lt;b&gt;</span>'
    )
