"""Metrics, gold standards and the scoring of a cleaner; used by training and benchmarks alike."""

from .gold import Page, read_directory
from .metrics import Interval
from .run import Evaluation, TypeScores, evaluate, format_table

__all__ = [
    "Evaluation",
    "Interval",
    "Page",
    "TypeScores",
    "evaluate",
    "format_table",
    "read_directory",
]
