"""The trained models of one directory, each loaded when it is first needed."""

import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .html import HtmlModel
    from .text import TextModel


class ModelSet:
    """The text and the HTML model; loads lazily, once, from any thread.

    Pickles to its directory alone, so that a worker process loads its own copy.
    """

    def __init__(
        self,
        directory: Path,
        *,
        text: "TextModel | None" = None,
        html: "HtmlModel | None" = None,
    ) -> None:
        """Use the models in `directory`, or the given ones in their place."""
        self.directory = directory
        self._text = text
        self._html = html
        self._lock = threading.RLock()

    def __reduce__(self) -> tuple[object, ...]:
        return load, (self.directory,)

    def text(self) -> "TextModel":
        """The text model.

        Raises:
            ModelError: its file is missing, damaged or of another version.
        """
        with self._lock:
            if self._text is None:
                from .text import TextModel

                self._text = TextModel.load(self.directory)
            return self._text

    def html(self) -> "HtmlModel":
        """The HTML model.

        Raises:
            ModelError: its file is missing, damaged or of another version.
        """
        with self._lock:
            if self._html is None:
                from .html import HtmlModel

                self._html = HtmlModel.load(self.directory)
            return self._html


def models_directory() -> Path:
    """Where the shipped models are: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent
    installed = package / "models"
    return installed if installed.is_dir() else package.parent / "models"


@cache
def load(directory: Path | None = None) -> ModelSet:
    """The models in `directory` (default: the shipped ones), one copy per process."""
    return ModelSet(directory or models_directory())
