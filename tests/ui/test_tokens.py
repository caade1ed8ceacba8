"""Every pair of colors that carries words is readable, in the light and in the dark."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TOKENS = (Path(settings.BASE_DIR) / "static/css/tokens.css").read_text(encoding="utf-8")
ACCENTS = ("pine", "clay", "amber", "brick", "sky")

WORDS = [(ink, ground) for ground in ("paper", "surface", "sunk") for ink in ("ink", "soft", *ACCENTS)]
WORDS += [pair for accent in ACCENTS for pair in ((accent, f"{accent}-bg"), ("ink", f"{accent}-bg"))]
WORDS += [(f"on-{accent}", f"{accent}{state}") for accent in ("pine", "brick") for state in ("", "-hover")]
WORDS += [("pine-hover", "pine-bg")]
WORDS += [(f"person-{number}-ink", f"person-{number}") for number in range(1, 9)]
EDGES = [(edge, ground) for edge in ("control-line", "pine", "brick") for ground in ("paper", "surface")]


def tokens(css):
    """The color tokens as {name: (light, dark)}."""
    pattern = r"--color-([\w-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)"
    return {name: (light, dark) for name, light, dark in re.findall(pattern, css)}


def luminance(color):
    channels = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """The WCAG contrast ratio of two colors."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def too_weak(css, pairs, least):
    """The pairs below ``least``, with theme and ratio."""
    known = tokens(css)
    return [
        (front, back, theme, round(contrast(known[front][index], known[back][index]), 2))
        for front, back in pairs
        for index, theme in enumerate(("light", "dark"))
        if contrast(known[front][index], known[back][index]) < least
    ]


def test_words_have_a_contrast_of_four_and_a_half():
    assert too_weak(TOKENS, WORDS, 4.5) == []


def test_edges_of_controls_have_a_contrast_of_three():
    assert too_weak(TOKENS, EDGES, 3) == []


@pytest.mark.parametrize(("token", "weaker"), [("soft", "#8d9795"), ("person-4-ink", "#c9b6d8")])
def test_contrast_test_can_fail(token, weaker):
    sabotaged = re.sub(rf"(--color-{token}: light-dark\()#[0-9a-f]{{6}}", rf"\g<1>{weaker}", TOKENS)

    assert {(front, theme) for front, _, theme, _ in too_weak(sabotaged, WORDS, 4.5)} == {(token, "light")}


def test_contrast_knows_black_on_white():
    assert round(contrast("#000000", "#ffffff"), 1) == 21.0
