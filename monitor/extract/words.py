"""The words that tell what surrounds an article from the article: data, sorted, in lower case.

Class names are judged by word (`main-sidebar` and `mainSidebar` hold the word "sidebar"), so a list names words and stems,
never the class names of one outlet. Lines of boilerplate are regular expressions over one paragraph in lower case, by kind;
each is anchored at its beginning, because an article may well speak of newsletters in the middle of a sentence.
"""


def words_of(text: str) -> frozenset[str]:
    """The words of a text, parted by blanks."""
    return frozenset(text.split())


# --- class names ------------------------------------------------------------------------------------------------------

# The first word of a token that states something of the page or of a layout, not what the element is.
STATES = words_of("border can col grid has is layout margin no not padding page show single site t u with without")

# Comments and consent dialogs can be longer than the article.
NEVER = words_of("""
    comentario comentarios comment commentaire commentaires commenti commentlist comments consent cookie cookies
    discussion disqus fbcomments gdpr hozzaszolas komentar komentare komentarz komentarze kommentar kommentare
    kommentarer kommentit livefyre modal onetrust opinie popup reacties reactions respond spotim viafoura yorum
    yorumlar
    """)

# Round every article: what leads elsewhere, sells, or tells of the page and its author.
JUNK = words_of("""
    about ad adbox adcontainer addthis ads adsbygoogle adslot advert advertisement advertising aktie alert anzeige apps author
    autor autorbox banner bc bio bookmark bottom breadcrumb breadcrumbs byline caption captions carousel catlinks
    copyright credit credits crumbs cta dateline dfp disclaimer disclosure donate donation etiketler etiquetas fact factbox
    feedback figcaption figure flyout follow footer footnote footnotes gallery hashtags highlights infobox infographic keywords
    kicker legal license login logo masthead menu meta metadata mostread mpu nav navbar navi navigation news4you
    newsletter newsletters noprint outbrain overlay pager pagination partner paywall piano player podcast poll
    popover popular postmeta prevnext print printonly profile promo promotion promotions pub quiz rating readalso
    readmore readnext recirc recirculation recommend recommendation recommendations recommended references reflist
    register registration relacionadas related relatedposts rss schlagworte search seealso share sharebar sharing
    shop sidebar signup skip slider slideshow social sociallinks socials sponsor sponsored subscribe subscription
    swiper taboola tagcloud taglist tags teaser teasers ticker timestamp toc toolbar toolbox tooltip topbar topics
    trending upsell video videos vote warning weather zergnet
    """)

# At the beginning of a token only: `widget-area`, but not `article-widget`, round each paragraph of TimesLive.
JUNK_FIRST = words_of("widget widgets")

# A word that begins so is as good as one of the list: compounds of German, Dutch, Turkish, and of hasty authors.
JUNK_STEMS = (
    "advertis", "breadcrumb", "newsletter", "outbrain", "pagination", "recommend", "relacionad", "related", "sharing",
    "sociallink", "socialmedia", "socialshare", "sponsor", "subscri", "taboola", "teaser", "verwandt", "weiterlesen",
)  # fmt: skip
NEVER_STEMS = ("comment", "cookie", "disqus", "kommentar")

# Two words side by side that say together what neither says alone.
JUNK_PAIRS = words_of("""
    about-author about-the ai-summary also-like also-read article-footer article-info article-tools article-topics author-bio author-box
    author-card author-description author-info author-profile bio-box end-matter entry-footer entry-meta
    entry-utility have-missed in-article-promo infinite-scroll jump-to latest-news lire-aussi mehr-zum more-about
    more-articles more-from more-in more-news more-on more-stories more-to most-commented most-popular most-read
    most-viewed news-list next-article next-post next-prev other-news post-author post-footer post-info post-meta
    post-navigation post-tags prev-next previous-post print-only read-also read-more read-next reading-time recent-article recent-articles recent-post
    recent-posts see-also side-bar
    story-footer tag-cloud tag-links tag-list top-stories trending-now up-next write-comment you-may
    """)

# On a paragraph, heading or list item only these count: TimesLive calls every paragraph a widget, Wired calls it paywall.
NARROW_JUNK = words_of("""
    advertisement breadcrumb byline caption copyright credit credits dateline disclaimer disclosure footnote hashtags legal
    meta newsletter pagination promo readalso readmore related share sharing social sponsored subscribe tags teaser
    timestamp toc
    """)

