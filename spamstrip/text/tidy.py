"""Turn junk runs into removed spans: exact characters, white space tidied only at the cuts."""

from collections.abc import Iterable, Sequence

from ..records import Removal


def tidy_span(text: str, start: int, end: int) -> tuple[int, int]:
    """Extend or shrink a junk span so that its removal leaves one well-formed gap.

    The white space on one side goes with the junk: at the start of the text what follows it,
    at the end what precedes it (a final newline stays), in between the side with fewer
    newlines, so that a paragraph break stays a paragraph break.

    Args:
        text: the text the span is in.
        start, end: offsets of the junk, white space around it allowed.
    """
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    before, after = start, end
    while before > 0 and text[before - 1].isspace():
        before -= 1
    while after < len(text) and text[after].isspace():
        after += 1
    if before == 0:
        return start, after
    if after == len(text) or _newlines(text, end, after) >= _newlines(text, before, start):
        # A gap on the right alone must not be lost: the words around would run together.
        return (before, end) if after > end or after == len(text) else (start, end)
    return start, after


def keep(text: str, removed: Iterable[tuple[int, int]]) -> str:
    """The text without the removed spans, which are in order and do not overlap."""
    kept = []
    position = 0
    for start, end in removed:
        kept.append(text[position:start])
        position = end
    kept.append(text[position:])
    return "".join(kept)


def to_source(removed: Sequence[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """Map a span of the text after removals to the spans of the source that hold it.

    Args:
        removed: the spans removed so far, source offsets, in order, not overlapping.
        start, end: offsets into what `keep` returned for them.
    """
    spans = []
    position = 0  # in the kept text
    source = 0
    for gap_start, gap_end in (*removed, (None, None)):
        length = end - position if gap_start is None else gap_start - source
        left = max(start, position)
        right = min(end, position + length)
        if left < right:
            spans.append((source + left - position, source + right - position))
        if gap_start is None or gap_end is None:
            break
        position += length
        source = gap_end
    return spans


def merged(text: str, removals: Iterable[Removal]) -> tuple[Removal, ...]:
    """In order, with neighbours of one label that touch made one."""
    result: list[Removal] = []
    for removal in sorted(removals, key=lambda removal: removal.start):
        last = result[-1] if result else None
        if last and last.label == removal.label and last.end == removal.start:
            score = max(last.score, removal.score)
            span = text[last.start : removal.end]
            result[-1] = Removal(removal.label, score, last.start, removal.end, span)
        else:
            result.append(removal)
    return tuple(result)


def _newlines(text: str, start: int, end: int) -> int:
    return text.count("\n", start, end) + text.count("\r", start, end)
