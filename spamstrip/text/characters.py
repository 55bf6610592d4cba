"""What each character is: a class and a script per code point, as tables for whole texts.

The tables are built from the Unicode database when the model is trained and stored in the
model file as runs, so that training and cleaning agree whatever Python runs them.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

_RANGE: Final = 0x20000
_SCRIPT_ROOM: Final = 255

OTHER, LOWER, UPPER, LETTER, DIGIT, SPACE, NEWLINE, TERMINAL = range(8)
CLOSE, OPEN, PUNCT, SYMBOL, FORMAT, STYLED, EMOJI = range(8, 15)
CLASS_COUNT: Final = 15


def flags(*wanted: int) -> npt.NDArray[np.bool_]:
    """Whether a class is one of the wanted ones, bool (256,): `flags(...).take(classes)`."""
    table = np.zeros(256, np.bool_)
    table[list(wanted)] = True
    return table


IS_BLANK: Final = flags(SPACE, NEWLINE)
IS_WORD: Final = flags(LOWER, UPPER, LETTER, STYLED, DIGIT)

_CATEGORY_CLASS: Final = {
    "Ll": LOWER,
    "Lu": UPPER,
    "Lt": UPPER,
    "Lo": LETTER,
    "Lm": LETTER,
    "Mn": LETTER,
    "Mc": LETTER,
    "Me": LETTER,
    "Nd": DIGIT,
    "No": DIGIT,
    "Nl": DIGIT,
    "Zs": SPACE,
    "Zl": NEWLINE,
    "Zp": NEWLINE,
    "Pe": CLOSE,
    "Pf": CLOSE,
    "Ps": OPEN,
    "Pi": OPEN,
    "Po": PUNCT,
    "Pd": PUNCT,
    "Pc": PUNCT,
    "Sm": SYMBOL,
    "Sc": SYMBOL,
    "Sk": SYMBOL,
    "So": SYMBOL,
    "Cf": FORMAT,
    "Cc": FORMAT,
}
_SPECIAL: Final = (
    ("\n\r\v\f\x1c\x1d\x1e\x85", NEWLINE),
    ("\t\x1f", SPACE),
    ('"', CLOSE),
    ("*#|•·+=~^`_", SYMBOL),
)
_FIRST_EMOJI: Final = 0x2190  # arrows, then dingbats and pictographs
_TERMINAL_NAMES: Final = ("FULL STOP", "QUESTION MARK", "EXCLAMATION MARK", "DANDA", "ELLIPSIS")
_FIRST_SHAPE: Final = np.uint32(0x30000)  # beyond all that is written
_ONE_WRITING: Final = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "BOPOMOFO"})


@dataclass(frozen=True, slots=True)
class CharacterTables:
    """Lookup tables by code point.

    Attributes:
        classes: uint8 (0x20000,), one of the class constants of this module.
        scripts: uint8 (0x20000,), a number per script for letters, 0 for anything else.
    """

    classes: npt.NDArray[np.uint8]
    scripts: npt.NDArray[np.uint8]

    def look_up(
        self, codes: npt.NDArray[np.uint32]
    ) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
        """Class and script of each code point; those beyond the tables count as ideographs."""
        return self.classes.take(codes, mode="clip"), self.scripts.take(codes, mode="clip")

    def shape_fold(self) -> npt.NDArray[np.uint32]:
        """Code point -> its shape: the class, but ASCII marks stay themselves; uint32 (0x20000,).

        N-grams of shapes know no language: "a0a.aaaA" is a domain with a name glued to it.
        """
        table = (_FIRST_SHAPE + self.classes).astype(np.uint32)
        marks = [code for code in range(128) if not chr(code).isalnum()]
        table[marks] = marks
        return table

    def to_arrays(self, prefix: str) -> dict[str, npt.NDArray[Any]]:
        """The arrays for a model file: the tables as runs of equal values."""
        arrays: dict[str, npt.NDArray[Any]] = {}
        for name in ("classes", "scripts"):
            table = getattr(self, name)
            starts = np.flatnonzero(np.diff(table, prepend=table[0] + np.uint8(1)))
            arrays[f"{prefix}{name}_start"] = starts.astype(np.uint32)
            arrays[f"{prefix}{name}_value"] = table[starts]
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]], prefix: str) -> "CharacterTables":
        """The inverse of `to_arrays`."""
        tables = []
        for name in ("classes", "scripts"):
            starts = arrays[f"{prefix}{name}_start"].astype(np.int64)
            lengths = np.diff(starts, append=_RANGE)
            tables.append(np.repeat(arrays[f"{prefix}{name}_value"], lengths))
        return cls(*tables)

    @classmethod
    def build(cls) -> "CharacterTables":
        """The tables from the running Python's Unicode database."""
        classes = np.array([_class_of(chr(code)) for code in range(_RANGE)], np.uint8)
        numbers: dict[str, int] = {}
        scripts = np.zeros(_RANGE, np.uint8)
        for code in np.flatnonzero(np.isin(classes, (LOWER, UPPER, LETTER))):
            name = unicodedata.name(chr(code), "").partition(" ")[0]
            name = "CJK" if name in _ONE_WRITING else name
            if name in ("", "MODIFIER", "COMBINING", "FEMININE", "MASCULINE"):
                continue
            number = numbers.setdefault(name, len(numbers) + 1)
            scripts[code] = min(number, _SCRIPT_ROOM)
        # The last entry stands for every code point beyond the tables: rare ideographs.
        classes[-1], scripts[-1] = LETTER, numbers["CJK"]
        return cls(classes, scripts)


def _class_of(char: str) -> int:
    special = next((found for chars, found in _SPECIAL if char in chars), None)
    if special is not None:
        return special
    category = unicodedata.category(char)
    found = _CATEGORY_CLASS.get(category, OTHER)
    plain = unicodedata.normalize("NFKC", char)
    if found not in (DIGIT, PUNCT) and plain != char and len(plain) == 1 and plain.isascii():
        found = STYLED if plain.isalnum() else found
    if found == SYMBOL and category == "So" and ord(char) >= _FIRST_EMOJI:
        found = EMOJI
    if found == PUNCT:
        name = unicodedata.name(char, "")
        if any(word in name for word in _TERMINAL_NAMES) and "INVERTED" not in name:
            found = TERMINAL
    return found