# Spoken to those who hear the page, never shown.
UNSEEN = words_of("assistive offscreen screenreader sr srt visuallyhidden")
UNSEEN_PAIRS = words_of("screen-reader sr-only visually-hidden")

# The standfirst, under its names in the trade, and where a name says "teaser" of it.
LEAD_PAIRS = words_of("article-teaser teaser-text")
LEADS = words_of("""
    abstract chapeau chapo dachzeile deck dek entradilla excerpt ingress intro introduction lead lede perex
    sottotitolo spot standfirst subhead subheadline subtitle subtitulo summary teaserline untertitel vorspann
    """)

# Not shown, or only on some screens: whole tokens. `overflow-hidden` hides nothing.
HIDDEN = words_of("d-none hidden is-hidden")

PICTURES = words_of("bild bilder foto fotos image images img imagem imagen photo photos picture pictures")

# Embedded posts of social networks: whole tokens.
POSTS = words_of("""
    bluesky-embed fb-post instagram-media mastodon-embed reddit-embed-bq telegram-post text-post-media tiktok-embed
    twitter-quote twitter-tweet twitter-tweet-rendered twitter-video
    """)

# --- lines of boilerplate ---------------------------------------------------------------------------------------------
# Regular expressions by kind, in lower case, matched at the beginning of a paragraph after its punctuation. The kind is
# what a reader is told of a line that went.

