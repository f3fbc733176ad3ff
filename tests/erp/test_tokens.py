"""The colours that stand on each other are far enough apart, in both themes (WCAG 2.2: 4.5 text, 3 marks)."""

import re
from pathlib import Path

import pytest

STYLES = Path(__file__).resolve().parents[2] / "static" / "ui"
CSS = (STYLES / "tokens.css").read_text()
TOKENS = {name: pair for name, *pair in re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\)", CSS)}
GROUNDS = ("canvas", "surface", "raised", "sunken", "hover", "selected", "menu")
TONES = ("ok", "warn", "bad", "info", "mute")
TEXT = [(ink, ground) for ink in ("ink", "ink-2", "ink-3", "accent") for ground in GROUNDS[:6]]
TEXT += [(tone, g) for tone in TONES for g in (f"{tone}-soft", "surface", "hover", "selected")]
TEXT += [("on-accent", "accent"), ("on-accent", "accent-2"), ("on-tip", "tip"), ("on-tip-link", "tip")]
TEXT += [("ink-2", "menu"), ("ink", "menu"), ("ink-2", "badge")]
MARKS = [("control", "surface"), ("control", "canvas"), ("accent", "canvas")]
MARKS += [(series, "surface") for series in ("s1", "s2", "s3", "s4", "s5", "ghost")]


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_black_and_white() -> None:
    assert contrast("#000000", "#ffffff") == 21


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (MARKS, 3.0)], ids=["text", "marks"])
def test_used_pairs(pairs: list[tuple[str, str]], least: float, theme: int) -> None:
    ratios = {(a, b): round(contrast(TOKENS[a][theme], TOKENS[b][theme]), 2) for a, b in pairs}
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < least} == {}


def test_only_the_tokens_name_colours() -> None:
    named = re.compile(r"#[0-9a-f]{3,8}\b(?![\w-]*\s*[{,.:\[>])|light-dark\(|rgba?\(|hsla?\(", re.I)
    found = {
        f"{sheet.name}: {line.strip()}"
        for sheet in STYLES.glob("*.css")
        if sheet.name != "tokens.css"
        for line in sheet.read_text().splitlines()
        if named.search(line.split("/*")[0])
    }
    assert found == set()
