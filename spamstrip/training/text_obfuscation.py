"""The ways spam hides its letters from filters, for composing training and test documents."""

from collections.abc import Callable
from typing import Final

import numpy as np

# Cyrillic, Greek and other letters that look like Latin ones (Unicode TR 39, a selection).
_HOMOGLYPHS: Final = {
    "a": "аα",
    "b": "Ьƅ",
    "c": "сϲ",
    "e": "еҽ",
    "g": "ɡց",
    "h": "һ",
    "i": "іι",
    "j": "ј",
    "k": "κк",
    "l": "ӏ",
    "m": "м",
    "n": "ո",
    "o": "оο",
    "p": "рρ",
    "s": "ѕ",
    "t": "τ",
    "u": "υս",
    "v": "ѵν",
    "w": "ԝ",
    "x": "хχ",
    "y": "уү",
    "A": "АΑ",
    "B": "ВΒ",
    "C": "С",
    "E": "ЕΕ",
    "H": "НΗ",
    "I": "ІΙ",
    "K": "КΚ",
    "M": "МΜ",
    "O": "ОΟ",
    "P": "РΡ",
    "S": "Ѕ",
    "T": "ТΤ",
    "X": "ХΧ",
    "а": "a",
    "е": "e",
    "о": "o",
    "р": "p",
    "с": "c",
    "у": "y",
    "х": "x",
    "к": "k",
    "и": "u",
}
_LEET: Final = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7", "b": "8", "g": "9"}
_INVISIBLE: Final = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_MATH_ALPHABETS: Final = (0x1D400, 0x1D434, 0x1D468, 0x1D5A0, 0x1D5D4, 0x1D63C, 0x1D670)
_EMOJI: Final = "🎰🎲🔥💰💸🤑✅⭐🎁👉💎🚀💯❤🏆⚡🍀👇📲"


def _homoglyphs(word: str, rng: np.random.Generator) -> str:
    return "".join(
        _any(rng, _HOMOGLYPHS[char]) if char in _HOMOGLYPHS and rng.random() < 0.6 else char
        for char in word
    )


def _zero_width(word: str, rng: np.random.Generator) -> str:
    mark = _any(rng, _INVISIBLE)
    return "".join(char + (mark if rng.random() < 0.5 else "") for char in word)


def _mathematical(word: str, rng: np.random.Generator) -> str:
    alphabet = int(rng.choice(_MATH_ALPHABETS))
    letters = []
    for char in word:
        if "A" <= char <= "Z":
            letters.append(chr(alphabet + ord(char) - 65))
        elif "a" <= char <= "z":
            letters.append(chr(alphabet + 26 + ord(char) - 97))
        else:
            letters.append(char)
    return "".join(letters)


def _fullwidth(word: str, rng: np.random.Generator) -> str:
    del rng
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in word)


def _spaced(word: str, rng: np.random.Generator) -> str:
    return _any(rng, " .-_").join(word) if rng.random() < 0.3 else " ".join(word)


def _leet(word: str, rng: np.random.Generator) -> str:
    return "".join(
        _any(rng, _LEET[char.lower()]) if char.lower() in _LEET and rng.random() < 0.7 else char
        for char in word
    )


def _emoji(word: str, rng: np.random.Generator) -> str:
    marks = "".join(_any(rng, _EMOJI) for _ in range(int(rng.integers(1, 4))))
    return f"{marks}{word}" if rng.random() < 0.5 else f"{word}{marks}"


OBFUSCATIONS: Final[dict[str, Callable[[str, np.random.Generator], str]]] = {
    "homoglyphs": _homoglyphs,
    "zero_width": _zero_width,
    "mathematical": _mathematical,
    "fullwidth": _fullwidth,
    "spaced": _spaced,
    "leet": _leet,
    "emoji": _emoji,
}


def obfuscate(text: str, kind: str, rng: np.random.Generator) -> str:
    """Rewrite a random half to all of the words of a spam text in one of `OBFUSCATIONS`."""
    share = rng.uniform(0.5, 1.0)
    rewrite = OBFUSCATIONS[kind]
    return "\n".join(
        " ".join(
            rewrite(word, rng) if word and rng.random() < share else word
            for word in line.split(" ")
        )
        for line in text.split("\n")
    )


def _any(rng: np.random.Generator, options: str) -> str:
    return options[int(rng.integers(len(options)))]
