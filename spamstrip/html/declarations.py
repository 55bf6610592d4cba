"""What style declarations do to the visibility of an element.

Only the properties that hide or show: display, visibility, opacity, position and shifts, size
with overflow, clipping, font size, transforms and colours.
"""

import re
from collections.abc import Callable
from enum import IntFlag
from typing import Final, NamedTuple


class Hiding(IntFlag):
    """How an element is hidden; functions pass these bits as a plain `int`, which is faster.

    `TRICK` techniques have no use on content; `FOLDED` ones also hide tabs, accordions and
    lazily shown text; `WEAK` ones say little by themselves. `INLINE_STYLE` says that one of the
    others stands in an element's own `style`.
    """

    DISPLAY_NONE = 1
    VISIBILITY_HIDDEN = 2
    TRANSPARENT = 4
    OFF_SCREEN = 8
    ZERO_SIZE = 16
    CLIPPED = 32
    TINY_FONT = 64
    SCALED = 128
    SAME_COLOUR = 256
    MARQUEE = 512
    HIDDEN_ATTRIBUTE = 1024
    COLLAPSIBLE = 2048
    ARIA_HIDDEN = 4096
    SCREEN_READER = 8192
    NOSCRIPT = 16384
    SCRIPTED = 32768
    INLINE_STYLE = 65536

    TRICK = OFF_SCREEN | ZERO_SIZE | CLIPPED | TINY_FONT | SCALED | SAME_COLOUR | MARQUEE
    FOLDED = (
        DISPLAY_NONE | VISIBILITY_HIDDEN | TRANSPARENT | HIDDEN_ATTRIBUTE | COLLAPSIBLE | SCRIPTED
    )
    WEAK = ARIA_HIDDEN | SCREEN_READER | NOSCRIPT


# Plain integers: operations on IntFlag members cost ten times as much.
DISPLAY_NONE: Final = int(Hiding.DISPLAY_NONE)
VISIBILITY_HIDDEN: Final = int(Hiding.VISIBILITY_HIDDEN)
TRANSPARENT: Final = int(Hiding.TRANSPARENT)
OFF_SCREEN: Final = int(Hiding.OFF_SCREEN)
ZERO_SIZE: Final = int(Hiding.ZERO_SIZE)
CLIPPED: Final = int(Hiding.CLIPPED)
TINY_FONT: Final = int(Hiding.TINY_FONT)
SCALED: Final = int(Hiding.SCALED)
SAME_COLOUR: Final = int(Hiding.SAME_COLOUR)
COLLAPSIBLE: Final = int(Hiding.COLLAPSIBLE)
SCREEN_READER: Final = int(Hiding.SCREEN_READER)

OFF_SCREEN_PX: Final = 500.0
"""A shift of at least so many CSS pixels takes an element off the page; menus that slide in use
up to about 400."""


class Declared(NamedTuple):
    """What a block of declarations says: the bits it sets and those it decides at all.

    `display:block` sets nothing and decides `DISPLAY_NONE`, so it lifts what an earlier rule set.
    """

    sets: int
    decides: int


_LENGTH = re.compile(r"(-?\d{0,9}\.?\d{1,9})(px|r?em|ex|ch|pt|pc|in|cm|mm|vw|vh|%)?")
# A percentage or a share of the window counts as off-screen from 100 on.
_PX = {
    "": 1.0, "px": 1.0, "em": 16.0, "rem": 16.0, "ex": 8.0, "ch": 8.0, "pt": 4 / 3, "pc": 16.0,
    "in": 96.0, "cm": 37.8, "mm": 3.78, "vw": 5.0, "vh": 5.0, "%": 5.0,
}  # fmt: skip


def pixels(value: str | None) -> float | None:
    """The first length of a value in CSS pixels, roughly; None when it has none."""
    found = _LENGTH.match(value) if value else None
    return float(found[1]) * _PX[found[2] or ""] if found else None


def _properties(block: str) -> dict[str, str]:
    properties = {}
    for declaration in block.lower().split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            properties[name.strip()] = value.replace("!important", "").strip()
    return properties


