"""One fact has one verdict, whatever the language of its headline.

`home` is the country of the outlet: a paper at home leaves its own country out.
"""

from pathlib import Path

import pytest
import yaml

from monitor import relevance
from tests.relevance.rulefiles import shipped

LANGUAGES = ("en", "ur", "fa", "ar", "tr")
FACTS = yaml.safe_load(Path(__file__).with_name("parity.yaml").read_text("utf-8"))
JUDGE = relevance.compile(shipped())


@pytest.mark.parametrize("fact", FACTS, ids=[f"{fact.get('home', '')} {fact['en']}".strip() for fact in FACTS])
def test_a_fact_has_one_verdict_in_five_languages(fact):
    """Each headline of a fact gets the verdict of the reader; the failure names the languages that differ."""
    verdicts = {
        language: JUDGE(title=fact[language], language=language, country=fact.get("home", "")) for language in LANGUAGES
    }
    different = {
        language: [reason.text for reason in verdict.reasons]
        for language, verdict in verdicts.items()
        if (verdict.digest, verdict.alert) != (fact["digest"], fact["alert"])
    }
    assert not different
