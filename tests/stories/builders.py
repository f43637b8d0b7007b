"""Marks of January 2024 in our own words, with hits found by a short list of forms."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.model import Hit
from monitor.stories import StoryWindow, extract_features

FORMS = {
    "jilani": ("person", ("Jilani", "جیلانی")),
    "amir-abdollahian": ("person", ("Amir-Abdollahian", "Amirabdollahian", "امیرعبداللہیان", "امیرعبداللهیان")),
    "munir": ("person", ("Munir", "منیر")),
    "a-mousavi": ("person", ("Mousavi",)),
    "tipu": ("person", ("Tipu",)),
    "jaish-al-adl": ("group", ("Jaish al-Adl", "جیش العدل", "جیش‌العدل")),
    "panjgur": ("place", ("Panjgur", "پنجگور")),
    "saravan": ("place", ("Saravan", "سراوان")),
    "islamabad": ("seat", ("Islamabad", "اسلام آباد", "اسلام‌آباد")),
    "tehran": ("seat", ("Tehran", "تہران")),
    "gas-pipeline": ("project", ("gas pipeline",)),
}
SIDES = {"IR": ("Iran", "Iranian"), "PK": ("Pakistan", "Pakistani")}
START = datetime(2024, 1, 16, 18, 0, tzinfo=UTC)


def hits_in(text):
    """The hits of a text for the forms above."""
    return tuple(
        Hit(term=term, name=term, side="", kind=kind, field="text", start=start, end=start + len(form), text=form)
        for term, (kind, forms) in FORMS.items()
        for form in forms
        if (start := text.find(form)) >= 0
    ) + tuple(
        Hit(
            term=side, name=side, side=side, kind="country", field="text", start=start, end=start + len(form), text=form
        )
        for side, forms in SIDES.items()
        for form in forms
        if (start := text.find(form)) >= 0
    )


def a_mark(title="", text="", *, item=1, hours=0.0, language="en", story=0, thread=0, source="one.example"):
    """A mark so many hours after the evening of 16 January 2024."""
    return extract_features(
        item=item,
        at=START + timedelta(hours=hours),
        language=language,
        source=source,
        title=title,
        text=text,
        hits=hits_in(f"{title} {text}"),
        story=story,
        thread=thread,
    )


def run(marks):
    """Marks placed one after the other as they arrive; each comes back with its story and thread."""
    window, placed = StoryWindow(), []
    for number, arrived in enumerate(marks, 1):
        where = window.place(replace(arrived, item=number))
        story, thread = where.story or number, where.thread or number
        placed.append(replace(arrived, item=number, story=story, thread=thread))
        window.add(placed[-1])
    return placed


STRIKE = a_mark(
    "Iran strikes militant hideouts inside Pakistan",
    "Iranian missiles and drones hit two bases of Jaish al-Adl near Panjgur on Tuesday night, state media said. Pakistan "
    "said that two children were killed in the village of Koh-e-Sabz and called the strike an unprovoked violation of "
    "its airspace. The foreign ministry summoned the Iranian charge d'affaires and warned of serious consequences. "
    "Residents spoke of three explosions shortly after sunset, and of a mosque whose roof had come down.",
    hours=2,
)
STRIKE_ELSEWHERE = a_mark(
    "Two children dead as Iranian missiles hit Panjgur",
    "Two girls died when drones and missiles fired from Iran struck houses in Koh-e-Sabz near Panjgur, the authorities "
    "in Balochistan said. Tehran says that it aimed at bases of Jaish al-Adl, a militant group. Pakistan protested "
    "against the violation of its airspace, summoned the charge d'affaires and spoke of serious consequences.",
    hours=8,
    source="two.example",
)
ANSWER = a_mark(
    "Army: separatist camps across the border destroyed at dawn",
    "Jets, rockets and loitering munitions were used against camps of Baloch separatists around Saravan in the early "
    "hours of Thursday, the armed forces said in Rawalpindi. The operation bears the name Marg Bar Sarmachar. Officials "
    "over there counted nine dead, all foreigners, among them women. It was the first bombing by a neighbour since the "
    "war with Iraq. The prime minister broke off his stay in Davos. Panjgur, hit two days before in the name of a fight "
    "with Jaish al-Adl, stayed calm; markets closed early and schools sent the pupils home.",
    hours=36,
)
CALL = a_mark(
    "Jilani and Amir-Abdollahian agree on the phone to calm the border",
    "In a telephone call on Friday the foreign ministers of both countries said that they wanted no escalation after "
    "the strikes on Panjgur and Saravan. Jilani offered to work on every issue in a spirit of trust; Amir-Abdollahian "
    "spoke of brotherly ties and of cooperation against terrorism.",
    hours=66,
)
ENVOYS = a_mark(
    "Ambassadors return to their posts",
    "Mudassir Tipu is back at his desk in Tehran and his colleague at the one in Islamabad, as Jilani and "
    "Amir-Abdollahian had settled by telephone. Visas are issued again from Monday; the consulates in Zahedan and "
    "Quetta never closed. Ten days had gone by since the recall, the longest gap between the two capitals in decades.",
    hours=240,
)
VISIT = a_mark(
    "Amir-Abdollahian lands in Islamabad to mend ties",
    "The Iranian minister was received by Jilani for long talks on Monday. Both want liaison officers in Turbat and "
    "Zahedan, and a joint answer to Jaish al-Adl and to those who shelter it on either side of the border.",
    hours=306,
)
PIPELINE = a_mark(
    "Cabinet committee allows work on the first 80 km of the gas pipeline",
    "The energy ministry may lay pipes from Gwadar towards the frontier, to escape a penalty of 18 billion dollars in "
    "arbitration. Contractors are to be named within a month, and the fund for infrastructure pays.",
    hours=120,
)
CRICKET = a_mark(
    "Babar Azam rested for the last match in Christchurch",
    "The selectors named three changes to the squad. Shaheen Afridi keeps the captaincy, and a spinner may get his "
    "first cap on a dry pitch against New Zealand.",
    hours=40,
)
ARMY_CALL = a_mark(
    "Iranian chief of staff thanks Munir",
    "General Mousavi rang the Pakistani field marshal after the war of twelve days and thanked him for standing by "
    "Iran. Munir spoke of diplomacy and of peace in the region.",
    hours=24 * 525,
)
CALL_URDU = a_mark(
    "جیلانی اور ایرانی ہم منصب کا ٹیلیفونک رابطہ",
    "نگران وزیر خارجہ جلیل عباس جیلانی نے جمعے کو ایرانی وزیر خارجہ حسین امیرعبداللہیان سے فون پر بات کی۔ دونوں نے پنجگور اور سراوان کے واقعات "
    "کے بعد کشیدگی کم کرنے پر اتفاق کیا۔",
    hours=70,
    language="ur",
)
CALM = a_mark(
    "Jilani rings Amir-Abdollahian",
    "Jilani and Amir-Abdollahian spoke by telephone on Friday, their offices said.",
    hours=64,
)
CALM_IN_FULL = a_mark(
    "Jilani and Amir-Abdollahian speak on the phone",
    "Jilani told Amir-Abdollahian in a telephone call on Friday that he wants trust. Missiles from Iran hit Panjgur on "
    "Tuesday in a strike on Jaish al-Adl that killed two children, and Pakistan condemned it as a breach of its "
    "airspace. The call was the first since then, and both offices spoke of calm afterwards.",
    hours=66,
)
