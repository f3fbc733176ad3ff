"""Charts are drawn by the server: round axes, honest heights, nothing unescaped."""

import xml.etree.ElementTree as ET
from decimal import Decimal

import pytest

from erp.kernel import charts


@pytest.mark.parametrize(
    ("top", "ticks"),
    [
        (0, [0, 1]),
        (4, [0, 1, 2, 3, 4]),
        (560, [0, 200, 400, 600]),
        (0.7, [0, 0.2, 0.4, 0.6, 0.8]),
        (1_923_000, [0, 500_000, 1_000_000, 1_500_000, 2_000_000]),
    ],
)
def test_ticks_are_round_and_cover_the_top(top: float, ticks: list[float]) -> None:
    assert charts.nice_ticks(top) == pytest.approx(ticks)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (27.8, "%", "27.8\u00a0%"),
        (25, "%", "25\u00a0%"),
        (1_920_000, "", "1.9\u00a0M"),
        (418_260, "", "418\u00a0k"),
        (214, "", "214"),
        (Decimal("41.6"), "", "41.6"),
    ],
)
def test_figures(value: float, unit: str, text: str) -> None:
    assert charts.figure_text(value, unit) == text


def test_a_column_is_as_high_as_its_share() -> None:
    drawing = ET.fromstring(charts.columns("Lines", ["W1", "W2"], [("Late", "s3", [50, 100])]))
    heights = [float(bar.get("height", "")) for bar in drawing.iter("rect") if "fill" in bar.get("class", "")]
    inner = 176 - 10 - 24
    assert heights == pytest.approx([inner * 0.5 - 1, inner - 1])
    assert [mark.get("data-tip") for mark in drawing.iter("g")] == ["W1 · Late 50", "W2 · Late 100"]


def test_bars_link_to_the_list_behind_them() -> None:
    drawing = ET.fromstring(
        charts.bars("Margin", [("Safety", 36.1, "s1", "/items/?class=4")], unit="%", mark=25)
    )
    (link,) = drawing.iter("a")
    assert link.get("href") == "/items/?class=4"
    assert link.get("aria-label") == "Safety: 36.1\u00a0%"


def test_a_line_ends_at_its_last_value() -> None:
    drawing = ET.fromstring(
        charts.line("Intake", ["Mon", "Tue"], [("Intake", "s1", [0, 4]), ("Before", "ghost", [1, 2])])
    )
    (dot,) = drawing.iter("circle")
    assert (float(dot.get("cx", "")), float(dot.get("cy", ""))) == (552.0, 10.0)


def test_without_figures_the_frame_stays_empty() -> None:
    assert "stroke" not in charts.line("Nothing", [], [("Intake", "s1", [])])
    assert charts.spark([]) == ""
    assert 'width="240.0"' in charts.meter(5, 0)


def test_names_are_escaped() -> None:
    drawing = charts.bars("<b>", [('"><script>', 1, "s1", 'javascript:"x')])
    assert "<script>" not in drawing
    assert ET.fromstring(drawing).get("aria-label") == "<b>"
