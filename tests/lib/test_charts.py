from decimal import Decimal
from xml.etree import ElementTree

import pytest

from courtparty.lib.charts import (
    Bar,
    Trace,
    bar_chart,
    column_chart,
    line_chart,
    radar_chart,
    stacked_bar,
)

BARS = [Bar("一月", 3, "3"), Bar("<b>", Decimal("1.5"), "1.5", 1), Bar("none", 0, "0")]
CHARTS = {
    "columns": lambda bars: column_chart(bars, title="Totals & more"),
    "bars": lambda bars: bar_chart(bars, title="Totals & more", most=6),
    "stacked": lambda bars: stacked_bar(bars, title="Totals & more"),
    "line": lambda bars: line_chart(bars, title="Totals & more"),
    "radar": lambda bars: radar_chart(
        [bar.label for bar in bars],
        [Trace("mine", [bar.value for bar in bars])],
        title="Totals & more",
    ),
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
        "polygon",
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


def test_radar_leaves_out_what_is_missing_and_marks_the_rest():
    axes = ["a", "b", "c", "d"]
    whole = Trace("whole", [1, Decimal("0.5"), 0, 1])
    broken = Trace("broken", [1, None, 1, 1], colour=1, is_dashed=True)
    svg = ElementTree.fromstring(radar_chart(axes, [whole, broken], title="t"))

    circles = [circle.get("fill") for circle in svg.iter("circle")]
    assert (circles.count("#1b5e9c"), circles.count("#b07b2b")) == (4, 3)
    dashes = [line.get("stroke-dasharray") for line in svg.iter("polyline")]
    # Four sides and a mark in the legend; of the broken one the two sides at b are not drawn.
    assert (dashes.count("none"), dashes.count("5 4")) == (5, 3)


def test_radar_puts_full_marks_on_the_rim_and_none_into_the_centre():
    svg = ElementTree.fromstring(radar_chart(["a", "b"], [Trace("t", [1, 0])], title="t"))

    places = [(circle.get("cx"), circle.get("cy")) for circle in svg.iter("circle")]
    assert places == [("280", "30"), ("280", "135")]
