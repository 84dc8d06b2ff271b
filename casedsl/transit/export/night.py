"""The colours of a map at night: a rule for each colour in the picture, made from the colour itself.

In the colour space OKLab, lightness is what the eye sees. A colour without much colour (paper, ink, the pale ground of
a zone) changes sides: what was light becomes dark. A real colour keeps its hue, so that the blue line stays the blue
line, and becomes as light as it must be on a dark ground. A test measures the contrast of what comes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from casedsl.transit.drawing.inks import journey
from casedsl.transit.drawing.scene import Group, Node, Scene, Words
from casedsl.transit.drawing.tracks import ink_at
from casedsl.transit.network import Network

DARKEST, LIGHTEST = 0.19, 0.94
TINT = 0.012
"""How light white becomes at night, and how light black; both are a little blue."""
COLOURFUL = 0.05
DIM, GAIN = 0.46, 0.44
"""From this chroma on it is a colour; it is then at least so light, and the lighter for being light by day."""

Three = tuple[float, float, float]


def night_rules(pictures: Iterable[Scene]) -> str:
    """CSS that gives every colour of the pictures, as it is written in attributes, its counterpart at night; paper
    stays white."""
    used = {use: None for scene in pictures for part in scene.parts for use in _uses(part)}
    rules = (f'.dark .sheet [{where}="{colour}"] {{ {where}: {at_night(colour)}; }}' for where, colour in used)
    return "\n".join(("@media screen {", *rules, "}"))


def line_rules(network: Network) -> str:
    """CSS for the letters of the lines on their colours, by day and at night."""
    rules = []
    for at, line in enumerate(network.lines):
        ink = journey(ink_at(network, at))
        mark = f'.letter[data-letter="{line.letter}"]'
        rules.append(f"{mark} {{ background: {ink.colour}; color: {ink.letter}; }}")
        rules.append(f"@media screen {{ .dark {mark} {{ background: {at_night(ink.colour)}; color: var(--paper); }} }}")
    return "\n".join(rules)


def _uses(node: Node) -> Iterator[tuple[str, str]]:
    """Where a colour stands, and the colour."""
    if isinstance(node, Group):
        for part in node.parts:
            yield from _uses(part)
    elif isinstance(node, Words):
        yield "fill", node.ink
    else:
        yield from ((where, colour) for where, colour in (("fill", node.fill), ("stroke", node.stroke)) if colour)


def at_night(colour: str) -> str:
    """`#ffffff` becomes `#11161d` or near it."""
    light, a, b = _to_lab(_read(colour))
    if (a * a + b * b) ** 0.5 > COLOURFUL:
        return _fitting(DIM + GAIN * light, a, b)
    return _fitting(DARKEST + (1 - light) ** 0.7 * (LIGHTEST - DARKEST), a - TINT / 4, b - TINT)


def _fitting(light: float, a: float, b: float) -> str:
    """The colour, or if no screen has it, the next one that is less colourful."""
    for share in range(20, -1, -1):
        rgb = _from_lab((light, a * share / 20, b * share / 20))
        if all(-0.002 <= part <= 1.002 for part in rgb):
            break
    return "#" + "".join(f"{round(255 * _bent(min(max(part, 0), 1))):02x}" for part in rgb)


def _read(colour: str) -> Three:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    red, green, blue = (_straight(int(digits[at : at + 2], 16) / 255) for at in (0, 2, 4))
    return red, green, blue


def _straight(part: float) -> float:
    """From what a file says to how much light it is (sRGB, IEC 61966-2-1)."""
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _bent(light: float) -> float:
    return light * 12.92 if light <= 0.0031308 else float(1.055 * light ** (1 / 2.4) - 0.055)


def _to_lab(rgb: Three) -> Three:
    """Björn Ottosson's OKLab."""
    red, green, blue = rgb
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _from_lab(lab: Three) -> Three:
    light, a, b = lab
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