# Short paragraphs only: labels, pointers, calls. A `$` says that the paragraph is nothing else.
LABELS = {
    "pointer to other articles": (
        r"(?:also|must|related) (?:read|watch|see)\b",
        r"(?:click|tap) here (?:to|for)\b",
        r"(?:read|see|watch|find out|learn)(?: more| also| next| the full story)?:\s",
        r"(?:read|see|learn|view|show|load) (?:more|all|also|next)$",
        r"(?:read|see|find) more (?:about|at|from|here|on|of)\b",
        r"(?:you (?:may|might) (?:also )?(?:like|be interested in)|recommended(?: for you| reading)?|trending(?: now)?)\b[^.]*$",
        r"don'?t miss[:!]",
        r"more (?:on this story|on this topic|from|about)\b[^.]*$",
        r"recommended stories$",
        r"related (?:articles?|coverage|links?|news|posts?|stories|topics?)\b",
        r"see also\b",
        r"(?:lesen sie|lies) (?:auch|dazu|mehr|hier)\b",
        r"(?:mehr|weiteres) (?:zum thema|dazu|lesen|über)\b",
        r"das könnte (?:sie|dich) auch interessieren",
        r"(?:à|a) lire (?:aussi|également)|lire (?:aussi|la suite|également)|voir aussi",
        r"(?:lea|lee|leer|ver|vea|mira) (?:también|tambien|más|mas)\b|te puede interesar",
        r"(?:leia|veja) (?:também|mais)\b|(?:leggi|guarda) anche\b",
        r"ilgili (?:haberler|konular)|(?:anadolu ajansı|aa) web sitesinde",
        r"(?:یہ|اس خبر کو|خبر|مزید) (?:بھی )?(?:پڑھیں|پڑھیے|دیکھیں|دیکھیے)|مزید خبریں|متعلقہ خبریں",
        r"بیشتر بخوانید|(?:همچنین|این را هم|اینجا) بخوانید|مطالب مرتبط|اخبار مرتبط|(?:از|پایان) «?مطالب پیشنهادی",
        r".{0,80}(?:دانلود|بارگیری) کنید|download the (?:complete|full|whole)\b",
        r"اقرأ (?:أيضا|أيضاً|المزيد)|(?:مواضيع|أخبار) ذات صلة|المزيد من (?:الأخبار|المقالات|المواضيع)",
        r"(?:यह भी|ये भी) पढ़ें",
        r"читайте также|читать (?:далее|также)",
        r"czytaj (?:też|także|więcej|również)|zobacz (?:też|także|również)",
        r"lees (?:ook|meer|verder)\b|(?:les|läs|læs) (?:også|også:|också|mer|mere|flere)\b",
        r"関連記事|続きを読む|あわせて読みたい",
    ),
    "share label": (
        r"(?:follow|like|join|find) us (?:on|at)\b",
        r"(?:share|tweet|email|print|pin|save|copy link|copied|listen)$",
        r"(?:share|send) (?:this|on|via|with|the)\b[^.]*$",
        r"\d+ (?:shares?|views?)$",
        r"partager$|compartir$|compartilhe?\b|condividi\b|bu haberi paylaş|haberi paylaş|paylaş$",
        r"(?:یہ|اس خبر کو|خبر) شیئر کریں|شیئر کریں|اشتراک‌?\s?گذاری|(?:لینک|آدرس) کوتاه|این (?:مطلب|خبر) را برای\b.*کنید",
        r"like [^.,]{1,40} on facebook\b",
        # Calls end with an imperative, sentences of news about these services do not.
        r".*(?:واٹس ?ایپ|وٹس ?ایپ|ٹوئٹر|فیس ?بک|ٹیلی ?گرام|یوٹیوب|موبائل ایپ).*(?:فالو|جوائن|حاصل|سبسکرائب|لائک) (?:کریں|کیجئے|کیجیے)\W*(?:@?\w+)?$",
        r".*(?:تلگرام|اینستاگرام|واتساپ|واتس‌اپ|توییتر|ایتا|روبیکا).*(?:دنبال کنید|بپیوندید|عضو شوید)\W*$",
        r"شارك (?:المقال|الخبر|هذا)|مشاركة$|поделиться|подписывайтесь|udostępnij|deel (?:dit|op)\b",
    ),
    "comment notice": (
        r"(?:leave|post|write|add|submit) (?:a|your) (?:comment|reply|review)\b",
        r"(?:please )?(?:enter|type) your (?:comment|e-?mail|name)\b",
        r"\d+ comments?$|no comments? yet\b|comments? (?:are )?(?:closed|off|disabled)\b",
        r"(?:please )?read our comments? policy\b|would you like to comment\b",
        r"yorum(?:lar| yap| yaz)?$|تبصرہ کریں|نظر(?:ات|\s?شما)$",
        r".*(?:برای ما (?:بفرستید|بنویسید)|ہمیں (?:خط )?لکھ(?:یے|یں))\W*$|readers (?:may|can) (?:send|write)\b",
    ),
    "advertisement": (
        r"(?:advertisement|advertising|sponsored|ad|promoted)$",
        r"anzeige$|werbung$|publicité$|publicidad$|publicidade$|pubblicità$|reklam$|reklama$|реклама$",
        r"advertentie$|annonse?$|اشتہار$|إعلان$|広告$",
    ),
    "sign-up": (
        r"(?:please )?(?:log|sign) ?in (?:to|or)\b",
        r"(?:sign up|subscribe) (?:to|for|now|here)\b",
        r"already (?:have an account|a (?:member|subscriber))\b",
    ),
    "date": (
        r"(?:first )?published:? (?:on|in|at|date)?[:\s]*[\w ,:./]*\d{4}[\w ,:./]*$",
        r"(?:last |latest )?(?:updated|modified)(?: on| at)?:? [^.]*\d{4}[^.]{0,30}$",
        r"\d+ min(?:ute)?s? read$",
    ),
    "credit of a picture": (
        r"file (?:photo|image|picture)\b",
        r"(?:image|photo|photograph|picture)s?(?: (?:by|copyright|courtesy|credit|source)\b|:)",
        r"foto:|bild:|quelle:|symbolbild|фото:",
    ),
    "rights": (
        r"all rights reserved\b|©|copyright ?[©(\d]|copyright\b[^.]{0,60}\d{4}\W*$",
        r"(?:تمامی|کلیه|همه) حقوق .{0,60}(?:محفوظ|متعلق)|نقل مطالب|جملہ حقوق",
    ),
    "tags": (r"filed under\b", r"(?:tags?|topics?)(?: ?:|$)", r"etiketler\b|برچسب‌?\s?ها"),
    "part of the page": (
        r"(?:please )?enable javascript\b",
        r"(?:story|article) continues (?:below|after)\b|artikeln? fortsätter|artikkelen fortsetter",
        r"loading(?:\.\.\.|…)?$",
        r"skip (?:to|advertisement|ad)\b[^.]*$",
        r"table of contents?\b",
        r"کد خبر|انتهای پیام",
        r"no media source currently available|.*(?:یہ ویڈیو دستیاب نہیں|ویدیو در دسترس نیست)",
    ),
    "byline": (r"(?:author|role|نویسنده|شغل|مصنف|عہدہ) ?,[^.۔]*$",),
    "credit": (r"with (?:inputs?|additional reporting) (?:from|by)\b[^.]*\.?$",),
}  # fmt: skip

