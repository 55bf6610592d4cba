"""`Cleaner`, the one code path behind `clean()`, `analyze()`, the command and the batch."""

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import model_set
from .decode import decode
from .records import Document, Options, Result

if TYPE_CHECKING:
    from bs4 import Tag


class Cleaner:
    """A reusable cleaner: options are checked once, models are loaded once.

    It is safe to share between threads, and pickles small: its options and the path of its
    models.

    Example:
        >>> import spamstrip
        >>> cleaner = spamstrip.Cleaner(kind="text")
        >>> cleaner.clean("The council will vote on the plan in March.")
        'The council will vote on the plan in March.'
    """

    def __init__(
        self, *, model: "str | Path | model_set.ModelSet | None" = None, **options: Any
    ) -> None:
        """Prepare a cleaner.

        Args:
            model: a directory of trained models; None means the shipped ones.
            **options: the fields of `spamstrip.records.Options`.

        Raises:
            OptionError: an option has a value that is not allowed.
            TypeError: an option is unknown.
        """
        self._set_up(Options(**options), model)

    @classmethod
    def from_options(
        cls, options: Options, *, model: "str | Path | model_set.ModelSet | None" = None
    ) -> "Cleaner":
        """A cleaner for options that are already checked."""
        cleaner = cls.__new__(cls)
        cleaner._set_up(options, model)
        return cleaner

    def _set_up(self, options: Options, model: "str | Path | model_set.ModelSet | None") -> None:
        self.options = options
        if not isinstance(model, model_set.ModelSet):
            model = model_set.load(Path(model) if model is not None else None)
        self.models = model

    def __repr__(self) -> str:
        return f"Cleaner({self.options!r}, model={str(self.models.directory)!r})"

    def clean(self, source: "str | bytes | Tag | Document") -> str:
        """The kept content of `source` in the requested output format.

        Raises:
            SourceError: `source` is binary data or of a wrong type.
            ModelError: the model file is missing, damaged or of another version.
        """
        return self._run(source, report=self.options.output == "json").rendered

    def analyze(self, source: "str | bytes | Tag | Document") -> Result:
        """The whole `Result` for `source`; errors as in `clean`."""
        return self._run(source, report=True)

    def _run(self, source: "str | bytes | Tag | Document", *, report: bool) -> Result:
        document = decode(source, self.options.kind)
        if document.kind == "html":
            from .html import analyze as analyze_html

            html, text = self.models.html(), self.models.text
            result = analyze_html(document, self.options, html, text, report=report)
        else:
            from .text import analyze as analyze_text

            result = analyze_text(document, self.options, self.models.text())
            if self.options.output == "html":
                from .html.render import paragraphs_html

                result = replace(result, rendered=paragraphs_html(result.text))
        result = replace(result, warnings=document.warnings + result.warnings)
        if self.options.output == "json":
            rendered = json.dumps(result.to_dict(), ensure_ascii=False)
            result = replace(result, rendered=rendered)
        return result
