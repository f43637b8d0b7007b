"""What answers in place of an article is named and never taken for one."""

import gzip
from collections import Counter

import pytest

from monitor.extract import InterstitialKind
from tests.extract.builders import FIRST, SECOND, TEXT, THIRD, URL, a_page, an_article, extraction_of, paragraphs
from tests.shared import SHARED

TO_HOME = "<link rel='canonical' href='https://outlet.example/'>"
OF_ARTICLE = "<meta property='og:type' content='article'>"
PASSWORD = "<form><input type='text'><input type='password'></form>"
HEADLINES = "".join(f"<li><a href='/{n}'>Headline number {n} of the day, at some length</a></li>" for n in range(40))


def refused(body: str, head: str = "", url: str = URL) -> InterstitialKind | None:
    """Returns the kind of such a page, which has no article."""
    refusal = extraction_of(a_page(body, head), url=url).refusal
    assert refusal
    return refusal.interstitial


def titled(title: str) -> str:
    """A head with this title."""
    return f"<title>{title}</title>"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Just a moment...", "The site needs to review the security of your connection before proceeding."),
        ("Outlet", "Please verify you are a human by completing the task below."),
        ("Access denied", "You do not have permission to see this page. Reference number 18.3."),
        ("در حال بررسی مرورگر شما", "این فرایند خودکار است و به‌زودی به صفحه هدایت می‌شوید."),
        ("Outlet", "لطفاً تأیید کنید که شما ربات نیستید و سپس ادامه دهید."),
        ("Outlet", "آگے بڑھنے کے لیے تصدیق کریں کہ آپ روبوٹ نہیں ہیں۔"),
        ("Outlet", "Devam etmek için robot olmadığınızı doğrulayın, sonra sayfa açılır."),
    ],
)
def test_a_bot_check_is_named(title: str, text: str):
    """By its title or by most of its words."""
    assert refused(f"<main><p>{text}</p></main>", titled(title)) is InterstitialKind.BOT_CHECK


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Subscriber login", "Welcome back to our pages, dear reader."),
        ("ورود به سایت", "برای مشاهده ادامه این مطلب از این صفحه استفاده کنید."),
        ("Outlet", "Please log in to continue reading this and all our other stories."),
        ("Outlet", "مزید پڑھنے کے لیے اپنا پاس ورڈ درج کریں اور آگے بڑھیں۔"),
        ("Outlet", "لقراءة المزيد أدخل كلمة المرور الخاصة بك ثم تابع القراءة هنا."),
    ],
)
def test_a_login_is_named(title: str, text: str):
    """A page with a field for a password and such a title, or one that says little else."""
    assert refused(f"<main><p>{text}</p>{PASSWORD}</main>", titled(title)) is InterstitialKind.LOGIN


def test_a_cookie_notice_is_named():
    """Where nothing else is shown."""
    text = "We and our 832 partners use cookies to measure and to choose what you see. You may accept all or refuse."
    assert refused(f"<main><p>{text}</p></main>") is InterstitialKind.COOKIE_NOTICE


@pytest.mark.parametrize(
    "text", ["Please enable JavaScript to view this page.", "برای مشاهده، جاوا اسکریپت را فعال کنید."]
)
def test_a_call_for_javascript_is_named(text: str):
    """The page builds itself in the reader's browser, and gave nothing else."""
    assert refused(f"<div id='app'>{text}</div>") is InterstitialKind.JAVASCRIPT


@pytest.mark.parametrize(
    "title", ["404 Not Found", "Page not found - Outlet", "صفحه مورد نظر یافت نشد", "301 Moved Permanently"]
)
def test_an_error_page_is_named(title: str):
    """Some are answered with 200."""
    assert refused(f"<h1>{title}</h1><p>{FIRST}</p>", titled(title)) is InterstitialKind.ERROR_PAGE


def test_the_home_page_is_a_listing():
    """By its own address, or by the one that it names: lost readers are sent there."""
    assert refused(f"<ul>{HEADLINES}</ul><p>{FIRST}</p>", url="https://outlet.example/") is InterstitialKind.LISTING
    assert refused(f"<ul>{HEADLINES}</ul><p>{FIRST}</p>", TO_HOME) is InterstitialKind.LISTING


@pytest.mark.parametrize(
    ("body", "head"),
    [
        (f"<article>{paragraphs()}</article>{PASSWORD}", titled("Login to the border")),
        (f"<article>{paragraphs(FIRST, 'We use cookies, and you may accept them.', SECOND, THIRD)}</article>", ""),
        (f"<article>{paragraphs()}</article><ul>{HEADLINES}</ul>", f"{OF_ARTICLE}{TO_HOME}"),
        (f"<article><p>{FIRST}</p></article>", titled("Access denied to inspectors at the border, ministry says")),
        (f"<article><p>{FIRST}</p></article>", titled("500 families cross the border after the storm")),
        (f"<article><p>{FIRST}</p></article>{PASSWORD}", titled("ورود به بازارچه مرزی آزاد شد")),
    ],
)  # fmt: skip
def test_an_article_is_no_wall(body: str, head: str):
    """Many carry a login, a cookie notice, a list of headlines, or speak of such things."""
    assert FIRST in an_article(body, head).text


def test_an_article_at_the_root_is_read():
    """A page of one text may stand there."""
    assert an_article(url="https://outlet.example/").text.split("\n\n") == TEXT


@pytest.mark.corpus
@pytest.mark.skipif(not SHARED.exists(), reason="the corpora are not beside the project")
def test_walls_among_recorded_pages():
    """Home pages of outlets are listings, and what a server says of an error is no article."""
    kinds: Counter[tuple[str, InterstitialKind | None]] = Counter()
    for folder, url in (("pk-listing", "https://outlet.example/"), ("error-pages", "https://outlet.example/news/1")):
        for page in (SHARED / "corpora" / "pages" / folder).glob("*.gz"):
            if refusal := extraction_of(gzip.decompress(page.read_bytes()), url=url).refusal:
                kinds[folder, refusal.interstitial] += 1
    assert kinds["error-pages", InterstitialKind.ERROR_PAGE] == 4
    assert kinds["pk-listing", InterstitialKind.LISTING] >= 6