# However long.
NOTICES = {
    "notice of an agency": (
        r".{2,40} website contains only a portion\b|.{0,60}ویب سائٹ پر خبروں کا صرف ایک حصہ",
    ),
    "credit of a picture": (r"in this .{0,40}\bfile (?:image|photo|picture)\b",),
    "sign-up": (
        r"by (?:clicking|signing up|submitting|subscribing)\b.*\b(?:terms|privacy|policy|agree)",
        r"get our [^.]*\bnewsletter\b",
        r"get (?:the |our )?(?:latest|breaking|daily|best|top) [^.]*(?:inbox|newsletter|delivered)",
        r"sign up (?:to|for) (?:our|the|a|my|your)\b",
        r"subscribe (?:to|for) (?:our|the)\b",
    ),
    "rights": (r"all rights reserved\b|(?:©|copyright|\(c\))[ ©]{0,3}\d{4}\b",),
    "disclosure": (
        r"as an amazon associate\b|(?:our|this) (?:article|page|post|site) (?:may )?(?:contains?|includes?) affiliate\b",
    ),
    "comment notice": (
        r"save my name,? e-?mail",
        r"this site (?:uses akismet|is protected by recaptcha)\b",
        r"your e-?mail address will not be published\b",
    ),
    "part of the page": (
        r"this (?:video|content|embed) (?:is not available|cannot be)\b",
        r"(?:we use|this (?:web)?site uses) cookies\b|(?:این (?:وبگاه|سایت|وب‌سایت)|یہ ویب سائٹ) .{0,20}کوکی",
        r"to view this video please enable\b",
    ),
}  # fmt: skip

# In the last paragraphs only: the author, the sources, the rights.
CLOSINGS = {
    "the writer": (
        r"the (?:author|writer) (?:can|has|is|lives|may|served|teaches|tweets|was|works|writes)\b|about the (?:author|writer)\b",
        r"درباره نویسند|(?:نویسنده|نگارنده)\b.*(?:است|بوده|می‌کند)|(?:کالم نگار|مضمون نگار)\b",
    ),
    "author": (
        r"(?:additional )?(?:reporting|editing|writing|edited|reported|translation|translated|graphics?|compiled) by\b",
        r"i am an? [^.]*\b(?:author|blogger|freelance|graduate|journalist|researcher|student|writer)\b",
        r"[^.]{2,50} (?:is|are) (?:an?|the) [^.]{0,80}\b(?:author|columnist|contributor|correspondent|editor|freelance(?:r)?|journalist|reporter|writer)s?\b[^.]{0,200}\.?(?:$| (?:he|she|they|follow|you)\b)",
        r"[^.]{2,80} contributed (?:reporting|to (?:the|this) (?:article|piece|report|story))\b",
        r"(?:e-?mail|contact|reach) [^.]{1,60}(?:@|\[at\]|\bat \+?[\d(])",
        r"(?:the (?:article|story)|this (?:article|report|story)) (?:is|was) (?:compiled|filed|written) by\b",
    ),
    "code of the desk": (
        r"\d{4,}(?:\*+\d+)?$|[a-z]{1,3}/[a-z]{1,3}$|[a-z]?\d+(?:/[\w,]+)+$|(?:\w ){1,3}/ (?:\w ){1,3}\(.{1,40}\)$",
    ),
    "source": (
        r"(?:our standards|source|sources|via|credit|quelle|fuente|kaynak|منبع|المصدر|ماخذ) ?:",
        r"this (?:article|story|post|piece) (?:was|is|has been|originally|first|appeared)\b[^.]*\b(?:published|appeared|produced|translated|written|generated|syndicated|licen[cs]e)",
        r"this report (?:is |was )?(?:first|originally)\b",
    ),
    "call to the reader": (
        r"(?:for|read|explore) more\b[^.]{0,80}\b(?:click|visit|follow|see|here|site|website)\b",
        r"follow [^.]{1,60} (?:on|at) (?:twitter|facebook|instagram|x|whatsapp|telegram|tiktok|youtube|threads|linkedin)\b",
        r"have (?:you got|a) (?:a )?(?:story|tip|news|confidential)",
        r"download (?:the|our) [^.]*\bapp\b",
        r"what do you think\b",
        r"join the conversation\b|let us know\b",
    ),
}  # fmt: skip

