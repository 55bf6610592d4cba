"""Hidden elements: each technique is named, ordinary hiding is told apart, time stays linear."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from spamstrip.html.declarations import declared
from spamstrip.html.stylesheet import media_applies
from spamstrip.html.visibility import Hiding, hiding, hiding_rules, page_rules, techniques

NO_RULES = hiding_rules("")


def inline(style: str) -> int:
    return hiding("div", {"style": style}, NO_RULES)


def by_class(css: str, classes: str = "x", tag: str = "div", **attributes: str) -> int:
    return hiding(tag, {"class": classes, **attributes}, hiding_rules(css))


@pytest.mark.parametrize(
    ("style", "technique"),
    [
        ("display:none", Hiding.DISPLAY_NONE),
        ("DISPLAY : None !important", Hiding.DISPLAY_NONE),
        ("visibility: hidden", Hiding.VISIBILITY_HIDDEN),
        ("visibility:collapse", Hiding.VISIBILITY_HIDDEN),
        ("opacity:0", Hiding.TRANSPARENT),
        ("opacity: .01", Hiding.TRANSPARENT),
        ("filter:alpha(opacity=0)", Hiding.TRANSPARENT),
        ("position:absolute;left:-9999px", Hiding.OFF_SCREEN),
        ("position:fixed; top:-500em", Hiding.OFF_SCREEN),
        ("position:absolute;left:-100%", Hiding.OFF_SCREEN),
        ("position:absolute;left:9999px", Hiding.OFF_SCREEN),
        ("margin-left:-5000px", Hiding.OFF_SCREEN),
        ("margin:0 0 0 -5000px", Hiding.OFF_SCREEN),
        ("text-indent:-9999px", Hiding.OFF_SCREEN),
        ("transform:translateX(-9999px)", Hiding.OFF_SCREEN),
        ("width:0;height:0;overflow:hidden", Hiding.ZERO_SIZE),
        ("width:1px;height:1px;overflow:auto", Hiding.ZERO_SIZE),
        ("position:absolute;height:0;overflow:hidden", Hiding.ZERO_SIZE),
        ("position:absolute;clip:rect(436px,auto,auto,436px)", Hiding.CLIPPED),
        ("position:absolute;clip:rect(0,0,0,0)", Hiding.CLIPPED),
        ("clip-path: inset(100%)", Hiding.CLIPPED),
        ("font-size:0", Hiding.TINY_FONT),
        ("font-size:1px", Hiding.TINY_FONT),
        ("font:0/0 a", Hiding.TINY_FONT),
        ("transform:scale(0)", Hiding.SCALED),
        ("transform: scale(0, 0)", Hiding.SCALED),
        ("color:#fff;background:white", Hiding.SAME_COLOUR),
        ("color:#FFFFFF;background-color:rgb(255, 255, 255)", Hiding.SAME_COLOUR),
        ("color:transparent", Hiding.SAME_COLOUR),
        ("color:rgba(0,0,0,0)", Hiding.SAME_COLOUR),
        ("max-height:0;overflow:hidden", Hiding.COLLAPSIBLE),
    ],
)
def test_inline_style_names_its_technique(style: str, technique: Hiding) -> None:
    bits = inline(style)
    assert bits & technique
    assert bits & Hiding.INLINE_STYLE
    assert technique.name is not None
    assert technique.name.lower() in techniques(bits)


@pytest.mark.parametrize(
    "style",
    [
        "",
        ";;;:",
        "display:block",
        "opacity:0.5",
        "font-size:12px",
        "font-size:0.9em",
        "font:bold 12px/1.5 serif",
        "left:-9999px",  # without a position it moves nothing
        "position:absolute;left:-300px",  # a menu that slides in
        "margin-left:-15px",
        "margin-left:-100%",  # a column
        "margin-bottom:-99999px;padding-bottom:99999px",  # equal columns
        "width:0",
        "overflow:hidden;height:200px",
        "transform:scale(0.98)",
        "transform:translate(-50%,-50%)",
        "color:#fff;background:#000",
        "color:transparent;background-clip:text",  # gradient letters
        "clip:auto",
        "clip:rect(0,300px,200px,0)",
    ],
)
def test_ordinary_styles_hide_nothing(style: str) -> None:
    assert inline(style) == 0


def test_attributes_and_tags_hide() -> None:
    assert hiding("p", {"hidden": None}, NO_RULES) == Hiding.HIDDEN_ATTRIBUTE
    assert hiding("p", {"hidden": "until-found"}, NO_RULES) == Hiding.COLLAPSIBLE
    assert hiding("p", {"aria-hidden": "true"}, NO_RULES) & Hiding.WEAK
    assert hiding("p", {"aria-hidden": "false"}, NO_RULES) == 0
    assert hiding("marquee", {}, NO_RULES) & Hiding.TRICK
    assert hiding("noscript", {}, NO_RULES) & Hiding.WEAK
    assert hiding("details", {}, NO_RULES) & Hiding.FOLDED
    assert hiding("details", {"open": None}, NO_RULES) == 0
    assert hiding("summary", {}, NO_RULES, Hiding.COLLAPSIBLE) == 0


def test_rules_of_the_page_hide_by_class_id_and_tag() -> None:
    css = ".x{display:none} #y, .z {position:absolute;left:-9999px} u{font-size:0} p.w{opacity:0}"
    rules = hiding_rules(css)
    assert hiding("div", {"class": "a x b"}, rules) == Hiding.DISPLAY_NONE
    assert hiding("div", {"id": "y"}, rules) == Hiding.OFF_SCREEN
    assert hiding("div", {"class": "z"}, rules) == Hiding.OFF_SCREEN
    assert "u" in rules.tags
    assert hiding("u", {}, rules) == Hiding.TINY_FONT
    assert hiding("p", {"class": "w"}, rules) == Hiding.TRANSPARENT
    assert hiding("div", {"class": "w"}, rules) == 0
    assert hiding("div", {"class": "xx"}, rules) == 0


def test_rules_that_are_not_for_this_element_do_not_hide_it() -> None:
    for css in (
        ".menu .x{display:none}",
        ".x:hover{display:none}",
        ".x::before{display:none}",
        "[data-a] .x{display:none}",
        "@media print{.x{display:none}}",
        "@media (max-width:600px){.x{display:none}}",
        "@media (max-width:600px){.y{color:red}.x{display:none}}",
        "@keyframes a{from{opacity:0}to{opacity:1}}",
        "/* .x{display:none} */",
        "@charset 'utf-8';@import url(x.css);.y{display:none}",
        ".x.y{display:none}",
    ):
        assert by_class(css) == 0, css
    assert by_class("@media screen and (min-width:800px){.x{display:none}}")
    assert by_class("@media print{.y{color:red}}.x{display:none}")
    assert by_class("@media (max-width:600px){.y{color:red}} .x{display:none}")
    assert by_class("@import url(x.css);.x{display:none}")
    assert by_class(".x.y{display:none}", "y x")
    assert by_class(r".md\:x{display:none}", "md:x")


def test_later_rules_and_states_show_again() -> None:
    assert by_class(".x{display:none}.x{display:block}") == 0
    tabs = ".tab-pane{display:none}.tab-content>.active{display:block}"
    assert by_class(tabs, "tab-pane active") == 0
    assert by_class(tabs, "tab-pane") == Hiding.DISPLAY_NONE
    assert by_class(".fade{opacity:0}.fade.show{opacity:1}", "fade show") == 0
    # What shows items of an open menu says nothing of a closed one.
    assert by_class(".x{display:none}.menu.open .x{display:block}") == Hiding.DISPLAY_NONE
    assert by_class(".x{display:none}.menu:hover .x{display:block}") == Hiding.DISPLAY_NONE
    assert by_class(".x{display:none}", style="display:block") == 0


def test_a_whole_page_is_never_hidden() -> None:
    rules = hiding_rules("html{visibility:hidden}body{opacity:0}.no-js{display:none}")
    assert hiding("html", {"class": "no-js"}, rules) == 0
    assert hiding("body", {"style": "opacity:0;display:none"}, rules) == 0
    assert hiding("p", {}, rules, hiding("body", {}, rules)) == 0


def test_text_for_screen_readers_is_a_weak_sign_only() -> None:
    bootstrap = (
        ".sr-only{position:absolute;width:1px;height:1px;padding:0;margin:-1px;overflow:hidden;"
        "clip:rect(0,0,0,0);border:0}"
    )
    wordpress = (
        ".sr-only{clip:rect(1px,1px,1px,1px);position:absolute !important;height:1px;"
        "width:1px;overflow:hidden}"
    )
    for css in (bootstrap, wordpress):
        bits = by_class(css, "sr-only")
        assert bits == Hiding.SCREEN_READER
        assert not bits & Hiding.TRICK


def test_children_inherit_and_lift() -> None:
    hidden = inline("visibility:hidden")
    assert hiding("p", {}, NO_RULES, hidden) == hidden
    shown = hiding("p", {"style": "visibility:visible"}, NO_RULES, hidden)
    assert not shown & Hiding.VISIBILITY_HIDDEN
    css = ".list{font-size:0}.list .item{font-size:14px}"
    rules = hiding_rules(css)
    around = hiding("ul", {"class": "list"}, rules)
    assert around == Hiding.TINY_FONT
    assert hiding("li", {"class": "item"}, rules, around) == 0
    gone = inline("display:none")
    assert hiding("p", {"style": "display:block"}, NO_RULES, gone) & Hiding.DISPLAY_NONE


def test_page_rules_reads_styles_scripts_and_written_styles() -> None:
    tree = LexborHTMLParser(
        "<head><style>.a{display:none}</style><style media=print>.b{display:none}</style>"
        "<noscript><style>.c{display:none}</style></noscript></head>"
        "<script>document.getElementById('d').style.display = 'none';</script>"
        "<script>document.write('<style>.e{position:absolute;top:-9999px}</style>')</script>"
    )
    rules = page_rules(tree)
    assert hiding("p", {"class": "a"}, rules) == Hiding.DISPLAY_NONE
    assert hiding("p", {"class": "b"}, rules) == 0
    assert hiding("p", {"class": "c"}, rules) == 0
    assert hiding("p", {"id": "d"}, rules) == Hiding.SCRIPTED
    assert hiding("p", {"class": "e"}, rules) == Hiding.OFF_SCREEN


def test_written_styles_need_no_other_sheet() -> None:
    tree = LexborHTMLParser(
        "<script>document.write('<style>.e{position:absolute;top:-9999px}</style>')</script>"
    )
    assert hiding("p", {"class": "e"}, page_rules(tree)) == Hiding.OFF_SCREEN


def test_media_queries() -> None:
    assert media_applies("all")
    assert media_applies("screen and (min-width: 48em)")
    assert media_applies("print, screen")
    assert not media_applies("print")
    assert not media_applies("(prefers-reduced-motion: reduce)")
    assert not media_applies("(max-width: 767.98px)")


@given(st.text(alphabet="{}@;:,.#*/\\ \nabx-0px!()İ", max_size=200))
def test_any_sheet_gives_rules(css: str) -> None:
    rules = hiding_rules(css)
    hiding("div", {"class": "a x", "id": "b", "style": css}, rules)
    declared(css, inline=True)


@given(st.dictionaries(st.text(max_size=8), st.one_of(st.none(), st.text(max_size=30))))
def test_any_attributes_give_bits(attributes: dict[str, str | None]) -> None:
    assert hiding("div", attributes, NO_RULES) >= 0


@pytest.mark.parametrize(
    "unit",
    [
        ".x{display:none}",
        "{display:none",
        "@media print{",
        "@a;",
        "/*",
        ".a,",
        "@media screen{.x{left:-999px}",
        "}",
        ".x .x>.x{display:block}",
    ],
)
def test_time_is_linear_in_the_sheet(unit: str) -> None:
    def seconds(count: int) -> float:
        best = 9.0
        for _ in range(2):
            start = time.perf_counter()
            rules = hiding_rules(unit * count)
            for number in range(50):
                hiding("p", {"class": f"x a{number}"}, rules)
            best = min(best, time.perf_counter() - start)
        return best

    seconds(10)
    assert seconds(16_000) < 8 * max(seconds(4_000), 0.01)


def test_a_long_selector_list_does_not_reach_back_into_the_rules_before_it() -> None:
    many = ",".join(f".name-{number}" for number in range(1000))
    css = f".x,.kept,.y{{color:red}}{many}{{display:none}}"
    assert by_class(css, "kept") == 0
    assert by_class(css, "name-999") == Hiding.DISPLAY_NONE
