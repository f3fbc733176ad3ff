"""Small server-side SVG charts. No script is needed to draw, print or theme them.

Every chart is an <svg role="img"> with a title; marks carry data-tip for the hover layer, and the caller
renders the same figures as a table under "Show figures" (`erp/_figure.html` does both). At most 3 series and 12 bars.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil, log10
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .formats import write_number

Number = float | int | Decimal
Series = tuple[Any, str, Sequence[Number]]  # name, class s1…s5 or "ghost", values


@dataclass(frozen=True, slots=True)
class Figure:
    """One card of a board: the drawing, what its colours mean, and its figures as a table."""

    title: Any
    note: Any  # unit, period, and when the figures were true
    drawing: SafeString
    head: Sequence[Any]
    rows: Sequence[Sequence[Any]]
    legend: Sequence[tuple[Any, str]] = ()
    url: str = ""


def nice_ticks(top: float, count: int = 4) -> list[float]:
    """Round values from 0 to at least `top`, in steps of 1, 2, 2.5 or 5 times a power of ten."""
    if top <= 0:
        return [0, 1]
    raw = top / count
    magnitude = 10.0 ** ceil(log10(raw) - 1)
    step = next(factor * magnitude for factor in (1, 2, 2.5, 5, 10) if factor * magnitude >= raw * 0.9999)
    steps = ceil(top / step * 0.9999)
    return [step * position for position in range(steps + 1)]


def figure_text(value: Number, unit: str = "") -> str:
    """The figure as charts write it: `27.8 %`, `1.9 M`, `418 k`, `214`."""
    amount = float(value)
    if unit == "%":
        return f"{_trimmed(amount, 1)}\u00a0%"
    if abs(amount) >= 1_000_000:
        return f"{_trimmed(amount / 1_000_000, 1)}\u00a0M"
    if abs(amount) >= 10_000:
        return f"{write_number(amount / 1000, 0)}\u00a0k"
    return _trimmed(amount, 1) if amount % 1 and abs(amount) < 100 else write_number(amount, 0)


def _trimmed(amount: float, places: int) -> str:
    return write_number(amount, 0 if round(amount, places) % 1 == 0 else places)


@dataclass(slots=True)
class Frame:
    """A drawing under way: its size, its margins and the elements so far."""

    title: str
    width: int = 560
    height: int = 176
    left: int = 40
    right: int = 8
    top: int = 10
    bottom: int = 24
    role: str = "img"
    parts: list[SafeString] = field(default_factory=list)

    def add(self, tag: str, text: str | None = None, **attrs: Any) -> None:
        if text is None:
            self.parts.append(format_html("<{} {}/>", tag, _attributes(attrs)))
        else:
            self.parts.append(format_html("<{} {}>{}</{}>", tag, _attributes(attrs), text, tag))

    def open(self, tag: str, **attrs: Any) -> None:
        self.parts.append(format_html("<{} {}>", tag, _attributes(attrs)))

    def close(self, tag: str) -> None:
        self.parts.append(format_html("</{}>", tag))

    @property
    def inner_width(self) -> int:
        return self.width - self.left - self.right

    @property
    def inner_height(self) -> int:
        return self.height - self.top - self.bottom

    def y_axis(self, ticks: list[float], unit: str = "") -> float:
        """Draw the horizontal grid; the value at the top."""
        for tick in ticks:
            y = self.top + self.inner_height * (1 - tick / ticks[-1])
            x2 = self.width - self.right
            self.add("line", x1=self.left, x2=x2, y1=_px(y), y2=_px(y), class_="grid" if tick else "axis")
            label = figure_text(tick, unit)
            self.add("text", label, x=self.left - 8, y=_px(y + 3.5), class_="tick", text_anchor="end")
        return ticks[-1]

    def x_label(self, text: Any, x: float, anchor: str = "middle") -> None:
        self.add("text", str(text), x=_px(x), y=self.height - 6, class_="tick", text_anchor=anchor)

    def render(self) -> SafeString:
        return format_html(
            '<svg class="chart" viewBox="0 0 {} {}" role="{}" aria-label="{}">{}</svg>',
            *(self.width, self.height, self.role, self.title),
            format_html_join("", "{}", ((part,) for part in self.parts)),
        )


def _px(value: float) -> str:
    return f"{value:.1f}"


def _attributes(attrs: dict[str, Any]) -> SafeString:
    named = ((key.rstrip("_").replace("_", "-"), value) for key, value in attrs.items() if value is not None)
    return format_html_join(" ", '{}="{}"', named)


def _tip(label: Any, series: Sequence[Series], position: int, unit: str) -> str:
    return f"{label} · " + " · ".join(f"{name} {figure_text(v[position], unit)}" for name, _, v in series)


def line(
    title: Any,
    labels: Sequence[Any],
    series: Sequence[Series],
    *,
    unit: str = "",
    every: int = 1,
    **frame: Any,
) -> SafeString:
    """A line per series over time; the first is filled, a class of `ghost` draws a dashed comparison.

    `every`: only each n-th label is written. Without points the frame stays empty.
    """
    drawing = Frame(str(title), **frame)
    top = drawing.y_axis(nice_ticks(float(max((max(v, default=0) for _, _, v in series), default=0))), unit)
    step = drawing.inner_width / max(len(labels) - 1, 1)
    xs = [drawing.left + position * step for position in range(len(labels))]
    floor = drawing.top + drawing.inner_height
    for position, label in enumerate(labels):
        if position % every == 0:
            last = position == len(labels) - 1
            drawing.x_label(label, xs[position], "start" if position == 0 else "end" if last else "middle")
    for number, (_, css, values) in enumerate(series):
        points = [(x, floor - drawing.inner_height * float(v) / top) for x, v in zip(xs, values, strict=True)]
        if not points:
            continue
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        if number == 0:
            drawing.add("path", d=f"{path}L{xs[-1]:.1f} {floor}L{xs[0]:.1f} {floor}Z", class_=f"area {css}")
        drawing.add("path", d=path, class_=f"stroke {css}")
        if css != "ghost":
            drawing.add("circle", cx=_px(points[-1][0]), cy=_px(points[-1][1]), r=3, class_=f"dot {css}")
    for position, label in enumerate(labels):
        place: dict[str, Any] = {"x": _px(xs[position] - step / 2), "y": drawing.top, "width": _px(step)}
        tip = _tip(label, series, position, unit)
        drawing.add("rect", **place, height=drawing.inner_height, class_="hit", data_tip=tip)
    return drawing.render()


def columns(
    title: Any,
    labels: Sequence[Any],
    series: Sequence[Series],
    *,
    unit: str = "",
    every: int = 1,
    **frame: Any,
) -> SafeString:
    """Stacked columns, one per label, the first series at the bottom."""
    drawing = Frame(str(title), **frame)
    totals = [sum(float(v[position]) for _, _, v in series) for position in range(len(labels))]
    top = drawing.y_axis(nice_ticks(max(totals, default=0)), unit)
    step = drawing.inner_width / max(len(labels), 1)
    width = min(step * 0.56, 28)
    for position, label in enumerate(labels):
        left = drawing.left + position * step
        x, y = left + (step - width) / 2, float(drawing.top + drawing.inner_height)
        drawing.open("g", class_="col", data_tip=_tip(label, series, position, unit))
        for _, css, values in series:
            height = drawing.inner_height * float(values[position]) / top
            y -= height
            size = {"width": _px(width), "height": _px(max(height - 1, 0))}
            drawing.add("rect", x=_px(x), y=_px(y), **size, class_=f"fill {css}")
        whole: dict[str, Any] = {"y": drawing.top, "width": _px(step), "height": drawing.inner_height}
        drawing.add("rect", x=_px(left), **whole, class_="hit")
        drawing.close("g")
        if position % every == 0:
            drawing.x_label(label, x + width / 2)
    return drawing.render()


def bars(
    title: Any,
    rows: Sequence[tuple[Any, Number, str, str]],
    *,
    unit: str = "",
    mark: Number | None = None,
    **frame: Any,
) -> SafeString:
    """Horizontal bars (label, value, class, address of the list behind it); `mark` draws a target line."""
    margins = {"left": 112, "right": 52, "top": 4, "bottom": 4, **frame}
    drawing = Frame(str(title), role="group", **margins)
    top = max([float(value) for _, value, _, _ in rows] + [float(mark or 0)]) * 1.02 or 1
    step = drawing.inner_height / max(len(rows), 1)
    for position, (label, value, css, url) in enumerate(rows):
        y = drawing.top + position * step
        place: dict[str, Any] = {
            "x": drawing.left,
            "y": _px(y + step * 0.24),
            "height": _px(step * 0.52),
            "rx": 2,
        }
        spoken = f"{label}: {figure_text(value, unit)}"
        drawing.open("a", href=url, class_="barlink", aria_label=spoken)
        drawing.add("rect", x=0, y=_px(y), width=drawing.width, height=_px(step), class_="hit")
        drawing.add("text", str(label), x=0, y=_px(y + step / 2 + 4), class_="label")
        drawing.add("rect", **place, width=drawing.inner_width, class_="track")
        filled = max(0.0, drawing.inner_width * float(value) / top)
        drawing.add("rect", **place, width=_px(filled), class_=f"fill {css}")
        at_end: dict[str, Any] = {"x": drawing.width, "y": _px(y + step / 2 + 4), "text_anchor": "end"}
        drawing.add("text", figure_text(value, unit), **at_end, class_="value")
        drawing.close("a")
    if mark:
        x = drawing.left + drawing.inner_width * float(mark) / top
        drawing.add(
            "line", x1=_px(x), x2=_px(x), y1=drawing.top, y2=drawing.height - drawing.bottom, class_="target"
        )
    return drawing.render()


def spark(values: Sequence[Number], css: str = "s1", width: int = 120, height: int = 28) -> SafeString:
    """A trend without axes, for a KPI tile; nothing from fewer than two values."""
    if len(values) < 2:
        return SafeString("")
    low, high = float(min(values)), float(max(values))
    span = (high - low) or 1
    step = width / (len(values) - 1)
    points = [(i * step, 3 + (height - 6) * (1 - (float(v) - low) / span)) for i, v in enumerate(values)]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    area = format_html('<path d="{}L{} {}L0 {}Z" class="area {}"/>', path, width, height, height, css)
    body = area + format_html('<path d="{}" class="stroke {}"/>', path, css)
    return _strip("spark", width, height, body)


def meter(
    value: Number,
    top: Number,
    css: str = "s1",
    *,
    marks: Iterable[Number] = (),
    width: int = 240,
    height: int = 6,
) -> SafeString:
    """A thin rail filled to value ÷ top, drawn as SVG so that no inline style is needed."""
    whole = float(top) or 1
    filled = max(0.0, min(1.0, float(value) / whole)) * width
    body = format_html('<rect width="{}" height="{}" class="track"/>', width, height)
    body += format_html('<rect width="{}" height="{}" class="fill {}"/>', _px(filled), height, css)
    notch = '<rect x="{}" y="0" width="1.5" height="{}" class="notch"/>'
    for mark in marks:
        body += format_html(notch, _px(float(mark) / whole * width), height)
    return _strip("meter", width, height, body)


def _strip(css: str, width: int, height: int, body: SafeString) -> SafeString:
    box = '<svg class="{}" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">{}</svg>'
    return format_html(box, css, width, height, body)