# The same in the first paragraphs, where some columns say it.
OPENINGS = (
    r"the (?:author|writer) (?:is|lives|served|teaches|works)\b",
    r"(?:نویسنده|نگارنده)\b.*(?:است|بوده|می‌کند)|(?:کالم نگار|مضمون نگار)\b.*ہیں",
)

# Headings after which other articles, comments or forms come.
OTHERS = (
    r"(?:also|must) read",
    r"(?:about|meet) the author",
    r"comments?\W*\d*\W*$|comments (?:for|from|on|policy|section|to)\b|leave a (?:comment|reply)|join the (?:conversation|discussion)|\d+ (?:comments|responses|thoughts|replies)",
    r"(?:detail|about) author",
    r"(?:further|recommended|related|suggested) (?:articles?|content|coverage|links|news|posts?|reading|stories|topics|video)",
    r"(?:latest|more|most popular|most read|top|trending|popular|hot|other|recent) (?:articles?|from|headlines|in|news|on|posts?|stories|topics|videos?)",
    r"(?:newsletter|sign up|subscribe|follow us|share this|read (?:more|next|also)|see also|you may also like|what to read next|up next|don'?t miss)",
    r"socials?$|tags?$|topics?$",
    r"das könnte|mehr zum thema|weitere (?:artikel|themen|nachrichten)|kommentare|meistgelesen|auch interessant|lesen sie auch",
    r"à lire aussi|sur le même sujet|commentaires|lea también|noticias relacionadas|comentarios|leggi anche|commenti|veja também",
    r"ilgili haberler|yorumlar|etiketler|çok okunanlar|son dakika$",
    r"متعلقہ خبریں|مزید خبریں|تازہ ترین(?: خبریں)?$|تبصرے$|اخبار مرتبط|مطالب مرتبط|نظرات(?: (?:شما|کاربران|خوانندگان).*)?$|پربازدید|مواضيع ذات صلة|أخبار ذات صلة|التعليقات|اقرأ أيضا",
    r"читайте также|по теме|комментарии|czytaj też|zobacz także|komentarze|lees ook|関連記事|les også|läs (?:mer|också)",
)

# --- walls ------------------------------------------------------------------------------------------------------------
# In lower case. A title is the whole of it; a text holds the words anywhere.

