"""Nouns for the tests of this room; a test names only what matters to it."""

from datetime import UTC, datetime
from typing import Any

from monitor.digest import Templates, compile_templates
from monitor.digest.templates import load
from monitor.model import (
    AlertedStory,
    Channel,
    Coverage,
    Digest,
    DigestArticle,
    DigestStory,
    EarlierStory,
    Excerpt,
    Flag,
    Gap,
    NearMiss,
    NoticeKind,
    SilentSource,
)

NOW = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A time in November 2026."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def a_channel(**given: Any) -> Channel:
    return Channel(**{"id": "desk", "kind": "email", "recipients": ("desk@desk.example",), **given})


def a_line(**given: Any) -> DigestArticle:
    return DigestArticle(
        **{
            "item": 1,
            "url": "https://daily.example/border",
            "title": "Two neighbours reopen a border crossing",
            "lead": "The crossing had been shut for a week.",
            "source": "The Daily",
            "first_seen": at(21, 12, 5),
            "published": at(21, 12),
            **given,
        }
    )


def a_story(**given: Any) -> DigestStory:
    return DigestStory(
        **{
            "story": 1,
            "thread": 1,
            "kind": NoticeKind.DIGEST,
            "articles": (a_line(),),
            "excerpts": (),
            "score": 2.0,
            **given,
        }
    )


def a_coverage(**given: Any) -> Coverage:
    return Coverage(**{"sources": 43, "healthy": 43, "entries": 512, "judged": 498, **given})


def a_digest(**given: Any) -> Digest:
    return Digest(
        **{
            "channel": "desk",
            "name": "Iran–Pakistan desk",
            "kind": "digest",
            "start": at(21, 2, 30),
            "end": at(21, 13),
            "zone": "Asia/Karachi",
            "stories": (a_story(),),
            "coverage": a_coverage(),
            **given,
        }
    )


def some_templates() -> Templates:
    return compile_templates(load())


def a_full_digest() -> Digest:
    """A digest that uses every part of the form, in English, Urdu and Persian."""
    envoys = DigestStory(
        story=7,
        thread=3,
        kind=NoticeKind.UPDATE,
        score=6.5,
        articles=(
            a_line(
                item=71,
                url="https://khabar.example/ur/71",
                title="پاکستان اور ایران کے سفیر جمعے تک اپنے اپنے دفتروں میں لوٹ آئیں گے",
                lead="دونوں وزرائے خارجہ نے فون پر بات کی اور طے کیا کہ سفیر 26 تاریخ تک واپس پہنچ جائیں گے۔",
                source="روزنامہ خبر",
                country="PK",
                owner="private",
                language="ur",
                copies=(("صبح نو", "https://subh.example/71"),),
            ),
            a_line(
                item=72,
                url="https://wire.example/72",
                title="Ambassadors to return by Friday",
                source="Gulf Wire",
                owner="agency",
                country="AE",
                language="en",
            ),
        ),
        excerpts=(
            Excerpt(before="", match="پاکستان", after="", name="Pakistan", side="PK"),
            Excerpt(before=" اور ", match="ایران", after=" کے سفیر جمعے تک اپنے…", name="Iran", side="IR"),
        ),
        reasons=("both countries in the headline", "envoys, foreign ministers"),
        topics=("diplomacy", "border-security"),
        new_facts=("26 November", "Jalil Abbas Jilani"),
        gloss="Hossein Amir-Abdollahian (IR), Jalil Abbas Jilani (PK): diplomacy, border security",
        headline_suffices=True,
        earlier=(
            EarlierStory(
                story=5,
                title="Islamabad calls its ambassador home",
                url="https://daily.example/60",
                opened_at=at(18, 9),
            ),
        ),
    )
    border = a_story(
        story=8,
        thread=8,
        topics=("trade-energy", "other"),
        reasons=("Two sentences name Mirjaveh and Taftan",),
        score=4.0,
        articles=(
            a_line(
                item=81,
                url="https://daily.example/81",
                title="Traders wait as the Mirjaveh crossing opens for six hours a day",
                lead=(
                    "Customs officers on both sides let lorries through from Saturday on. Traders in Taftan say that "
                    "some four hundred vehicles are still waiting, many of them with fruit that will not keep, and ask "
                    "for longer hours."
                ),
                source="The Daily",
                country="PK",
                owner="private",
                language="en",
            ),
            a_line(
                item=82,
                url="https://farm.example/82",
                title="Border opens: what you need to know",
                source="World Buzz",
                flags=(Flag(code="template-text", evidence="the same frame as 14 other texts of this outlet"),),
            ),
        ),
        excerpts=(
            Excerpt(before="…wait as the ", match="Mirjaveh", after=" crossing opens…", name="Mirjaveh", side="IR"),
            Excerpt(before="…Traders in ", match="Taftan", after=" say that some four…", name="Taftan", side="PK"),
        ),
    )
    gas = a_story(
        story=9,
        thread=9,
        score=3.1,
        late=True,
        articles=(
            a_line(
                item=91,
                url="https://negah.example/fa/91",
                title="گفت‌وگوی تازهٔ تهران و اسلام‌آباد دربارهٔ خط لولهٔ گاز",
                lead="هیئت پاکستانی روز پنج‌شنبه در تهران دربارهٔ زمان‌بندی ساخت بخش مرزی خط لوله گفت‌وگو کرد.",
                source="خبرگزاری نگاه",
                owner="state",
                country="IR",
                language="fa",
                published=at(20, 9),
                partial=True,
                flags=(Flag(code="state-media", evidence="owned by the state, see the catalogue of sources"),),
            ),
        ),
        excerpts=(
            Excerpt(before="…گفت‌وگوی تازهٔ ", match="تهران", after="", name="Tehran", side="IR"),
            Excerpt(before=" و ", match="اسلام‌آباد", after=" دربارهٔ خط لولهٔ…", name="Islamabad", side="PK"),
        ),
    )
    return a_digest(
        stories=(envoys, border, gas),
        overflow=2,
        alerted=(
            AlertedStory(
                story=6,
                title="دونوں ملکوں کے وزرا کا فون پر رابطہ",
                url="https://khabar.example/ur/66",
                source="روزنامہ خبر",
                language="ur",
                alerted_at=at(21, 9, 5),
            ),
        ),
        near_misses=(
            NearMiss(
                title="Oil prices rise on talk of new routes",
                url="https://market.example/5",
                source="Market Post",
                language="en",
                score=1.9,
                missing="nothing of Pakistan but its name in a list",
            ),
            NearMiss(
                title="تہران میں کتاب میلہ",
                url="https://khabar.example/ur/5",
                source="روزنامہ خبر",
                language="ur",
                score=1.4,
                missing="no word of Pakistan",
            ),
        ),
        coverage=a_coverage(
            healthy=41,
            silent=(
                SilentSource(source="Mountain Times", since=at(20, 22, 10), reason="HTTP 403"),
                SilentSource(source="صدائے شہر", since=None, reason="no name in the DNS"),
            ),
            gaps=(Gap(source="Gulf Wire", start=at(21, 4), end=at(21, 5, 10)),),
        ),
    )
