"""Which links lead to spam: their words may be the article's own, their targets are not."""

from collections.abc import Container, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from ..lexical import OUTPUTS, LexicalModel
from ..ngrams import ORDERS
from .address import host_of
from .segment import Page

if TYPE_CHECKING:
    from .tidy import DropLink

_SPAM: Final = OUTPUTS.index("spam")

SPAM_HOST_SCORE: Final = 2.0
"""Log-odds from which a host name is spam, set so that ordinary names hardly ever reach it: a link
kept is a smaller loss than an honest one removed. Only the link goes, never its words."""
_DOUBTFUL: Final = 1.0  # summed log-odds of the hosts of a segment from which its words are doubted


def other_hosts(page: Page, url: str) -> dict[int, set[str]]:
    """Segment -> the hosts it links to other than the page's own and its neighbours.

    Args:
        url: the page's address, "" when unknown: then every host is another one.
    """
    own = host_of(url)
    hosts: dict[int, set[str]] = {}
    for segment, href in page.links:
        host = host_of(href)
        if host and not _is_related(host, own):
            hosts.setdefault(segment, set()).add(host)
    return hosts


def doubtful_links(
    hosts: Mapping[int, set[str]], kept: Container[int], lexical: LexicalModel
) -> frozenset[int]:
    """The kept segments with links to other hosts whose names sound like spam.

    No proof, clean pages have some too: it is where a closer look at the words is worth it.

    Args:
        hosts: see `other_hosts`.
    """
    of_kept = {segment: others for segment, others in hosts.items() if segment in kept}
    scores = _host_scores(lexical, sorted(set().union(*of_kept.values())))
    return frozenset(
        segment
        for segment, others in of_kept.items()
        if sum(max(scores[host], 0.0) for host in others) > _DOUBTFUL
    )


def spam_links(lexical: LexicalModel, url: str) -> "DropLink":
    """A predicate for `render_html`: the link's host looks like spam and is not the page's own.

    Args:
        lexical: scores the characters of the host name.
        url: the page's address, "" when unknown.
    """
    own = host_of(url)
    known: dict[str, bool] = {"": False, own: False}

    def drop_link(href: str, _text: str) -> bool:
        host = host_of(href)
        if host not in known:
            known[host] = _host_scores(lexical, [host])[host] > SPAM_HOST_SCORE
        return known[host]

    return drop_link


def _is_related(host: str, own: str) -> bool:
    """Whether a host is the page's own or a neighbour of it (`blog.site.org`, `site.org`)."""
    return bool(own) and (host == own or host.endswith("." + own) or own.endswith("." + host))


def _host_scores(lexical: LexicalModel, hosts: Sequence[str]) -> dict[str, float]:
    """The log-odds of spam of each host, as of an address alone; one look-up for all."""
    if not hosts:
        return {}
    addresses = [f"https://{host}/" for host in hosts]
    lengths = np.array([len(address) for address in addresses])
    folded = lexical.table.folded("".join(addresses))
    sums = lexical.table.sums(folded, np.cumsum(lengths) - lengths)[:, _SPAM]
    return dict(zip(hosts, (sums / np.sqrt(len(ORDERS) * lengths)).tolist(), strict=True))