WALL_TITLES = {
    "a bot check": (
        r"just a moment|attention required.*|are you (?:a robot|human).*|(?:human |bot )?verification|security (?:check|verification)|"
        r"(?:verify|checking) (?:you are|if you are|your browser|you're).*|one more step|pardon our interruption|robot check|"
        r"access (?:to this page has been )?denied|captcha|ddos.guard|"
        r"در حال بررسی مرورگر.*|تأیید هویت|انتقال به سایت.*|تحقق أمني|التحقق من المتصفح.*|güvenlik kontrolü|robot musunuz.*"
    ),
    "a login": (
        r"(?:subscriber |member |user |account )?(?:log ?in|sign ?in|sign ?on)(?: to (?:continue|read|your|my)\b.*| to \S+| page| required| [|·–-] .*)?|"
        r"ورود(?: به (?:حساب|سایت|سامانه|سیستم|پنل|ناحیه|بخش|وبگاه)\b.*| کاربران.*| [|–-] .*)?|لاگ ان.*|سائن ان.*|تسجيل الدخول.*|(?:üye |kullanıcı )?giri[şs](?: yap.*)?"
    ),
    "an error page": (
        r"(?:error |http )?(?:30[1278]|40[0-9]|410|429|50[0-4])(?:\W+(?:bad|error|found|forbidden|gateway|gone|internal|method|moved|not found|page|permanent|request|service|sorry|temporary|the plain http|too many|unauthorized)\b.{0,60})?|(?:sorry,? )?(?:the )?page (?:is )?(?:not found|cannot be found|unavailable)(?: .{1,3} .*)?|"
        r"(?:moved|bad request|forbidden|internal server error|bad gateway|service unavailable|not found)|"
        r"صفحه.{0,30}(?:یافت|پیدا) نشد|صفحہ.{0,20}(?:نہیں ملا|موجود نہیں)|الصفحة.{0,30}غير موجودة|sayfa bulunamadı"
    ),
}
WALL_TEXTS = {
    "a bot check": (
        r"(?:verify|confirm|prove|make sure|checking)(?: that| if)? (?:you are|you're) (?:a |not a )?(?:human|robot|bot)|"
        r"checking (?:your browser|the site connection)|complete the (?:captcha|security check)|unusual (?:traffic|activity) from your|"
        r"(?:ddos|bot) protection by|your request has been blocked|"
        r"ربات نیستید|مرورگر شما.{0,30}بررسی|روبوٹ نہیں|(?:لست|أنك لست) (?:روبوت|برنامج)|robot olmadığınız|tarayıcınız.{0,30}kontrol"
    ),
    "a login": (
        r"(?:log|sign) ?in (?:to (?:continue|read|view|your)|with your|below)|forgot(?:ten)? (?:your )?password|(?:enter|remember) (?:your )?(?:password|me)\b|"
        r"رمز عبور|کلمه عبور|وارد (?:حساب|سایت) (?:کاربری )?(?:خود )?شوید|پاس ورڈ|لاگ ان کریں|كلمة (?:المرور|السر)|سجل الدخول|(?:şifrenizi|parolanızı)|giriş yap"
    ),
    "a cookie notice": (
        r"\bcookies\b.{0,200}\b(?:accept|agree|consent|partners|preferences|privacy)\b|\b(?:accept|agree|consent|partners|store|use)\b.{0,200}\bcookies\b|"
        r"کوکی‌?\s?ها|کوکیز|ملفات (?:تعريف )?الارتباط|çerez"
    ),
    "a call to enable JavaScript": (
        r"(?:enable|turn on|requires?|without|need) javascript|javascript (?:is|to be|must be|seems to be) (?:disabled|enabled|required|turned)|"
        r"(?:جاوا ?اسکریپت|جاوا اسکرپٹ|جافا ?سكريبت).{0,40}(?:فعال|تفعيل|آن|کریں)|(?:فعال|تفعيل).{0,40}(?:جاوا ?اسکریپت|جافا ?سكريبت)|javascript.{0,40}(?:etkin|açın)"
    ),
}  # fmt: skip

# --- agencies ---------------------------------------------------------------------------------------------------------
# Spellings by which a text credits them; bare words of the language are left out.
AGENCIES = {
    "AFP": ("AFP", "Agence France-Presse", "اے ایف پی", "فرانس پرس", "خبرگزاری فرانسه"),
    "Anadolu": ("AA", "Anadolu", "Anadolu Agency", "Anadolu Ajansı", "آناتولی", "آناتولو", "اناطولیہ"),
    "AP": ("AP", "Associated Press", "The Associated Press", "اسوشیتدپرس", "آسوشیتدپرس"),
    "APP": ("APP", "Associated Press of Pakistan", "اے پی پی"),
    "DPA": ("dpa",),
    "Fars": ("Fars", "Fars News Agency", "FNA", "فارس"),
    "IANS": ("IANS",),
    "INP": ("INP", "آئی این پی"),
    "IRNA": ("IRNA", "ایرنا", "ارنا"),
    "ISNA": ("ISNA", "ایسنا"),
    "Mehr": ("Mehr News Agency", "MNA", "مهر"),
    "NNI": ("NNI", "این این آئی"),
    "Online": ("Online News Agency",),
    "PPI": ("PPI",),
    "PTI": ("PTI",),
    "Reuters": ("Reuters", "رویترز", "روئٹرز", "رائٹرز"),
    "Sputnik": ("Sputnik", "اسپوتنیک"),
    "Tasnim": ("Tasnim", "Tasnim News Agency", "تسنیم"),
    "UNI": ("UNI",),
    "Xinhua": ("Xinhua", "شینهوا", "شنہوا"),
}
