"""Spam injected into pages, by every usual technique, goes; the article around it stays whole."""

from dataclasses import replace

import numpy as np
import pytest
from selectolax.lexbor import LexborHTMLParser

import spamstrip
from spamstrip.html.head import Head
from spamstrip.html.injected import injected_links
from spamstrip.html.links import doubtful_links, other_hosts
from spamstrip.html.model import Facts, HtmlModel, Probability
from spamstrip.html.segment import Page, segment
from spamstrip.html.spam_text import may_hold_spam
from spamstrip.labels import FAMILY_OF
from spamstrip.lexical import LexicalModel
from spamstrip.model_set import models_directory

LEXICAL = LexicalModel.load(models_directory())
OWN = "https://own.example/"

ARTICLES = {
    "en": (
        "Bridge over the Teal closes for repairs",
        (
            "The road bridge over the Teal will close to all traffic from Monday while engineers "
            "replace the bearings under its eastern span, the county said on Thursday.",
            "Drivers will be sent over the old crossing at Marlow Mill, which adds about eleven "
            "minutes to the trip in the morning, according to the council's own estimate.",
            "Bus 14 keeps running, but it turns round at the school and no longer stops at the "
            "harbour. Cyclists and people on foot may use the lower deck throughout the works.",
            "The repairs cost 2.4 million and should take nine weeks. If the river stays high in "
            "March, the date of reopening will move to the second half of April.",
        ),
    ),
    "de": (
        "Stadtbad öffnet nach zwei Jahren wieder",
        (
            "Nach zwei Jahren Umbau öffnet das Stadtbad am kommenden Samstag wieder seine Türen, "
            "zunächst nur mit dem großen Becken und der Hälfte der Umkleiden.",
            "Die Sanierung hat sich verzögert, weil unter dem alten Boden eine Leitung aus den "
            "zwanziger Jahren lag, die in keinem Plan verzeichnet war.",
            "Schulklassen können das Becken vormittags nutzen, Vereine ab siebzehn Uhr. Für alle "
            "anderen bleibt die Zeit am Nachmittag und das ganze Wochenende.",
            "Der Eintritt steigt um fünfzig Cent. Kinder unter sechs Jahren zahlen weiterhin "
            "nichts, und die Zehnerkarten vom letzten Sommer behalten ihre Gültigkeit.",
        ),
    ),
    "tr": (
        "Köy okulunun çatısı onarıldı",
        (
            "Geçen kış fırtınada zarar gören köy okulunun çatısı velilerin ve belediyenin ortak "
            "çalışmasıyla onarıldı; dersler pazartesi günü yeniden başlıyor.",
            "Okul müdürü, onarım süresince öğrencilerin komşu köydeki kütüphanede ders gördüğünü, "
            "her sabah iki minibüsle taşındıklarını anlattı.",
            "Yeni çatıda daha kalın kiremitler ve çift kat yalıtım kullanıldı. Böylece kışın "
            "sınıfların daha az yakıtla ısıtılması bekleniyor.",
            "Veliler bahçedeki duvarı da boyadı. Baharda aynı ekip, okulun arkasındaki küçük "
            "meyve bahçesine yirmi fidan dikmeyi planlıyor.",
        ),
    ),
    "es": (
        "El mercado cambia de plaza durante las obras",
        (
            "El mercado de los jueves se traslada a la plaza del ayuntamiento hasta el verano, "
            "mientras duren las obras de drenaje en la calle Mayor.",
            "Los vendedores pidieron más espacio para los camiones, y la alcaldesa aceptó cerrar "
            "dos aparcamientos entre las seis y las tres de la tarde.",
            "Algunos vecinos se quejan del ruido a primera hora. La policía local ha prometido "
            "revisar la situación cuando pase el primer mes.",
            "En otoño el mercado volverá a su sitio, con un suelo nuevo y tomas de agua para los "
            "puestos de pescado, que hasta ahora la traían en cubas.",
        ),
    ),
    "ru": (
        "В библиотеке открылся зал старых карт",
        (
            "В городской библиотеке открылся зал, где можно рассмотреть карты уезда, составленные "
            "землемерами в конце восемнадцатого века.",
            "Большая часть листов десятилетиями хранилась в подвале музея, и реставраторы два года "
            "очищали бумагу от плесени и следов клея.",
            "На картах видны деревни, которых больше нет, и старое русло реки: весной оно до сих "
            "пор наполняется водой и затапливает луга.",
            "Зал работает каждый день, кроме понедельника. Школьников пускают бесплатно, а "
            "взрослым нужен только читательский билет.",
        ),
    ),
    "ja": (
        "港の朝市が十年ぶりに再開",
        (
            "港の朝市が十年ぶりに再開され、日曜日には夜明け前から地元の人々が列を作った。",
            "市によると、初日には四十の店が並び、魚や野菜のほか、手作りの味噌や漬物も売られた。",
            "再開を呼びかけたのは漁協の若い組合員たちで、古い倉庫を借りて準備を進めてきた。",
            "朝市は来月から毎週開かれる予定で、雨の日は倉庫の中に会場を移すという。",
        ),
    ),
}

