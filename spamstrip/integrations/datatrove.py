"""Blocks for datatrove pipelines; they run in its Local, Slurm and Ray executors.

`SpamstripExtractor` takes the place of `Trafilatura` after a WARC or HTML reader;
`SpamstripFormatter` cleans text that was already extracted.

Example:
    pipeline = [
        WarcReader("s3://commoncrawl/crawl-data/..."),
        SpamstripExtractor(),
        LanguageFilter(),
        JsonlWriter("clean/"),
    ]
"""

from pathlib import Path

from datatrove.pipeline.extractors.base import BaseExtractor
from datatrove.pipeline.formatters.base import BaseFormatter

from ..cleaner import Cleaner
from ..errors import SourceError


class SpamstripExtractor(BaseExtractor):  # type: ignore[misc]
    """HTML to the text of its main content.

    datatrove runs it in an isolated process; a page over the time limit, or one that breaks,
    is counted in the step's statistics and left out.

    Args:
        timeout: seconds one page may take.
        model: directory of trained models; None means the shipped ones.
        **options: the fields of `spamstrip.records.Options`; `kind` is "html" by default.

    Raises:
        OptionError: an option has a value that is not allowed.
    """

    name = "🧹 spamstrip"

    def __init__(
        self, timeout: float = 10, *, model: str | Path | None = None, **options: object
    ) -> None:
        super().__init__(timeout)
        self.cleaner = Cleaner(model=model, **{"kind": "html", **options})

    def extract(self, text: str) -> str:
        """The main content of one page."""
        return self.cleaner.clean(text)


class SpamstripFormatter(BaseFormatter):  # type: ignore[misc]
    """Text without the boilerplate and spam in it; what is removed is counted by label.

    Args:
        model: directory of trained models; None means the shipped ones.
        **options: the fields of `spamstrip.records.Options`; `kind` is "text" by default.

    Raises:
        OptionError: an option has a value that is not allowed.
    """

    name = "🧹 spamstrip"

    def __init__(self, *, model: str | Path | None = None, **options: object) -> None:
        super().__init__()
        self.cleaner = Cleaner(model=model, **{"kind": "text", **options})

    def format(self, text: str) -> str:
        """The cleaned text; binary data, which is no text, is passed on as it is."""
        try:
            result = self.cleaner.analyze(text)
        except SourceError:
            self.stat_update("not_text")
            return text
        self.stat_update("cleaned" if result.removed else "unchanged")
        for removal in result.removed:
            self.stat_update(f"removed_{removal.label}")
        return result.rendered
