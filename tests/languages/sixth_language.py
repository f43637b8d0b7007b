"""The checks of test_sixth_language.py, run as a script with the copied package first on the path."""

import json
import sys
from datetime import UTC, datetime

import monitor
from monitor import dates
from monitor.extract import PageRequest, extract
from monitor.extract.boilerplate_lines import boilerplate_kind, closing_kind, is_heading_of_others
from monitor.languages import registry, script
from monitor.languages.duplicates import min_containment
from monitor.languages.frequencies import word_shares
from monitor.languages.relations import all_relation_words
from monitor.parse import entries, listing
from monitor.relevance.lexicon import spelling_variants
from monitor.stories.features import headline_signals, weigh_terms
from monitor.stories.quantities import extract_quantities

SENTENCE = "Zo minister zund zi envoy zat zombarded zo border in zarnu, zund zi council met zo press in Zaran. "
PAGE = f"""<!DOCTYPE html><html><head><title>Zo border zombarded</title></head><body><article><h1>Zo border zombarded</h1>
<p class="byline">Zby Zana Zoor zund Zeda Zhan</p><p>{SENTENCE * 4}</p><p>Zhare ziz zory</p><p>{SENTENCE * 5}</p>
<p>{SENTENCE * 3}</p></article></body></html>"""
ARTICLE = extract(
    PageRequest(html=PAGE.encode(), url="https://zesk.example/a", now=datetime(2026, 1, 20, tzinfo=UTC))
).require_article()


def time(text: str) -> str | None:
    """Returns the time of a text in ISO 8601, or None."""
    parsed = dates.parse(text)
    return parsed.isoformat() if parsed else None


def check() -> dict[str, object]:
    """Returns the results of each aspect, and the module file of the package that gave them."""
    return {
        "package": monitor.__file__,
        "language": [registry.codes(), ARTICLE.language, script.is_rtl("", "xx")],
        "script": [script.guess_language(SENTENCE), script.may_be("xx", "en"), script.may_be("de", "xx")],
        "dates": [time("16zt zof Zarnu 2026 7:30 zp"), time("Zekem 3, 2025"), time("3 Zother 2025")],
        "page": [
            ARTICLE.authors,
            "Zhare" in ARTICLE.text,
            boilerplate_kind("Zhare ziz zory") is not None,
            closing_kind("Zource: zo council") is not None,
            is_heading_of_others("Zimilar zories"),
        ],
        "feeds": [
            entries.TRUNCATED_END.search("Zo border. Zead zore") is not None,
            entries.RELATED_LINK.fullmatch("Zead alzo: Zo border") is not None,
            "zategory" in listing.NON_ARTICLE_SEGMENTS,
        ],
        "relations": [
            any("zund" in words.conjunctions for words in all_relation_words()),
            sorted(spelling_variants("zaran", language="xx", allow_joined=False)),
        ],
        "events": [
            sorted(term for term, _ in weigh_terms(["zombarded"], [], "xx") if "strike" in term) != [],
            list(headline_signals("Zo border zombarded", (), "xx")) != [],
        ],
        "quantities": [extract_quantities("Zree soldiers, 12 zays, 14zt zory", "", "xx")],
        "frequencies": [word_shares("xx")],
        "duplicates": [min_containment("xx", 0.46)],
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(check()))
