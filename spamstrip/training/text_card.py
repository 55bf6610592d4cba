"""Model cards for the lexical and the text model, written from the model file's header."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from . import phrasebook
from .text_validation import CHANGED_AT_MOST

_DATA: Final = """\
| part | what | split by |
|---|---|---|
| articles | 4,403 clean articles, 55 languages (CC BY, CC BY-SA, CC0, MPL-2.0, Apache-2.0, public domain) | source |
| web articles | main contents of WCXB development pages (CC BY 4.0); composed documents only | domain |
| boilerplate | 70,825 interface strings, 108 languages, 1,048 comment forms (licence per row; GPL, MIT, MPL-2.0, CC BY-SA) | repository |
| spam | 6,069 spam texts, 33 languages (public repositories, licence per row) | repository |
| hard negatives, ordinary comments | 1,272 and 4,719 texts | repository |
| domains | 101,196 gambling, 70,000 ordinary names | first letters of the name |
| phrasebook | {entries:,} entries, {languages} languages: spam, boilerplate, and passages and endings of articles that resemble them; written for this project (`spamstrip/training/phrases/`) | entry |
"""  # noqa: E501  table rows


def _data() -> str:
    found = {(entry.language, entry.number) for entry in phrasebook.entries()}
    languages = {language for language, _ in found}
    return _DATA.format(entries=len(found), languages=len(languages))


def write_lexical_card(path: Path, header: Mapping[str, Any]) -> None:
    """Write `lexical.md` beside the model."""
    rows = [
        f"| {row['held_out']} | {row['boilerplate']:.3f} | {row['spam']:.3f} |"
        for row in header["validation"]
    ]
    path.write_text(
        "\n".join(
            [
                "# Model card: lexical",
                "",
                "Hashed character 2- to 5-grams, linear log-odds of boilerplate and of spam",
                "against articles, per character; a second table names the kind of junk.",
                "Written by `spamstrip train`; do not edit.",
                "",
                f"Seed {header['seed']}, {header['samples']:,} training texts, 2^{header['bits']}",
                "buckets, weights quantised to int8.",
                "",
                "## Data",
                "",
                _data(),
                "## Area under the ROC curve on sources held out",
                "",
                "Short texts (single words, lone domain names) included.",
                "",
                "| held-out fold | boilerplate | spam |",
                "|---|---|---|",
                *rows,
                "",
                "## Known weaknesses",
                "",
                "Spam in most languages rests on one translated source and the phrasebook. A",
                "linear model of characters knows words, not meaning: an article about casinos",
                "scores like an advertisement for one. It is a source of features, not a verdict.",
                "",
            ]
        ),
        encoding="utf-8",
    )


def write_text_card(path: Path, header: Mapping[str, Any]) -> None:
    """Write `text.md` beside the model."""
    validation = header["validation"]
    thresholds = header["thresholds"]
    familiar = validation["familiar"]
    shares = ", ".join(f"{name} {share:.2%}" for name, share in CHANGED_AT_MOST.items())
    lines = [
        "# Model card: text",
        "",
        "Finds junk spans in already extracted text (see `docs/text.md`). Written by",
        "`spamstrip train`; do not edit.",
        "",
        f"Seed {header['seed']}; {validation['documents']:,} composed documents; gradient-boosted",
        "trees of scikit-learn, stored as flat arrays.",
        "",
        "## Data",
        "",
        _data(),
        "## How the figures were made",
        "",
        "Every figure is out of fold: the n-gram tables and the trees never saw a document's",
        "article, spam and domains. For a fifth of the documents whole sources were left out",
        "(the tables by variant, language and obfuscation), for the rest single texts; operating",
        "points, curve and reliability take both together. `exact` counts a",
        "document when precisely the junk is removed; `lost` and `left` are shares of characters.",
        "The presets' thresholds are the lowest that change at most a fixed share of the clean",
        f"documents and hard negatives: {shares}. Articles that quote a whole spam message",
        "(`quoted_spam`) are not counted there, and what the first look lets go is counted in.",
        "",
        "## Operating points",
        "",
        "| preset | least probability of a removed span |",
        "|---|---|",
        *(f"| {name} | {value:.3f} |" for name, value in thresholds.items()),
        "",
        "## Damage and leak at other thresholds",
        "",
        "![junk left against clean documents changed](text.svg)",
        "",
        "| threshold | clean documents changed | exact | article lost | junk left |",
        "|---|---|---|---|---|",
        *(
            f"| {row['threshold']:.3f} | {row['clean_changed']:.2%} | {row['exact']:.1%} "
            f"| {row['lost']:.3%} | {row['left']:.1%} |"
            for row in validation["curve"]
        ),
        "",
        "## By variant, `balanced`, junk sources unseen",
        "",
        *_table("variant", validation["by_variant"]),
        "",
        "## By variant, `balanced`, junk sources familiar",
        "",
        "The wording of common programs, other texts of known spam sources; polluted documents",
        f"together: {familiar['exact']:.1%} exact, {familiar['lost']:.3%} lost, "
        f"{familiar['left']:.1%} left.",
        "",
        *_table("variant", validation["by_variant_familiar"]),
        "",
        "## By kind of obfuscation",
        "",
        *_table("kind", validation["by_obfuscation"]),
        "",
        "## By language, polluted documents",
        "",
        *_table("language", validation["by_language"]),
        "",
        "## Are the scores probabilities?",
        "",
        "| score from | spans | mean score | share that is mostly junk |",
        "|---|---|---|---|",
        *(
            f"| {row['from']:.1f} | {row['spans']:,} | {row['mean_score']:.2f} "
            f"| {row['share_right']:.2f} |"
            for row in validation["reliability"]
        ),
        "",
        "## Known weaknesses",
        "",
        "See the list of the worst remaining errors in `docs/text.md`. Not meant for deciding",
        "about people, and not a judgement of a site: it finds text that is not the article.",
        "",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")


def write_curve(path: Path, header: Mapping[str, Any]) -> None:
    """Draw junk left against clean documents changed, one dot per threshold, as SVG."""
    width, height, edge = 560, 320, 50
    curve = header["validation"]["curve"]
    most = max(*(row["clean_changed"] for row in curve), 0.01)
    dots = [
        (
            edge + (width - 2 * edge) * row["clean_changed"] / most,
            edge + (height - 2 * edge) * (1.0 - row["left"]),
            row["threshold"],
        )
        for row in curve
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in dots)
    presets = {value: name for name, value in header["thresholds"].items()}
    marks = []
    for x, y, value in dots:
        name = presets.get(value)
        marks.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{5 if name else 3}"/>')
        if name:
            marks.append(f'<text x="{x + 8:.1f}" y="{y - 6:.1f}">{name}</text>')
    bottom, right = height - edge, width - edge
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="12">\n'
        '<rect width="100%" height="100%" fill="white"/>\n'
        f'<path d="M{edge},{edge} V{bottom} H{right}" fill="none" stroke="black"/>\n'
        f'<polyline points="{line}" fill="none" stroke="steelblue" stroke-width="2"/>\n'
        + "\n".join(marks)
        + f'\n<text x="{edge}" y="{edge - 12}">junk left: 100% at the top, 0% at the axis</text>\n'
        f'<text x="{edge}" y="{height - 18}">clean documents changed: 0 to {most:.1%}</text>\n'
        "</svg>\n",
        encoding="utf-8",
    )


def _table(key: str, rows: Mapping[str, Mapping[str, Any]]) -> Sequence[str]:
    return [
        f"| {key} | documents | exact | article lost | junk left |",
        "|---|---|---|---|---|",
        *(
            f"| {name} | {row['documents']} | {row['exact']:.1%} | {row['lost']:.3%} | "
            + (f"{row['left']:.1%} |" if row["left"] is not None else "- |")
            for name, row in rows.items()
        ),
    ]
