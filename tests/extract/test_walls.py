"""What answers in place of an article is named and never taken for one."""

import gzip
from collections import Counter

import pytest

from monitor import extract
from monitor.errors import ExtractError
from tests.extract.builders import FIRST, NOW, SECOND, TEXT, THIRD, a_page, an_article, paragraphs
from tests.shared import SHARED

TO_HOME = "<link rel='canonical' href='https://outlet.example/'>"
OF_ARTICLE = "<meta property='og:type' content='article'>"
PASSWORD = "<form><input type='text'><input type='password'></form>"
HEADLINES = "".join(f"<li><a href='/{n}'>Headline number {n} of the day, at some length</a></li>" for n in range(40))


def refused(body: str, head: str = "", url: str = "https://outlet.example/news/1") -> str:
    """Why such a page gives no article."""
    with pytest.raises(ExtractError) as caught:
        extract.article(a_page(body, head), url=url, now=NOW)
    return caught.value.reason


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
    assert refused(f"<main><p>{text}</p></main>", titled(title)) == "a bot check instead of the article"


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
    assert refused(f"<main><p>{text}</p>{PASSWORD}</main>", titled(title)) == "a login instead of the article"


def test_a_cookie_notice_is_named():
    """Where nothing else is shown."""
    text = "We and our 832 partners use cookies to measure and to choose what you see. You may accept all or refuse."
    assert refused(f"<main><p>{text}</p></main>") == "a cookie notice instead of the article"


@pytest.mark.parametrize(
    "text", ["Please enable JavaScript to view this page.", "برای مشاهده، جاوا اسکریپت را فعال کنید."]
)
def test_a_call_for_javascript_is_named(text: str):
    """The page builds itself in the reader's browser, and gave nothing else."""
    assert refused(f"<div id='app'>{text}</div>") == "a call to enable JavaScript instead of the article"


@pytest.mark.parametrize(
    "title", ["404 Not Found", "Page not found - Outlet", "صفحه مورد نظر یافت نشد", "301 Moved Permanently"]
)
def test_an_error_page_is_named(title: str):
    """Some are answered with 200."""
    assert refused(f"<h1>{title}</h1><p>{FIRST}</p>", titled(title)) == "an error page instead of the article"


def test_the_home_page_is_a_listing():
    """By its own address, or by the one that it names: lost readers are sent there."""
    reason = "a listing instead of the article"
    assert refused(f"<ul>{HEADLINES}</ul><p>{FIRST}</p>", url="https://outlet.example/") == reason
    assert refused(f"<ul>{HEADLINES}</ul><p>{FIRST}</p>", TO_HOME) == reason


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
    reasons: Counter[str] = Counter()
    for folder, url in (("pk-listing", "https://outlet.example/"), ("error-pages", "https://outlet.example/news/1")):
        for page in (SHARED / "corpora" / "pages" / folder).glob("*.gz"):
            try:
                extract.article(gzip.decompress(page.read_bytes()), url=url, now=NOW)
            except ExtractError as error:
                reasons[f"{folder}: {error.reason.removesuffix(' instead of the article')}"] += 1
    assert reasons["error-pages: an error page"] == 4
    assert reasons["pk-listing: a listing"] >= 6