GAMBLING = (
    '<a href="https://vulkbet-kasino.example/">deneme bonusu veren siteler</a> '
    '<a href="https://slotgacor-88.example/">slot gacor hari ini</a> '
    '<a href="https://kralbet-giris.example/">kralbet giriş</a> '
    '<a href="https://casino-ohne-limit.example/">online casino ohne limit</a> '
    '<a href="https://betzone1x.example/">1xbetzone güncel giriş</a>'
)
PHARMA = (
    '<a href="http://cheap-pills.example/viagra">buy viagra online without prescription</a> '
    '<a href="http://rx-shop.example/cialis">generic cialis 20mg cheap</a> '
    '<a href="http://rx-shop.example/tadalafil">order tadalafil overnight delivery</a> '
    '<a href="http://meds.example/xanax">xanax no rx</a>'
)
LOANS = (
    '<a href="http://payday-fast.example">payday loans no credit check</a> '
    '<a href="http://cash.example">instant cash advance online</a> '
    '<a href="http://essay-mill.example">buy custom essay papers cheap</a> '
    '<a href="http://replica.example">replica watches discount</a>'
)

# name -> (what goes into <head>, what goes into the body; %s is the spam)
TECHNIQUES = {
    "inline display none": ("", '<div style="display:none">%s</div>'),
    "inline visibility": ("", '<span style="visibility:hidden">%s</span>'),
    "inline off-screen": ("", '<div style="position:absolute;left:-9137px;top:-4171px">%s</div>'),
    "inline zero size": ("", '<div style="height:0;width:0;overflow:hidden">%s</div>'),
    "inline text-indent": ("", '<p style="text-indent:-9999px">%s</p>'),
    "inline clip": ("", '<p style="position:absolute;clip:rect(489px,auto,auto,489px)">%s</p>'),
    "inline tiny font": ("", '<font style="font-size:0px">%s</font>'),
    "inline opacity": ("", '<div style="opacity:0;filter:alpha(opacity=0)">%s</div>'),
    "inline colour": ("", '<p style="color:#fff;background:#ffffff">%s</p>'),
    "inline scale": ("", '<div style="transform:scale(0)">%s</div>'),
    "hidden attribute": ("", "<div hidden>%s</div>"),
    "aria-hidden": ("", '<div aria-hidden="true" tabindex="-1">%s</div>'),
    "marquee": ("", '<marquee style="height:1px" scrollamount="9000">%s</marquee>'),
    "noscript": ("", "<noscript>%s</noscript>"),
    "class rule": ("<style>.mvk2{position:absolute;left:-9999px}</style>",
                   '<div class="mvk2">%s</div>'),
    "id rule": ("<style>#zq9 { display : none }</style>", '<div id="zq9">%s</div>'),
    "tag rule": ("<style>u{font-size:0;line-height:0}</style>", "<p><u>%s</u></p>"),
    "written style": (
        "<script>document.write('<style>.wq{position:absolute;top:-8888px}</style>')</script>",
        '<div class="wq">%s</div>'),
    "script by id": (
        "", '<div id="gfz1">%s</div><script>document.getElementById("gfz1").style.display='
            '"none";</script>'),
    "visible run": ("", "<p>%s</p>"),
    "visible list": ("", "<ul><li>%s</li></ul>"),
}  # fmt: skip
PLACES = ("inside", "after", "footer")


def page(language: str, head: str, injected: str, place: str) -> str:
    title, paragraphs = ARTICLES[language]
    body = [f"<p>{paragraph}</p>" for paragraph in paragraphs]
    body.insert(2, injected if place == "inside" else "")
    after = injected if place == "after" else ""
    footer = injected if place == "footer" else ""
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><title>{title}</title>{head}</head><body>'
        f'<header><a href="/">Start</a></header><main><article><h1>{title}</h1>{"".join(body)}'
        f"</article>{after}</main><footer><p>© 2025</p>{footer}</footer></body></html>"
    )