def declared(block: str, *, inline: bool) -> Declared:
    """What a block of declarations (without braces) does to visibility.

    Args:
        block: "display:none; top:-99px".
        inline: it is a `style` attribute; a visually hidden text for screen readers is a class
            on real sites, so the same declarations inline count as a trick.
    """
    properties = _properties(block)
    sets = decides = 0
    for reader in {_READERS[name] for name in properties if name in _READERS}:
        does = reader(properties)
        sets |= does.sets
        decides |= does.decides
    if inline:
        if sets & SCREEN_READER:
            sets = sets & ~SCREEN_READER | CLIPPED
    elif (sets & ZERO_SIZE and properties.get("position") == "absolute") or sets & SCREEN_READER:
        sets = sets & ~(ZERO_SIZE | CLIPPED | OFF_SCREEN) | SCREEN_READER
    return Declared(sets, decides)


def _display(properties: dict[str, str]) -> Declared:
    sets = decides = 0
    if display := properties.get("display"):
        decides |= DISPLAY_NONE
        sets |= DISPLAY_NONE if display == "none" else 0
    visibility = properties.get("visibility") or properties.get("content-visibility")
    if visibility:
        decides |= VISIBILITY_HIDDEN
        sets |= VISIBILITY_HIDDEN if visibility in ("hidden", "collapse") else 0
    return Declared(sets, decides)


def _opacity(properties: dict[str, str]) -> Declared:
    value = pixels(properties.get("opacity"))
    if value is not None:
        return Declared(TRANSPARENT if value <= 0.05 else 0, TRANSPARENT)
    if "opacity=0)" in properties.get("filter", "").replace(" ", ""):
        return Declared(TRANSPARENT, TRANSPARENT)
    return Declared(0, 0)


def _position(properties: dict[str, str]) -> Declared:
    sets = decides = 0
    position = properties.get("position")
    if position:
        decides |= OFF_SCREEN
    if position and position != "static":
        for side in ("left", "top", "right", "bottom"):
            shift = pixels(properties.get(side))
            # A large positive shift is a trick too, but percentages up to 100 are layout.
            if shift is not None and (shift <= -OFF_SCREEN_PX or shift >= 4 * OFF_SCREEN_PX):
                sets |= OFF_SCREEN
    margin = properties.get("margin", "").split()
    shifts_before = (
        ("text-indent", properties.get("text-indent")),
        ("margin-top", properties.get("margin-top") or (margin[0] if margin else None)),
        (
            "margin-left",
            properties.get("margin-left")
            or (margin[-1 if len(margin) != 3 else 1] if margin else None),
        ),
    )
    for name, value in shifts_before:
        if value is None:
            continue
        decides |= OFF_SCREEN
        shift = pixels(value)
        # Negative margins in percent or window widths are columns and full-bleed images.
        relative = name != "text-indent" and ("%" in value or "vw" in value)
        if shift is not None and not relative and shift <= -OFF_SCREEN_PX:
            sets |= OFF_SCREEN
    transform = properties.get("transform", "").replace(" ", "")
    if transform:
        decides |= SCALED | OFF_SCREEN
        if re.search(r"scale(?:3d)?\(0?\.?0*[,)]", transform):
            sets |= SCALED
        for shift_text in re.findall(r"translate(?:3d|[xy])?\(([^)]{1,40})", transform):
            shifts = [pixels(part) for part in shift_text.split(",") if "%" not in part]
            if any(shift is not None and abs(shift) >= OFF_SCREEN_PX for shift in shifts):
                sets |= OFF_SCREEN
    return Declared(sets, decides)


