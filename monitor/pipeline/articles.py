"""Articles as the steps judge and store them: from page and feed, with the part that may be stored. Pure."""

from dataclasses import replace

from monitor.model import Article, Entry, Method, Source, Verdict
from monitor.relevance import Judge

# How sure we are that a feed's text is the article and the whole of it: a feed with full content may still shorten it,
# and a summary never is the whole.
FEED_CONTENT_QUALITY = 0.8
FEED_SUMMARY_QUALITY = 0.3


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
