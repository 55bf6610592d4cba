"""The labels a segment can get, in three families.

The family decides what is removed, the label explains it.
"""

from typing import Final, Literal

Family = Literal["body", "boilerplate", "spam"]

BODY_LABELS: Final = ("body", "title", "caption")
BOILERPLATE_LABELS: Final = (
    "comment_form",
    "comment",
    "navigation",
    "share",
    "newsletter",
    "consent",
    "related",
    "advert",
    "byline_meta",
    "footer",
)
SPAM_LABELS: Final = ("gambling", "pharma", "adult", "finance", "seo_links", "scam")
LABELS: Final = BODY_LABELS + BOILERPLATE_LABELS + SPAM_LABELS

FAMILY_OF: Final[dict[str, Family]] = {
    **dict.fromkeys(BODY_LABELS, "body"),
    **dict.fromkeys(BOILERPLATE_LABELS, "boilerplate"),
    **dict.fromkeys(SPAM_LABELS, "spam"),
}
