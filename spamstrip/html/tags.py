"""The elements of a page that segmentation and the features tell apart."""

from typing import Final

# Every element that is not here is 0, a plain block; those from `label` on are inline.
TAGS: Final = (
    "",
    *("html", "body", "p", "div", "section", "article", "main", "header", "footer", "nav"),
    *("aside", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd"),
    *("table", "thead", "tbody", "tr", "th", "td", "caption", "blockquote", "pre", "figure"),
    *("figcaption", "form", "fieldset", "legend", "details", "summary", "dialog", "noscript"),
    *("address", "center", "marquee", "hgroup", "search", "button", "label", "a", "span"),
    *("b", "strong", "em", "i", "u", "code", "small", "time", "sup", "sub", "cite", "mark"),
    *("abbr", "font", "q", "s", "del", "ins", "kbd", "samp", "var", "big", "tt", "bdi", "bdo"),
    *("data", "dfn", "nobr", "ruby", "rb", "strike", "acronym", "output"),
)
TAG_CODE: Final = {name: code for code, name in enumerate(TAGS)}
FIRST_INLINE: Final = TAG_CODE["label"]

# Elements whose text is not part of the page as it is read.
SKIPPED: Final = frozenset(
    (
        *("script", "style", "template", "svg", "select", "datalist", "textarea", "iframe"),
        *("object", "video", "audio", "canvas", "noembed", "noframes", "annotation", "rp", "rt"),
        *("head", "applet", "progress", "meter", "wbr", "meta", "link", "source", "embed", "base"),
        *("area", "col", "param", "track", "-comment", "-undef", "!doctype"),
    )
)

# Elements whose descendants the features tell apart.
MARKED: Final = (
    *("header", "footer", "nav", "aside", "article", "main", "section", "ul", "ol", "table"),
    *("dl", "form", "figure", "figcaption", "blockquote", "details", "dialog", "noscript"),
    *("a", "button", "label", "li", "p", "td", "code", "pre", "time", "small", "strong", "em"),
    "address",
)
_SAME: Final = {"b": "strong", "i": "em"}
# Per tag code: the bit of `MARKED`, or 0.
MARK: Final = tuple(
    1 << MARKED.index(_SAME.get(name, name)) if _SAME.get(name, name) in MARKED else 0
    for name in TAGS
)
