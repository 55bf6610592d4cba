"""Text mode: already extracted text in, the same text without its junk out.

text -> segments -> features -> scores -> runs of junk -> removed spans -> kept text
"""

from .cleaning import analyze, find_removals
from .model import TextModel

__all__ = ["TextModel", "analyze", "find_removals"]
