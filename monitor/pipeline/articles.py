"""Articles as the steps judge and store them: from page and feed, with the part that may be stored. Pure."""

from dataclasses import replace

from monitor.languages.script import is_rtl
from monitor.model import Article, Entry, Method, Source, Verdict
from monitor.relevance import Judge
from monitor.text import fold

# How sure we are that a feed's text is the article and the whole of it: a feed with full content may still shorten it,
# and a summary never is the whole.
FEED_CONTENT_QUALITY = 0.8
FEED_SUMMARY_QUALITY = 0.3
# A stub of a paywall is a fraction of the text that the feed carries; an extraction that drops furniture is not.
MIN_FEED_TEXT_RATIO = 1.5
# Words of a headline that can be compared: shorter ones are articles and prepositions. Stems, because a headline has "Iranian"
# where the text has "Iran".
MIN_HEADLINE_WORD_LETTERS = 4
STEM_LETTERS = 4
MIN_HEADLINE_STEMS = 3
# An outlet may announce its Urdu page in English. An error page in another script is shorter.
MIN_OTHER_SCRIPT_CHARS = 600
MAX_COMPARED_CHARS = 20_000  # a headline is about the beginning of a text


def article_from_feed(entry: Entry) -> Article:
    """Returns the article as the feed alone gives it."""
    return Article(
        url=entry.link,
        title=entry.title,
        text=entry.content or entry.summary,
        lead=entry.summary,
        authors=(entry.author,) if entry.author else (),
        published=entry.published,
        published_text=entry.published_text,
        published_from="feed" if entry.published else "",
        language=entry.language,
        method=Method.FEED,
        quality=FEED_CONTENT_QUALITY if entry.content else FEED_SUMMARY_QUALITY,
    )


def complete_from_feed(article: Article, entry: Entry, source: Source) -> Article:
    """Returns the article of a page with the fields that only the feed has: some pages carry no date or headline."""
    return replace(
        article,
        title=article.title or entry.title,
        published=article.published or entry.published,
        published_from=article.published_from or ("feed" if entry.published else ""),
        language=article.language or entry.language or source.language,
    )


def reconcile(article: Article, entry: Entry, source: Source) -> tuple[Article, str]:
    """Returns the article of an entry from its two witnesses, page and feed, and a doubt about the page, or "".

    Fields that the page does not have come from the feed, and so does the text if the feed carries much more of it. The doubt
    says that the page is not about the headline of the feed: an error page with status 200, the shell of an application, or
    another article.
    """
    reconciled = complete_from_feed(article, entry, source)
    if len(entry.content) > MIN_FEED_TEXT_RATIO * len(article.text):
        note = f"text from the feed: {len(entry.content)} characters, the page has {len(article.text)}"
        reconciled = replace(reconciled, text=entry.content, notes=(*reconciled.notes, note))
    if is_about_headline(entry.title, f"{article.title}\n{article.lead}\n{article.text}"):
        return reconciled, ""
    return reconciled, f"the page ({article.title[:80]!r}) has no word of the headline"


def is_about_headline(headline: str, text: str) -> bool:
    """Returns whether a text has a word of a headline; True if they cannot be compared (few words, two scripts)."""
    stems = headline_stems(headline)
    if len(stems) < MIN_HEADLINE_STEMS:
        return True
    if is_rtl(headline) is not is_rtl(text) and len(text) >= MIN_OTHER_SCRIPT_CHARS:
        return True
    # One word is enough. Rewritten headlines share few words with their text, and error pages share none.
    return not stems.isdisjoint(headline_stems(text[:MAX_COMPARED_CHARS]))


def headline_stems(text: str) -> frozenset[str]:
    """Returns the beginnings of the longer words of a text, folded."""
    words = fold(text).text.split()
    return frozenset(word[:STEM_LETTERS] for word in words if len(word) >= MIN_HEADLINE_WORD_LETTERS)


def storable_part(article: Article) -> Article:
    """Returns the part of an article that may be stored.

    A page that reserves its text (`noarchive`) is judged and its text is not stored. Of a paywalled article only the
    lead is stored.
    """
    if article.noarchive:
        return replace(article, text="", lead="")
    return article if article.free else replace(article, text=article.lead)


def judge_article(judge: Judge, source: Source, article: Article) -> Verdict:
    """Returns the verdict on an article of a source; its hits count in `title`, `lead` and `text`.

    The backtest and `monitor try` judge by this function too, so that they get the verdict of the service.
    """
    return judge(
        title=article.title,
        summary=article.lead,
        text=article.text,
        language=article.language or source.language,
        country=source.country,
        outlet=article.site or source.name,
        source=source.id,
    )


def judge_headline(judge: Judge, source: Source, entry: Entry) -> Verdict:
    """Returns the verdict on title and summary alone: it orders the reading, and may alert before the page is read."""
    return judge(
        title=entry.title,
        summary=entry.summary,
        language=entry.language or source.language,
        country=source.country,
        outlet=source.name,
        source=source.id,
    )
