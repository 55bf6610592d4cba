"""The errors spamstrip raises on purpose; everything else is a bug.

SpamstripError
├── OptionError     an option has a value that is not allowed
├── SourceError     the input cannot be read as a document
└── ModelError      a model file is missing, damaged or from another version
"""


class SpamstripError(Exception):
    """Base of every error a caller may want to catch; its message is one complete line."""


class OptionError(SpamstripError, ValueError):
    """An option has a value that is not allowed; the message lists the allowed ones."""


class SourceError(SpamstripError, ValueError):
    """The input cannot be read as a document."""


class ModelError(SpamstripError):
    """A model file is missing, damaged, or does not match this version of the code."""
