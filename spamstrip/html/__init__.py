"""HTML mode: a page in, its main content out.

page -> segments -> evidence and features -> trees -> one decision -> rendering
"""

from .analysis import analyze
from .model import HtmlModel

__all__ = ["HtmlModel", "analyze"]
