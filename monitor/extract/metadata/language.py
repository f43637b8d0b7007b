"""The language of an article: as its page declares it, if its letters and commonest words agree."""

import re
from typing import Final

from monitor.extract.document import HtmlDocument
from monitor.languages.script import guess_language, may_be

LANGUAGE_METAS: Final = ("content-language", "og:locale", "language", "inlanguage")
SAMPLE_CHARS: Final = 3000
SUBTAG_END: Final = re.compile(r"[-_,;\s]")
PRIMARY_SUBTAG: Final = re.compile(r"[a-z]{2,3}")


def find_language(document: HtmlDocument, text: str, hint: str) -> str:
    """Returns the primary subtag (BCP 47) of the article's language, or "".

    The page's declaration comes first, then the hint, each only if the text is in a script of that language, because
    themes of Urdu outlets declare en-US; then the guess by letters and words.
    """
    guess = guess_language(text[:SAMPLE_CHARS])
    for candidate in (document.declared_language, document.meta(*LANGUAGE_METAS), hint):
        code = SUBTAG_END.split(candidate.strip().lower())[0]
        if PRIMARY_SUBTAG.fullmatch(code) and may_be(code, guess):
            return code
    return guess
