"""`SpamStripper`, a scikit-learn transformer: polluted documents in, clean texts out.

Example:
    >>> from sklearn.feature_extraction.text import TfidfVectorizer
    >>> from sklearn.pipeline import make_pipeline
    >>> from spamstrip.integrations.sklearn import SpamStripper
    >>> pipeline = make_pipeline(SpamStripper(kind="text"), TfidfVectorizer())
    >>> pipeline.fit_transform(["The council votes in March.", "The vote was close."]).shape
    (2, 7)
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import Tags

from ..cleaner import Cleaner
from ..records import Options

_CHUNK: Final = 64
"""Documents sent to a worker at once."""


class SpamStripper(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Replace every document by its main content. Stateless: `fit` learns nothing.

    Parameters are those of `spamstrip.clean`, and:

    Args:
        model: directory of trained models; None means the shipped ones.
        n_jobs: joblib workers; None means 1 unless in a `joblib.parallel_config` context,
            -1 one per core.
    """

    def __init__(
        self,
        *,
        kind: str = "auto",
        output: str = "text",
        preset: str = "balanced",
        include_title: bool = True,
        include_captions: bool = True,
        include_comments: bool = False,
        model: str | Path | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.kind = kind
        self.output = output
        self.preset = preset
        self.include_title = include_title
        self.include_captions = include_captions
        self.include_comments = include_comments
        self.model = model
        self.n_jobs = n_jobs

    def fit(self, X: Iterable[str | bytes], y: object = None) -> "SpamStripper":  # noqa: ARG002, N803
        """Check the parameters; the documents are not looked at.

        Raises:
            OptionError: a parameter has a value that is not allowed.
        """
        self._options()
        return self

    def transform(self, X: Iterable[str | bytes]) -> npt.NDArray[np.object_]:  # noqa: N803
        """Clean every document.

        Args:
            X: documents as `str` or `bytes`: a list, a pandas Series, a 1-d array.

        Returns: array (n_documents,) of `str`.

        Raises:
            TypeError: X is a single string.
            OptionError: a parameter has a value that is not allowed.
            SourceError: a document is binary data or of a wrong type.
        """
        if isinstance(X, str | bytes):
            raise TypeError("X must be an iterable of documents; got a single string")
        cleaner = Cleaner.from_options(self._options(), model=self.model)
        if self.n_jobs in (None, 1):
            texts = _clean_all(cleaner, X)
        else:
            from joblib import Parallel, delayed

            tasks = (delayed(_clean_all)(cleaner, chunk) for chunk in _chunks(X))
            texts = [text for part in Parallel(self.n_jobs)(tasks) for text in part]
        cleaned = np.empty(len(texts), dtype=object)
        cleaned[:] = texts
        return cleaned

    def _options(self) -> Options:
        return Options(
            kind=self.kind,  # type: ignore[arg-type]
            output=self.output,  # type: ignore[arg-type]
            preset=self.preset,  # type: ignore[arg-type]
            include_title=self.include_title,
            include_captions=self.include_captions,
            include_comments=self.include_comments,
        )

    def __sklearn_tags__(self) -> Tags:
        """Documents, not numbers; no fitted state."""
        tags = super().__sklearn_tags__()
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        tags.no_validation = True
        tags.requires_fit = False
        return tags


def _clean_all(cleaner: Cleaner, documents: Iterable[str | bytes]) -> list[str]:
    return [cleaner.clean(document) for document in documents]


def _chunks(documents: Iterable[str | bytes]) -> Iterator[Sequence[str | bytes]]:
    chunk: list[str | bytes] = []
    for document in documents:
        chunk.append(document)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
