"""The shipped models, loaded once for all tests."""

import functools

from spamstrip.model_set import models_directory
from spamstrip.text import TextModel


@functools.cache
def text_model() -> TextModel:
    return TextModel.load(models_directory())