def _size(properties: dict[str, str]) -> Declared:
    if "height" not in properties and "width" not in properties and "max-height" not in properties:
        return Declared(0, 0)
    limits = [
        (pixels(properties.get(name)), pixels(properties.get(f"max-{name}")))
        for name in ("width", "height")
    ]
    width, height = (min((x for x in pair if x is not None), default=None) for pair in limits)
    decides = ZERO_SIZE | COLLAPSIBLE if width is not None or height is not None else 0
    if not properties.get("overflow", "").startswith(("hidden", "auto", "scroll", "clip")):
        return Declared(0, decides)
    width = 9.0 if width is None else width
    height = 9.0 if height is None else height
    if (0 <= width <= 5 and 0 <= height <= 5) or (
        0 <= height <= 1 and properties.get("position") == "absolute"
    ):
        return Declared(ZERO_SIZE, decides)
    return Declared(COLLAPSIBLE if 0 <= height <= 1 or 0 <= width <= 1 else 0, decides)


def _clip(properties: dict[str, str]) -> Declared:
    decides = CLIPPED | SCREEN_READER
    path = properties.get("clip-path", "").replace(" ", "")
    if path.startswith(
        ("inset(50%", "inset(100%", "circle(0", "polygon(00,00", "polygon(0px0px,0")
    ):
        return Declared(SCREEN_READER, decides)
    clip = properties.get("clip", "")
    if not clip.startswith("rect"):
        return Declared(0, decides if clip or path else 0)
    numbers = [float(number) for number in re.findall(r"-?\d{1,9}", clip)]
    if numbers and max(numbers) <= 1:
        return Declared(SCREEN_READER, decides)
    # rect(436px, auto, auto, 436px): only what lies beyond the box would be seen.
    if "auto" in clip and numbers and min(numbers) >= 100:
        return Declared(CLIPPED, decides)
    return Declared(0, decides)


_FONT_SHORTHAND = re.compile(r"(?:^|\s)(\d[\w.%]{0,9})(?:/|\s)")


def _font(properties: dict[str, str]) -> Declared:
    size = properties.get("font-size")
    if size is None and (shorthand := _FONT_SHORTHAND.search(properties.get("font", ""))):
        size = shorthand[1]
    if size is None:
        return Declared(0, 0)
    height = pixels(size)
    return Declared(TINY_FONT if height is not None and height <= 2 else 0, TINY_FONT)


_COLOUR_NAMES = {"white": "#ffffff", "black": "#000000"}


def _plain_colour(value: str) -> str:
    """One spelling per opaque colour; "transparent" for an invisible one."""
    value = value.replace(" ", "")
    if re.fullmatch(r"#[0-9a-f]{3}", value):
        return "#" + "".join(2 * digit for digit in value[1:])
    if numbers := re.fullmatch(r"rgb\((\d{1,3}),(\d{1,3}),(\d{1,3})\)", value):
        return "#" + "".join(f"{int(number):02x}" for number in numbers.groups())
    if re.fullmatch(r"rgba\([\d.,]{1,40},0?\.?0+\)|hsla\([\d.,%]{1,40},0?\.?0+\)", value):
        return "transparent"
    return _COLOUR_NAMES.get(value, value)


def _colour(properties: dict[str, str]) -> Declared:
    if (colour := properties.get("color")) is None:
        return Declared(0, 0)
    colour = _plain_colour(colour)
    background = properties.get("background-color") or properties.get("background", "")
    # Transparent letters over a background clipped to them are a gradient text.
    gradient = "text" in (
        properties.get("background-clip", "") or properties.get("-webkit-background-clip", "")
    )
    hidden = (colour == "transparent" and not gradient) or (
        background != "" and _plain_colour(background.partition(" url")[0]) == colour
    )
    return Declared(SAME_COLOUR if hidden and colour != "inherit" else 0, SAME_COLOUR)


_READERS: Final[dict[str, Callable[[dict[str, str]], Declared]]] = {
    **dict.fromkeys(("display", "visibility", "content-visibility"), _display),
    **dict.fromkeys(("opacity", "filter"), _opacity),
    **dict.fromkeys(
        ("position", "margin", "margin-top", "margin-left", "text-indent", "transform"), _position
    ),
    **dict.fromkeys(("height", "width", "max-height"), _size),
    **dict.fromkeys(("clip", "clip-path"), _clip),
    **dict.fromkeys(("font", "font-size"), _font),
    "color": _colour,
}
"""Property -> its reader; without one of its properties a reader has nothing to say."""
