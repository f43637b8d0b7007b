"""The words of HTML class names and ids that separate an article from its surroundings: data, sorted, in lower case.

A name is judged by its words (`main-sidebar` and `mainSidebar` contain the word "sidebar"), so the lists have words and
stems, never the class names of one outlet. Words that readers see are data of `monitor.languages`.
"""


def word_set(text: str) -> frozenset[str]:
    """Returns the words of a text that are separated by white space."""
    return frozenset(text.split())


# The first word of a token about the state of the page or a layout, not about the kind of the element.
STATE_WORDS = word_set("border can col grid has is layout margin no not padding page show single site t u with without")

# Comments and consent dialogs can be longer than the article.
ALWAYS_DROP = word_set("""
    comentario comentarios comment commentaire commentaires commenti commentlist comments consent cookie cookies
    discussion disqus fbcomments gdpr hozzaszolas komentar komentare komentarz komentarze kommentar kommentare
    kommentarer kommentit livefyre modal onetrust opinie popup reacties reactions respond spotim viafoura yorum
    yorumlar
    """)

# Elements round every article: links to other pages, advertisements, facts about the page and its author.
JUNK = word_set("""
    about ad adbox adcontainer addthis ads adsbygoogle adslot advert advertisement advertising aktie alert
    anzeige apps author autor autorbox banner bc bio bookmark bottom breadcrumb breadcrumbs byline caption
    captions carousel catlinks copyright credit credits crumbs cta dateline dfp disclaimer disclosure donate
    donation etiketler etiquetas fact factbox feedback figcaption figure flyout follow footer footnote footnotes
    gallery hashtags highlights infobox infographic keywords kicker legal license login logo masthead menu meta
    metadata mostread mpu nav navbar navi navigation news4you newsletter newsletters noprint outbrain overlay
    pager pagination partner paywall piano player podcast poll popover popular postmeta prevnext print printonly
    profile promo promotion promotions pub quiz rating readalso readmore readnext recirc recirculation recommend
    recommendation recommendations recommended references reflist register registration relacionadas related
    relatedposts rss schlagworte search seealso share sharebar sharing shop sidebar signup skip slider slideshow
    social sociallinks socials sponsor sponsored subscribe subscription swiper taboola tagcloud taglist tags
    teaser teasers ticker timestamp toc toolbar toolbox tooltip topbar topics trending upsell video videos vote
    warning weather zergnet
    """)

# At the beginning of a token only: `widget-area`, but not `article-widget`, round each paragraph of TimesLive.
JUNK_FIRST_WORDS = word_set("widget widgets")

# A word that begins so is as good as one of the list: compounds of German, Dutch, Turkish, and of hasty authors.
JUNK_STEMS = (
    "advertis", "breadcrumb", "newsletter", "outbrain", "pagination", "recommend", "relacionad", "related", "sharing",
    "sociallink", "socialmedia", "socialshare", "sponsor", "subscri", "taboola", "teaser", "verwandt", "weiterlesen",
)  # fmt: skip
ALWAYS_DROP_STEMS = ("comment", "cookie", "disqus", "kommentar")

# Two neighbouring words with a meaning that neither has alone.
JUNK_PAIRS = word_set("""
    about-author about-the ai-summary also-like also-read article-footer article-info article-tools
    article-topics author-bio author-box author-card author-description author-info author-profile bio-box
    end-matter entry-footer entry-meta entry-utility have-missed in-article-promo infinite-scroll jump-to
    latest-news lire-aussi mehr-zum more-about more-articles more-from more-in more-news more-on more-stories
    more-to most-commented most-popular most-read most-viewed news-list next-article next-post next-prev
    other-news post-author post-footer post-info post-meta post-navigation post-tags prev-next previous-post
    print-only read-also read-more read-next reading-time recent-article recent-articles recent-post
    recent-posts see-also side-bar story-footer tag-cloud tag-links tag-list top-stories trending-now up-next
    write-comment you-may
    """)

# On a paragraph, heading or list item only these count: TimesLive calls every paragraph a widget, Wired calls it paywall.
INLINE_JUNK = word_set("""
    advertisement breadcrumb byline caption copyright credit credits dateline disclaimer disclosure footnote
    hashtags legal meta newsletter pagination promo readalso readmore related share sharing social sponsored
    subscribe tags teaser timestamp toc
    """)

# Spoken to those who hear the page, never shown.
SCREEN_READER_WORDS = word_set("assistive offscreen screenreader sr srt visuallyhidden")
SCREEN_READER_PAIRS = word_set("screen-reader sr-only visually-hidden")

# The standfirst, under its names in the trade, and if a name calls it a teaser.
STANDFIRST_PAIRS = word_set("article-teaser teaser-text")
STANDFIRST_WORDS = word_set("""
    abstract chapeau chapo dachzeile deck dek entradilla excerpt ingress intro introduction lead lede perex
    sottotitolo spot standfirst subhead subheadline subtitle subtitulo summary teaserline untertitel vorspann
    """)

# Not shown, or only on some screens: whole tokens. `overflow-hidden` hides nothing.
HIDDEN_TOKENS = word_set("d-none hidden is-hidden")

PICTURE_WORDS = word_set("bild bilder foto fotos image images img imagem imagen photo photos picture pictures")

# Embedded posts of social networks: whole tokens.
POST_TOKENS = word_set("""
    bluesky-embed fb-post instagram-media mastodon-embed reddit-embed-bq telegram-post text-post-media
    tiktok-embed twitter-quote twitter-tweet twitter-tweet-rendered twitter-video
    """)
