"""Small charts drawn on the server as SVG, for a page that allows no inline script or style.

Only presentation attributes are used. A chart is a picture of numbers that stand in a table
beside it: a screen reader is given its title, and the table.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from math import cos, pi, sin

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

Number = Decimal | float | int

# The colours of the stylesheet, which an SVG attribute can't refer to in older browsers.
INK, GRID, MUTED = "#55504a", "#e6e2dc", "#a39c92"
BAND = "#e3efe8"
COLOURS = ("#1b5e9c", "#b07b2b", "#1c6b43", "#9a1b1b", "#6b655d", "#6a4a8c")
WIDTH, ROW = 560, 24


@dataclass(frozen=True, slots=True)
class Bar:
    """One value with the words below or before it, and those at its end."""

    label: str
    value: Number
    text: str = ""
    colour: int = 0


def column_chart(bars: Sequence[Bar], *, title: str, height: int = 180) -> SafeString:
    """Upright columns from left to right, for instance a histogram."""
    most = max([bar.value for bar in bars], default=0)
    step, floor = WIDTH / max(len(bars), 1), height - ROW
    drawn = [_line(0, floor, WIDTH, floor)]
    for index, bar in enumerate(bars):
        tall = _share(bar.value, most) * (floor - ROW)
        left, middle = index * step, (index + 0.5) * step
        drawn.append(_rect(left + step * 0.12, floor - tall, step * 0.76, tall, bar.colour))
        drawn.append(_text(middle, floor - tall - 6, bar.text, anchor="middle"))
        drawn.append(_text(middle, height - 7, bar.label, anchor="middle"))
    return _svg(drawn, title, height)


def bar_chart(bars: Sequence[Bar], *, title: str, most: Number) -> SafeString:
    """Lying bars, one under the other, each out of ``most``."""
    left, end, thick = 190, 70, 12
    room = WIDTH - left - end
    drawn = []
    for index, bar in enumerate(bars):
        top = index * ROW
        drawn.append(_text(0, top + 16, bar.label))
        drawn.append(_rect(left, top + 6, room, thick, GRID))
        drawn.append(_rect(left, top + 6, room * _share(bar.value, most), thick, bar.colour))
        drawn.append(_text(left + room + 8, top + 16, bar.text))
    return _svg(drawn, title, len(bars) * ROW + 4)


def stacked_bar(parts: Sequence[Bar], *, title: str) -> SafeString:
    """What one whole is made of: a single bar in pieces, with a legend below."""
    whole = sum((Decimal(part.value) for part in parts), Decimal(0))
    thick, left = 22, 0.0
    drawn = []
    for index, part in enumerate(parts):
        wide, line = _share(part.value, whole) * WIDTH, thick + 10 + index * ROW
        drawn.append(_rect(left, 0, max(wide - 1, 0), thick, part.colour))
        drawn.append(_rect(0, line, 12, 12, part.colour))
        drawn.append(_text(20, line + 10, f"{part.label} {part.text}".strip()))
        left += wide
    return _svg(drawn, title, thick + 8 + len(parts) * ROW)


def line_chart(points: Sequence[Bar], *, title: str, height: int = 140) -> SafeString:
    """One line over time. A missing point is left out by the caller, never drawn as zero."""
    most = max([point.value for point in points], default=0)
    side, floor = 28, height - ROW
    step = (WIDTH - 2 * side) / max(len(points) - 1, 1)
    drawn, path = [], []
    for index, point in enumerate(points):
        x, y = side + index * step, floor - _share(point.value, most) * (floor - ROW)
        path.append(f"{_n(x)},{_n(y)}")
        drawn.append(
            format_html(
                '<circle cx="{}" cy="{}" r="3" fill="{}"></circle>', _n(x), _n(y), COLOURS[0]
            )
        )
        drawn.append(_text(x, y - 8, point.text, anchor="middle"))
        drawn.append(_text(x, height - 7, point.label, anchor="middle"))
    trace = format_html(
        '<polyline points="{}" fill="none" stroke="{}" stroke-width="2"></polyline>',
        " ".join(path),
        COLOURS[0],
    )
    return _svg([trace, *drawn], title, height)


@dataclass(frozen=True, slots=True)
class Dot:
    """One measurement on a day, with its number in words."""

    day: date
    value: Number
    text: str = ""
    colour: int = 0


def trend_chart(
    dots: Sequence[Dot],
    *,
    title: str,
    low: Number | None = None,
    high: Number | None = None,
    height: int = 150,
) -> SafeString:
    """One value over the days it was measured on, oldest first, above a band of what is usual.

    The scale starts near the lowest value, not at zero: a change shows, a share does not.
    """
    bottom, top = _scale(dots, low, high)
    side, head, floor = 30.0, 20.0, height - ROW
    first, last = dots[0].day.toordinal(), dots[-1].day.toordinal()

    def x_of(day: date) -> float:
        return side + _share(day.toordinal() - first, last - first or 1) * (WIDTH - 2 * side)

    def y_of(value: Number) -> float:
        return floor - _share(float(value) - bottom, top - bottom) * (floor - head)

    drawn = [_line(0, floor, WIDTH, floor)]
    if low is not None or high is not None:
        above = head if high is None else y_of(high)
        below = floor if low is None else y_of(low)
        drawn.append(_rect(0, above, WIDTH, max(below - above, 1), BAND))
    places = [(x_of(dot.day), y_of(dot.value)) for dot in dots]
    drawn += [_stroke([one, other], Trace("", ())) for one, other in pairwise(places)]
    free = -side
    for dot, (x, y) in zip(dots, places, strict=True):
        colour = COLOURS[dot.colour % len(COLOURS)]
        drawn.append(
            format_html('<circle cx="{}" cy="{}" r="3.5" fill="{}"></circle>', _n(x), _n(y), colour)
        )
        # Measurements close together share their labels' room: the table has all of them.
        if x - free >= 2 * side:
            anchor = "middle" if side < x < WIDTH - side else "start" if x <= side else "end"
            edge = 0 if anchor == "start" else WIDTH if anchor == "end" else x
            drawn.append(_text(x, y - 8, dot.text, anchor="middle"))
            drawn.append(_text(edge, height - 7, f"{dot.day:%Y-%m}", anchor=anchor))
            free = x
    return _svg(drawn, title, height)


def _scale(dots: Sequence[Dot], low: Number | None, high: Number | None) -> tuple[float, float]:
    """The lowest and highest number drawn, with some room; never one and the same."""
    numbers = [float(dot.value) for dot in dots]
    numbers += [float(end) for end in (low, high) if end is not None]
    bottom, top = min(numbers), max(numbers)
    room = (top - bottom) * 0.1 or 1.0
    return bottom - room, top + room


@dataclass(frozen=True, slots=True)
class Trace:
    """One line of a radar: a share of one for each axis, None where there is none."""

    label: str
    shares: Sequence[Number | None]
    colour: int = 0
    is_dashed: bool = False


def radar_chart(axes: Sequence[str], traces: Sequence[Trace], *, title: str) -> SafeString:
    """Shares from the centre (none) to the rim (all) along one axis each, with a legend below.

    A trace that lacks an axis is drawn as far as it goes, and never through the centre.
    """
    radius, across, top = 105.0, WIDTH / 2, 135.0
    rim = [_spoke(index, len(axes)) for index in range(len(axes))]
    drawn = [_polygon(rim, across, top, radius * ring / 4) for ring in range(1, 5)]
    for (x, y), axis in zip(rim, axes, strict=True):
        drawn.append(_line(across, top, across + x * radius, top + y * radius))
        anchor = "middle" if abs(x) < 0.1 else ("start" if x > 0 else "end")
        label = across + x * (radius + 12), top + y * (radius + 14) + 4
        drawn.append(_text(*label, axis, anchor=anchor))
    for trace in traces:
        drawn += _trace(trace, rim, across, top, radius)
    floor = 2 * top + 4
    for index, trace in enumerate(traces):
        line = floor + index * ROW
        drawn.append(_stroke([(0, line + 6), (26, line + 6)], trace))
        drawn.append(_text(34, line + 10, trace.label))
    return _svg(drawn, title, int(floor) + len(traces) * ROW)


def _spoke(index: int, count: int) -> tuple[float, float]:
    """The direction of an axis; the first one points upwards."""
    angle = 2 * pi * index / max(count, 1) - pi / 2
    return cos(angle), sin(angle)


def _polygon(
    rim: Sequence[tuple[float, float]], across: float, top: float, radius: float
) -> SafeString:
    points = " ".join(f"{_n(across + x * radius)},{_n(top + y * radius)}" for x, y in rim)
    return format_html('<polygon points="{}" fill="none" stroke="{}"></polygon>', points, GRID)


def _trace(
    trace: Trace, rim: Sequence[tuple[float, float]], across: float, top: float, radius: float
) -> list[SafeString]:
    found: list[tuple[float, float] | None] = []
    for (x, y), share in zip(rim, trace.shares, strict=True):
        far = None if share is None else _share(share, 1) * radius
        found.append(None if far is None else (across + x * far, top + y * far))
    around = [*found, found[0]] if found else []
    drawn = [
        _stroke([one, other], trace)
        for one, other in pairwise(around)
        if one is not None and other is not None
    ]
    return drawn + [
        format_html(
            '<circle cx="{}" cy="{}" r="3" fill="{}"></circle>',
            _n(point[0]),
            _n(point[1]),
            COLOURS[trace.colour % len(COLOURS)],
        )
        for point in found
        if point is not None
    ]


def _stroke(points: Sequence[tuple[float, float]], trace: Trace) -> SafeString:
    return format_html(
        '<polyline points="{}" fill="none" stroke="{}" stroke-width="2" '
        'stroke-dasharray="{}"></polyline>',
        " ".join(f"{_n(x)},{_n(y)}" for x, y in points),
        COLOURS[trace.colour % len(COLOURS)],
        "5 4" if trace.is_dashed else "none",
    )


def _svg(drawn: Iterable[SafeString], title: str, height: int) -> SafeString:
    inside = mark_safe("".join(drawn))  # noqa: S308 - each part is escaped by format_html
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" width="{}" height="{}" role="img" '
        'aria-label="{}" font-size="12">{}</svg>',
        WIDTH,
        height,
        WIDTH,
        height,
        title,
        inside,
    )


def _rect(x: float, y: float, width: float, height: float, colour: int | str) -> SafeString:
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}" rx="2"></rect>',
        _n(x),
        _n(y),
        _n(width),
        _n(height),
        colour if isinstance(colour, str) else COLOURS[colour % len(COLOURS)],
    )


def _text(x: float, y: float, text: str, *, anchor: str = "start") -> SafeString:
    return format_html(
        '<text x="{}" y="{}" fill="{}" text-anchor="{}">{}</text>', _n(x), _n(y), INK, anchor, text
    )


def _line(x1: float, y1: float, x2: float, y2: float) -> SafeString:
    return format_html(
        '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}"></line>',
        _n(x1),
        _n(y1),
        _n(x2),
        _n(y2),
        MUTED,
    )


def _share(value: Number, most: Number) -> float:
    return min(max(float(value) / (float(most) or 1.0), 0.0), 1.0)


def _n(value: float) -> str:
    """Coordinates with one decimal: the same picture on every machine."""
    return f"{value:.1f}".removesuffix(".0")
