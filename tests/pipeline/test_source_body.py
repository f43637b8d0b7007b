"""Reading a source whose body names others: an index of sitemaps."""

from monitor.model import ReadPolicy
from monitor.pipeline import one_shot
from monitor.pipeline.source_body import MAX_REQUESTS
from monitor.store import entry_history
from monitor.store.sources import health
from tests.cli.builders import Site, a_config, a_source, visiting

INDEX = "dawn.example/sitemap.xml"


def an_index(*names: str) -> str:
    return f"<sitemapindex>{''.join(f'<sitemap><loc>http://dawn.example/{name}</loc></sitemap>' for name in names)}</sitemapindex>"


def a_sitemap(*numbers: int) -> str:
    news = "<urlset xmlns:news='n'>{}</urlset>"
    url = "<url><loc>http://dawn.example/news/{0}</loc><news:news><news:title>Title {0}</news:title></news:news></url>"
    return news.format("".join(url.format(number) for number in numbers))


def a_config_of_the_index():
    return a_config(a_source(url=f"http://{INDEX}", kind="news-sitemap", fetch_pages=ReadPolicy.NEVER))


def stored(context, *numbers: int) -> list[bool]:
    """Which of these stories are in the store."""
    return [
        context.store.call(entry_history.find, f"https://dawn.example/news/{number}") is not None for number in numbers
    ]


async def test_an_index_follows_its_sitemaps_as_their_names_change():
    """Each poll reads the newest ones; tomorrow they have other names."""
    site = Site({INDEX: an_index("map-2024-01-15.xml", "map-2024-01-16.xml"), "dawn.example/robots.txt": "404"})
    site.pages |= {"dawn.example/map-2024-01-15.xml": a_sitemap(1), "dawn.example/map-2024-01-16.xml": a_sitemap(2)}
    async with visiting(site, a_config_of_the_index()) as context:
        await one_shot.run_once(context)
        assert stored(context, 1, 2, 3) == [True, True, False]
        site.pages |= {
            INDEX: an_index("map-2024-01-16.xml", "map-2024-01-17.xml"),
            "dawn.example/map-2024-01-17.xml": a_sitemap(3),
        }
        await context.clock.sleep(3600)
        await one_shot.run_once(context)
        assert stored(context, 3) == [True]


async def test_an_index_inside_of_an_index_is_followed_within_bounds():
    """Deeper sitemaps are read at the place of their index, and no index leads us on without end."""
    site = Site(
        {INDEX: an_index("news.xml"), "dawn.example/news.xml": an_index("a.xml"), "dawn.example/a.xml": a_sitemap(1)}
    )
    async with visiting(site, a_config_of_the_index()) as context:
        await one_shot.run_once(context)
        assert stored(context, 1) == [True]
    site.pages |= {f"dawn.example/{number}.xml": an_index(f"{number + 1}.xml") for number in range(20)}
    site.pages |= {INDEX: an_index("0.xml")}
    site.requests.clear()
    async with visiting(site, a_config_of_the_index()) as context:
        await one_shot.run_once(context)
        assert "of which none could be read" in context.store.call(health, now=context.clock())[0].reason
    assert len(site.requests) == 1 + MAX_REQUESTS


async def test_a_sitemap_that_fails_does_not_stop_its_neighbours():
    """One that is gone is skipped, and does not end the source."""
    site = Site({INDEX: an_index("a.xml", "b.xml"), "dawn.example/a.xml": "410", "dawn.example/b.xml": a_sitemap(1)})
    async with visiting(site, a_config_of_the_index()) as context:
        await one_shot.run_once(context)
        assert stored(context, 1) == [True]
        site.pages |= {"dawn.example/b.xml": "410"}
        await context.clock.sleep(3600)
        await one_shot.run_once(context)
        state = context.store.call(health, now=context.clock())[0]
        assert "410" in state.reason
        assert state.paused_at is None
