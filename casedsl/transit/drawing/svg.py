"""A scene as SVG: one file that carries its own letters and asks nothing of the machine that shows it.

Everything that is text is made harmless here (`text.clean`, then escaped). Every text has its length in the file, so a
program that has no Inter, or shows the letters of another script by a font of its own, can't push words over lines.
"""

from __future__ import annotations

from base64 import b64encode

from casedsl.transit.drawing.bidi import isolated
from casedsl.transit.drawing.scene import Disc, Group, Node, Path, Rect, Scene, Step, Words, words_of
from casedsl.transit.fonts import FAMILY, face
from casedsl.transit.measuring import missing, width
from casedsl.transit.text import clean, escape

FALLBACK = f"{FAMILY}, 'Helvetica Neue', Helvetica, Arial, sans-serif"


def svg(scene: Scene, fonts: bool = True) -> str:
    """`fonts=False` leaves the letters out, for a page that carries them once for all its pictures."""
    size = f'viewBox="0 0 {_number(scene.wide)} {_number(scene.high)}"'
    size += f' width="{_number(scene.wide)}" height="{_number(scene.high)}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FALLBACK}" role="img" '
        'aria-labelledby="map-title map-about">',
        f'<title id="map-title">{escape(scene.title)}</title>',
        f'<desc id="map-about">{escape(scene.about)}</desc>',
        f"<metadata>{escape(scene.manifest)}</metadata>",
        *([f"<style>{letters(scene)}</style>"] if fonts else []),
        *(_node(part) for part in scene.parts),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def letters(scene: Scene) -> str:
    """The rules that bring the letters of a scene with them, and no others."""
    rules = []
    for bold in (False, True):
        used = {char for words in words_of(scene) if words.bold is bold for char in clean(words.text)}
        if used:
            data = b64encode(face(bold).cut(used)).decode("ascii")
            source = f"url(data:font/ttf;base64,{data})"
            rules.append(f"@font-face{{font-family:{FAMILY};font-weight:{700 if bold else 400};src:{source}}}")
    return "".join(rules)


def _node(node: Node) -> str:
    if isinstance(node, Group):
        return _group(node)
    if isinstance(node, Words):
        return _words(node)
    kind = f' class="{node.kind}"' if node.kind else ""
    look = kind + _look(node)
    if isinstance(node, Path):
        return f'<path d="{_steps(node.steps)}"{look}/>'
    if isinstance(node, Disc):
        return f'<circle cx="{_number(node.x)}" cy="{_number(node.y)}" r="{_number(node.radius)}"{look}/>'
    box = node.box
    place = f'x="{_number(box.x)}" y="{_number(box.y)}" width="{_number(box.wide)}" height="{_number(box.high)}"'
    corner = f' rx="{_number(node.radius)}"' if node.radius else ""
    return f"<rect {place}{corner}{look}/>"


def _group(group: Group) -> str:
    head = "".join(
        f' {name}="{escape(value)}"'
        for name, value in (
            ("id", group.id),
            ("class", group.kind),
            *((f"data-{name}", value) for name, value in group.data),
            ("transform", _shift(group.shift)),
        )
        if value
    )
    told = "".join(
        f"<{name}>{escape(text)}</{name}>" for name, text in (("title", group.title), ("desc", group.about)) if text
    )
    return f"<g{head}>{told}" + "\n".join(_node(part) for part in group.parts) + "</g>"


def _shift(shift: tuple[float, float]) -> str:
    return f"translate({_number(shift[0])} {_number(shift[1])})" if any(shift) else ""


def _words(words: Words) -> str:
    """Letters of a foreign font keep their own widths, lest letters that must join be torn apart."""
    text = clean(words.text)
    kind = f' class="{words.kind}"' if words.kind else ""
    bold = ' font-weight="700"' if words.bold else ""
    known = bool(text) and not missing(text)
    wide = f' textLength="{_number(width(text, words.size, words.bold))}"' if known else ""
    place = f'x="{_number(words.x)}" y="{_number(words.y)}" font-size="{_number(words.size)}"'
    return f'<text {place}{kind}{bold} fill="{words.ink}"{wide}>{isolated(text, escape)}</text>'


def _look(node: Path | Rect | Disc) -> str:
    said = f' fill="{node.fill or "none"}"'
    if node.stroke:
        said += f' stroke="{node.stroke}" stroke-width="{_number(node.wide)}"'
        if isinstance(node, Path) and node.round:
            said += ' stroke-linecap="round"'
        if not isinstance(node, Disc) and node.dash:
            said += f' stroke-dasharray="{" ".join(map(_number, node.dash))}"'
    return said


def _steps(steps: tuple[Step, ...]) -> str:
    return "".join(letter + " ".join(map(_number, numbers)) for letter, numbers in steps)


def _number(value: float) -> str:
    """At most one decimal, and never `-0` or `3.0`."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
