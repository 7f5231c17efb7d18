from decimal import Decimal
from xml.etree import ElementTree

import pytest

from courtparty.lib.charts import Bar, bar_chart, column_chart, line_chart, stacked_bar

BARS = [Bar("一月", 3, "3"), Bar("<b>", Decimal("1.5"), "1.5", 1), Bar("none", 0, "0")]
CHARTS = {
    "columns": lambda bars: column_chart(bars, title="Totals & more"),
    "bars": lambda bars: bar_chart(bars, title="Totals & more", most=6),
    "stacked": lambda bars: stacked_bar(bars, title="Totals & more"),
    "line": lambda bars: line_chart(bars, title="Totals & more"),
}


def drawn(chart, bars=BARS):
    return ElementTree.fromstring(CHARTS[chart](bars))


@pytest.mark.parametrize("chart", CHARTS)
def test_chart_is_named_for_those_who_do_not_see_it(chart):
    svg = drawn(chart)

    assert (svg.get("role"), svg.get("aria-label")) == ("img", "Totals & more")


@pytest.mark.parametrize("chart", CHARTS)
def test_chart_escapes_words_and_has_no_style_or_script(chart):
    svg = drawn(chart)
    found = list(svg.iter())

    assert any("<b>" in (element.text or "") for element in found)
    assert {element.tag for element in found} <= {
        "svg",
        "rect",
        "text",
        "line",
        "circle",
        "polyline",
    }
    assert not any("style" in e.attrib or any(a.startswith("on") for a in e.attrib) for e in found)


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize(
    "bars", [[], [Bar("only", 0)]], ids=["nothing to draw", "nothing but zero"]
)
def test_chart_of_nothing_is_drawn(chart, bars):
    assert drawn(chart, bars).tag == "svg"


def test_columns_are_as_tall_as_their_values():
    heights = [float(rect.get("height")) for rect in drawn("columns").iter("rect")]

    assert heights == [132, 66, 0]


def test_bars_are_cut_at_the_most():
    widths = [float(r.get("width")) for r in ElementTree.fromstring(
        bar_chart([Bar("a", 9), Bar("b", 3)], title="t", most=6)
    ).iter("rect")]  # fmt: skip

    assert widths == [300, 300, 300, 150]
