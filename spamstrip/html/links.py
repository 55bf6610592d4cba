"""Which links lead to spam: their words may be the article's own, their targets are not."""

from typing import TYPE_CHECKING, Final

from ..lexical import OUTPUTS, LexicalModel
from .address import host_of

if TYPE_CHECKING:
    from .tidy import DropLink

SPAM_HOST_SCORE: Final = 2.0
"""Log-odds from which a host name is spam: 0.2% of 70,000 ordinary names and half of 100,000
gambling names lie above it under the lexical tables that `html.npz` holds. Only the link goes,
never its words."""


def spam_links(lexical: LexicalModel, url: str) -> "DropLink":
    """A predicate for `render_html`: the link's host looks like spam and is not the page's own.

    Args:
        lexical: scores the characters of the host name.
        url: the page's address, "" when unknown.
    """
    own = host_of(url)
    spam = OUTPUTS.index("spam")
    known: dict[str, bool] = {"": False, own: False}

    def drop_link(href: str, _text: str) -> bool:
        host = host_of(href)
        if host not in known:
            known[host] = float(lexical.score(f"https://{host}/")[spam]) > SPAM_HOST_SCORE
        return known[host]

    return drop_link