def spam_texts(html: str) -> list[str]:
    return [part.split("</a>")[0] for part in html.split('">')[1:]]


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_injected_links_go_and_the_article_stays(technique: str) -> None:
    head, wrapper = TECHNIQUES[technique]
    number = list(TECHNIQUES).index(technique)
    for step, language in enumerate(ARTICLES):
        spam = (GAMBLING, PHARMA, LOANS)[(number + step) % 3]
        place = PLACES[(number + step) % len(PLACES)]
        source = page(language, head, wrapper.replace("%s", spam), place)
        result = spamstrip.analyze(source, kind="html")
        where = f"{technique}, {language}, {place}"
        for paragraph in ARTICLES[language][1]:
            assert paragraph in result.text, where
        for words in spam_texts(spam):
            assert words not in result.text, where
        families = {FAMILY_OF[r.label] for r in result.removed if spam_texts(spam)[0] in r.text}
        assert families, where


REFERENCES = (
    '<ul><li><a href="https://journal.example/a1">Kaya, A.: Bridge bearings in cold rivers</a>, '
    '<a href="https://doi.example/10.1/7">doi</a>, <a href="https://lib.example/9">copy</a></li>'
    "</ul>"
)


@pytest.mark.parametrize("wrapper", ["%s", "<details>%s</details>", "<div hidden>%s</div>"])
def test_reference_lists_are_not_injected(wrapper: str) -> None:
    page_ = segment(LexborHTMLParser(wrapper.replace("%s", REFERENCES)))
    assert not _injected(page_).any()


def test_injected_blocks_are_told_by_hiding_hosts_and_words() -> None:
    block = f"<p>{GAMBLING}</p>"
    own = GAMBLING.replace("https://", "https://x.own.example/")
    trick = '<div style="position:absolute;left:-9999px"><a href="https://a.example">Plum</a></div>'
    folded = f'<div style="display:none">{LOANS}</div>'
    for markup, expected in (
        (block, True),
        (f"<p>{own}</p>", False),
        (trick, True),
        (folded, True),
        (f"<p>A long visible sentence. {LOANS}</p>", True),
        (f"<p>{ARTICLES['en'][1][0]} {ARTICLES['en'][1][1]} {LOANS}</p>", False),
    ):
        page_ = segment(LexborHTMLParser(markup))
        assert bool(_injected(page_).any()) == expected, markup


def test_a_removed_segment_names_how_it_was_hidden() -> None:
    head, wrapper = TECHNIQUES["class rule"]
    source = page("en", head, wrapper.replace("%s", GAMBLING), "inside")
    hidden = [r.hidden for r in spamstrip.analyze(source, kind="html").removed if "slot" in r.text]
    assert hidden
    assert all(names == ("off_screen",) for names in hidden)


def test_hidden_article_text_is_kept() -> None:
    """Tabs, accordions, anti-flicker tricks and late text hide articles, not spam."""
    title, paragraphs = ARTICLES["en"]
    hidden = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    pages = (
        f"<style>body{{opacity:0}}</style><article><h1>{title}</h1>{hidden}</article>",
        f"<style>.pane{{display:none}}.pane.active{{display:block}}</style><main><h1>{title}</h1>"
        f"<div class='pane active'>{hidden}</div></main>",
        f"<main><h1>{title}</h1><details><summary>More</summary>{hidden}</details></main>",
        f"<main><h1>{title}</h1><div style='opacity:0' class='fade-in'>{hidden}</div></main>",
    )
    for source in pages:
        text = spamstrip.clean(f"<html lang=en><body>{source}</body></html>", kind="html")
        for paragraph in paragraphs:
            assert paragraph in text, source[:60]


def _injected(page: Page) -> np.ndarray:
    return injected_links(page, other_hosts(page, OWN), LEXICAL, OWN)


@pytest.mark.parametrize("output", ["html", "markdown"])
def test_links_to_spam_behind_ordinary_words_go_the_words_stay(output: str) -> None:
    title, paragraphs = ARTICLES["de"]
    first = (
        paragraphs[0]
        .replace("großen Becken", '<a href="https://casino-bonus-slots.example/">großen Becken</a>')
        .replace("Stadtbad", '<a href="https://stadtbad.example/">Stadtbad</a>')
    )
    body = "".join(f"<p>{paragraph}</p>" for paragraph in (first, *paragraphs[1:]))
    source = f"<html lang=de><article><h1>{title}</h1>{body}</article>"
    rendered = spamstrip.clean(source, kind="html", output=output)
    assert "casino-bonus" not in rendered
    assert "großen Becken" in rendered
    assert "https://stadtbad.example/" in rendered


