"""A static chart as SVG elements: no script, no style attribute (a strict policy forbids both), colours by class.

Coordinates are the data's own; the plot turns them into a drawing of 400 × 260 units, readable at a phone's width.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final
from xml.etree import ElementTree as ET  # only built and written here, never parsed

from markupsafe import Markup

__all__ = ["HEIGHT", "WIDTH", "Plot", "drawing", "text"]

WIDTH: Final = 400
HEIGHT: Final = 260
_LEFT: Final = 46
_RIGHT: Final = 22
_TOP: Final = 24
_BOTTOM: Final = 42
_TICK: Final = 4

Point = tuple[float, float]


def drawing(title: str, width: float = WIDTH, height: float = HEIGHT) -> ET.Element:
    """An empty drawing with its accessible name."""
    root = ET.Element("svg", {"viewBox": f"0 0 {width:g} {height:g}", "role": "img", "aria-label": title})
    ET.SubElement(root, "title").text = title
    return root


def text(parent: ET.Element, x: float, y: float, content: str, *, css: str = "", anchor: str = "start") -> None:
    """Words at a place of the drawing."""
    ET.SubElement(parent, "text", {"x": _n(x), "y": _n(y), "class": css, "text-anchor": anchor}).text = content


def markup(root: ET.Element) -> Markup:
    """The drawing, ready for a page: every text in it is escaped."""
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704


class Plot:
    """Axes with ticks, and marks in the data's coordinates. ``x`` and ``y`` are (lowest, highest)."""

    def __init__(
        self,
        title: str,
        *,
        x: Point,
        y: Point,
        x_label: str,
        y_label: str,
        x_ticks: Sequence[float],
        y_ticks: Sequence[float],
        shown_x: Callable[[float], str],
        shown_y: Callable[[float], str],
    ) -> None:
        self._x, self._y = x, y
        self.root = drawing(title)
        for value in y_ticks:
            self._line((x[0], value), (x[1], value), "grid")
            text(self.root, _LEFT - 6, self._py(value) + _TICK, shown_y(value), css="tick", anchor="end")
        for value in x_ticks:
            text(self.root, self._px(value), HEIGHT - _BOTTOM + 16, shown_x(value), css="tick", anchor="middle")
        self._line((x[0], y[0]), (x[1], y[0]), "axis")
        text(self.root, (_LEFT + WIDTH - _RIGHT) / 2, HEIGHT - 6, x_label, css="label", anchor="middle")
        text(self.root, 2, 14, y_label, css="label")

    def bar(self, left: float, right: float, low: float, high: float, css: str) -> None:
        """A box from ``low`` to ``high``; nothing when it has no height."""
        height = self._py(low) - self._py(high)
        if height <= 0:
            return
        box = {"x": _n(self._px(left) + 0.5), "y": _n(self._py(high)), "height": _n(height), "class": css}
        ET.SubElement(self.root, "rect", {**box, "width": _n(max(0.5, self._px(right) - self._px(left) - 1))})

    def line(self, points: Sequence[Point], css: str) -> None:
        """A line through ``points``."""
        places = " ".join(f"{_n(self._px(x))},{_n(self._py(y))}" for x, y in points)
        ET.SubElement(self.root, "polyline", {"points": places, "class": css, "fill": "none"})

    def dot(self, at: Point, css: str) -> None:
        """A point that stands for itself."""
        ET.SubElement(
            self.root, "circle", {"cx": _n(self._px(at[0])), "cy": _n(self._py(at[1])), "r": "4", "class": css}
        )

    def upright(self, x: float, name: str, css: str, row: int = 0) -> None:
        """A line from bottom to top at ``x``, with its name beside it; ``row`` keeps names apart."""
        self._line((x, self._y[0]), (x, self._y[1]), css)
        near_the_end = self._px(x) > WIDTH * 0.6
        place = self._px(x) + (-4 if near_the_end else 4)
        text(self.root, place, _TOP + 12 + 14 * row, name, css=f"{css} name", anchor="end" if near_the_end else "start")

    def markup(self) -> Markup:
        return markup(self.root)

    def _line(self, start: Point, end: Point, css: str) -> None:
        (x1, y1), (x2, y2) = start, end
        ends = {"x1": self._px(x1), "y1": self._py(y1), "x2": self._px(x2), "y2": self._py(y2)}
        ET.SubElement(self.root, "line", {**{name: _n(value) for name, value in ends.items()}, "class": css})

    def _px(self, value: float) -> float:
        low, high = self._x
        return _LEFT + (min(max(value, low), high) - low) / (high - low) * (WIDTH - _LEFT - _RIGHT)

    def _py(self, value: float) -> float:
        low, high = self._y
        return HEIGHT - _BOTTOM - (min(max(value, low), high) - low) / (high - low) * (HEIGHT - _TOP - _BOTTOM)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
