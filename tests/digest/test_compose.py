"""What a digest holds, and in which order."""

from dataclasses import replace

from monitor.digest import compose
from monitor.model import AlertedStory, EarlierStory, Flag, NearMiss, NoticeKind

from .builders import NOW, a_channel, a_coverage, a_line, a_story, at


def composed(*stories, **given):
    return compose(
        given.pop("channel", a_channel()),
        **{
            "kind": "digest",
            "start": at(21, 2),
            "end": NOW,
            "stories": stories,
            "near_misses": (),
            "coverage": a_coverage(),
            **given,
        },
    )


def order(*stories) -> list[int]:
    return [story.story for story in composed(*stories).stories]


def test_urgent_then_updates_then_spread_then_score_then_time():
    """What deserves an alert leads, then updates, countries and outlets that carry it, the score, the newer one."""
    both = (a_line(item=9, country="PK"), a_line(item=10, source="Other", country="IR"))
    both_sides, urgent = a_story(story=7, articles=both, score=0.5), a_story(story=8, urgent=True)
    update = a_story(story=1, kind=NoticeKind.UPDATE, articles=(a_line(item=1),), score=0.1)
    wide = a_story(story=2, articles=(a_line(item=2), a_line(item=3, source="Other")), score=1.0)
    copied = a_story(story=3, articles=(a_line(item=4, copies=(("A", ""), ("B", ""))),), score=1.0)
    strong = a_story(story=4, articles=(a_line(item=5),), score=9.0)
    newer = a_story(story=5, articles=(a_line(item=6, published=at(21, 12, 30)),), score=1.0)
    older = a_story(story=6, articles=(a_line(item=7, published=None, first_seen=at(21, 3)),), score=1.0)
    stories = [
        replace(story, thread=story.story)
        for story in (
            older,
            newer,
            strong,
            wide,
            copied,
            update,
            both_sides,
            replace(urgent, articles=(a_line(item=8),)),
        )
    ]
    assert order(*stories) == [8, 1, 7, 3, 2, 4, 5, 6]


def test_affair_is_together_in_order_of_time():
    """The stories of one thread are together, the oldest first, at the rank of the best; others keep their place."""
    first = a_story(story=1, thread=5, score=1.0, articles=(a_line(item=1, published=at(21, 8)),))
    other = a_story(story=2, thread=6, score=5.0, articles=(a_line(item=2),))
    turn = a_story(story=3, thread=5, score=9.0, articles=(a_line(item=3, published=at(21, 11)),))
    assert order(first, other, turn) == [1, 3, 2]


def test_earlier_and_alerted_stories_are_shown_once():
    """A story that the digest shows in full is no earlier story and no line among the alerted ones."""
    old = EarlierStory(story=1, title="Envoys leave", url="", opened_at=at(20, 8))
    older = EarlierStory(story=9, title="Missiles fall", url="", opened_at=at(18, 8))
    sent = [
        AlertedStory(story=number, title="x", url="", source="S", language="en", alerted_at=at(21, 9))
        for number in (2, 7)
    ]
    first = a_story(story=1, thread=5, articles=(a_line(item=1, published=at(20, 8)),))
    turn = a_story(story=2, thread=5, articles=(a_line(item=2),), earlier=(old, older))
    digest = composed(first, turn, alerted=sent)
    assert [story.earlier for story in digest.stories] == [(), (older,)]
    assert [story.story for story in digest.alerted] == [7]


def test_alert_is_led_by_the_text_that_raised_it():
    """An alert and an update show the article that caused them first; in a new story the earliest leads."""
    feature = a_line(item=1, published=at(20, 22))
    strike = a_line(item=2, published=at(21, 9), raised_notice=True, partial=True)
    for kind, items in ((NoticeKind.ALERT, [2, 1]), (NoticeKind.UPDATE, [2, 1]), (NoticeKind.DIGEST, [1, 2])):
        [story] = composed(a_story(kind=kind, articles=(feature, strike))).stories
        assert [line.item for line in story.articles] == items


def test_same_outlet_twice_counts_once():
    """Ten pieces of one outlet are one outlet."""
    many = a_story(story=1, thread=1, articles=tuple(a_line(item=n) for n in range(10)))
    two = a_story(story=2, thread=2, articles=(a_line(item=11), a_line(item=12, source="Other")))
    assert order(many, two) == [2, 1]


def test_stories_over_the_limit_are_counted():
    """Stories over the channel's cap are held and counted, the least important ones."""
    stories = [a_story(story=n, thread=n, score=n, articles=(a_line(item=n),)) for n in range(1, 6)]
    digest = composed(*stories, channel=a_channel(max_stories=3))
    assert [story.story for story in digest.stories] == [5, 4, 3]
    assert digest.overflow == 2


def test_every_item_once():
    """An item of two stories appears in the first only; a story without items is left out."""
    one = a_story(story=1, score=9, articles=(a_line(item=1), a_line(item=2, published=at(21, 11))))
    two = a_story(story=2, score=5, articles=(a_line(item=2), a_line(item=3)))
    three = a_story(story=3, score=1, articles=(a_line(item=1),))
    digest = composed(three, two, one)
    assert [[line.item for line in story.articles] for story in digest.stories] == [[2, 1], [3]]


def test_full_unflagged_earliest_article_leads():
    """A story is led by a text that was read, has no caution on it, and came first."""
    partial = a_line(item=1, partial=True, published=at(21, 1))
    flagged = a_line(item=2, flags=(Flag(code="template text", evidence="…"),), published=at(21, 2))
    later, first = a_line(item=3, published=at(21, 9)), a_line(item=4, published=at(21, 8))
    [story] = composed(a_story(articles=(partial, flagged, later, first))).stories
    assert [line.item for line in story.articles] == [4, 3, 2, 1]


def test_digest_has_name_and_zone_of_its_channel():
    """A digest is written for its channel; one without a name goes by its id."""
    digest = composed(channel=a_channel(zone="Asia/Tehran"))
    assert (digest.channel, digest.name, digest.zone) == ("desk", "desk", "Asia/Tehran")
    assert composed(channel=a_channel(name="The desk")).name == "The desk"


def test_nearest_misses_first():
    """The near miss with the highest score comes first."""
    misses = [NearMiss(title=str(n), url="", source="", language="", score=n, missing="") for n in (1, 3, 2)]
    assert [miss.score for miss in composed(near_misses=misses).near_misses] == [3, 2, 1]