def test_a_list_moved_off_the_screen_goes_although_the_page_has_no_address() -> None:
    links = "".join(
        f'<li><a href="https://site{n}.example/">Casino Bonus {n}</a></li>' for n in range(3)
    )
    hidden = f'<div style="position:absolute;left:-9871px"><ul>{links}</ul></div>'
    paragraph = "<p>Das Boot legt am zweiten April ab, und niemand weiß, wer an Bord sein wird.</p>"
    page = f"<html><body><article><h1>Das Boot</h1>{paragraph}{hidden}{paragraph * 2}</article>"
    result = spamstrip.analyze(page, kind="html")
    assert "Casino Bonus" not in result.text
    assert {r.family for r in result.removed if "Casino Bonus" in r.text} == {"spam"}


def test_a_run_glued_to_the_last_paragraph_goes_and_the_paragraph_stays() -> None:
    title, paragraphs = ARTICLES["en"]
    run = "girişzorbet.comvatobet.orgkixbahis.netKralzorbetDeneme Bonusu Veren Siteler"
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs[:-1])
    source = f"<article><h1>{title}</h1>{body}<p>{paragraphs[-1]}{run}</p></article>"
    result = spamstrip.analyze(source, kind="html")
    assert result.text.endswith(paragraphs[-1])
    assert [r.text for r in result.removed if r.family == "spam"] == [run]


def test_ordinary_text_is_not_searched_for_spam() -> None:
    _, paragraphs = ARTICLES["en"]
    nothing = np.zeros(len(paragraphs))
    kept = dict(enumerate(paragraphs))
    assert not may_hold_spam(kept, nothing, (), LEXICAL)
    run = "deneme bonusu veren siteler canlı casino giriş kaçak bahis slot siteleri"
    assert may_hold_spam({0: paragraphs[0] + " " + run}, nothing, (), LEXICAL)
    glued = "The works take nine weeks.zorbet.comvatobet.orgkixbahis.netKralzorbet"
    assert may_hold_spam({0: paragraphs[0] + glued}, nothing, (), LEXICAL)
    assert may_hold_spam(kept, nothing + 0.1, (), LEXICAL)
    assert may_hold_spam(kept, nothing, {2}, LEXICAL)


def test_links_are_doubtful_by_the_names_of_other_hosts() -> None:
    names = ("slot-dewa77.example", "casino-hoki.example", "nature.com", "casino-de-vichy.example")
    links = "".join(f'<p>Read <a href="https://{name}/">this</a>.</p>' for name in names)
    page = segment(LexborHTMLParser(links))
    own = other_hosts(page, "https://casino-de-vichy.example/")
    assert doubtful_links(own, range(4), LEXICAL) == {0, 1}
    assert doubtful_links(other_hosts(page, ""), [1, 2], LEXICAL) == {1}


@pytest.mark.parametrize("surely", [False, True])  # the trees take the paragraph for spam
def test_a_run_of_links_at_the_end_of_a_paragraph_goes(
    monkeypatch: pytest.MonkeyPatch, surely: bool
) -> None:
    judged = HtmlModel.probability

    def suspicious(self: HtmlModel, page: Page, head: Head, facts: Facts) -> Probability:
        found = judged(self, page, head, facts)
        return replace(found, spam=np.where(page.link_characters > 0, 0.9, found.spam))

    if surely:
        monkeypatch.setattr(HtmlModel, "probability", suspicious)
    title, paragraphs = ARTICLES["en"]
    texts = ("situs slot gacor malam ini", "bandar judi bola terbesar", "togel online resmi")
    hosts = ("slot-dewa77", "judibola-raja", "togel-hoki")
    links = " ".join(
        f'<a href="https://{host}.example/">{text}</a>'
        for host, text in zip(hosts, texts, strict=True)
    )
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs[:-1])
    page = f"<article><h1>{title}</h1>{body}<p>{paragraphs[-1]} {links}</p></article>"
    text = spamstrip.clean(f"<html><body>{page}</body></html>", kind="html")
    assert text.endswith(paragraphs[-1])
