"""What each key of the configuration means: for editors (`monitor config schema`) and for docs/configuration.md."""

import re
from collections.abc import Mapping
from typing import Any

# Schema -> key -> its meaning. A test requires a sentence for every key; the rules have docs/rules.md.
DESCRIPTIONS: Mapping[str, Mapping[str, str]] = {
    "SettingsFile": {
        "contact": "A mail address or the URL of a page by which an outlet can reach you. Every request carries it. "
        "While it is empty, nothing is fetched.",
        "zone": "The time zone of the channels that have none, and of the clock check of `doctor`, by its IANA name.",
        "store": "The database URL. Empty: a SQLite file in your data folder. postgresql://user@host/monitor needs the "
        "extra `postgres`.",
        "operator_channel": "The id of a channel that gets one message when a third of the sources fall silent, and one "
        "when they answer again.",
        "smtp": "The mail server. Required if a channel is of kind email.",
        "limits": "Limits of the work of one process.",
    },
    "MailServer": {
        "host": "Its host name.",
        "port": "Its port: usually 587, or 465 for tls.",
        "tls": "starttls, tls, or none for a server on the same machine.",
        "username": "The login name. Empty: no login.",
        "password": "The password. Better: password_file, or the variable MONITOR_SMTP__PASSWORD.",
        "password_file": "A file with the password, relative to this folder.",
        "unsubscribe": "Where readers end a mail (List-Unsubscribe): an address or a URL. Left out: `contact`, if it is an address.",
        "sender": "The address that mails come from, with or without a name: Monitor <monitor@example.org>.",
        "timeout": "The time limit for everything before the message itself.",
    },
    "Limits": {
        "concurrency": "Sources polled and pages fetched at the same time; never two of one host.",
        "workers": "Processes that parse feeds and pages.",
        "parse_seconds": "Seconds after which a process that parses one document is stopped.",
        "parse_memory": "The memory of one such process.",
        "max_body_size": "The largest response that is read, after unpacking.",
        "host_delay": "The pause between two requests to one host.",
    },
    "SourcesFile": {"sources": "The sources of this file; all files in sources/ are read."},
    "Source": {
        "id": "A short name for commands and logs: small letters, digits, dots, hyphens and underscores.",
        "name": "The name of the outlet, as digests show it.",
        "url": "The URL of the feed, news sitemap or listing page.",
        "kind": "feed (RSS, Atom or JSON Feed), news-sitemap, or listing (a page of headlines).",
        "listing": "For kind listing: CSS selectors, if the headlines are not found without them.",
        "language": "The language of the texts: its two-letter code (ISO 639-1). Empty: unknown or mixed.",
        "country": "The country of the outlet as two capitals (ISO 3166-1).",
        "owner": "Who owns the outlet: private, state, public, party, exile, agency. Digests show it.",
        "zone": "The time zone of times that the source writes without one.",
        "interval": "The time between two polls, from 1m to 1d.",
        "fetch_pages": "Whose pages are fetched: all, if_matched (only of entries whose title or summary has a hit), or never "
        "(judge by the feed alone).",
        "enabled": "false: the source is not polled; it stays in the list with its note.",
        "note": "The reason why it is disabled, or an observation, for people.",
        "page": "CSS selectors for its article pages, if the general extraction fails on them; `monitor try` tests them.",
        "proxy": "An HTTP proxy for this source, such as http://user:password@proxy.example.org:3128, if the outlet answers only "
        "from certain networks.",
    },
    "ListingForm": {
        "entry": "The element of one entry.",
        "link": "Inside an entry: the link to the article.",
        "title": "Inside an entry: the headline. Empty: the text of the link.",
        "summary": "Inside an entry: the summary.",
        "time": "Inside an entry: the publication time.",
    },
    "PageSelectors": {
        "content": "The element with the text.",
        "remove": "Elements inside it that are not part of the text; one selector or a list.",
        "title": "The headline.",
        "author": "The byline.",
        "date": "The publication time.",
    },
    "ChannelsFile": {"channels": "The channels. Without any, nobody is notified."},
    "Channel": {
        "id": "A short name for commands and logs: small letters, digits, dots, hyphens and underscores.",
        "kind": "email, webhook or slack.",
        "name": "The name that digests show.",
        "recipients": "Mail addresses, or URLs of a webhook. Each has its own delivery.",
        "zone": "The time zone of its times. Without it, that of monitor.yaml.",
        "times": "Local times of digests. An empty list: alerts only.",
        "weekdays": "The days on which digests are sent, such as [mon, tue]. All days if it is left out.",
        "alerts": "Send a story at once if it is clearly about both countries.",
        "quiet_hours": "Local times between which alerts wait: [22:00, 06:00].",
        "include": "Topics and flags: only texts with one of them (`monitor config codes` lists them).",
        "exclude": "Topics and flags: without texts that have such a flag, or only such topics.",
        "send_empty": "Send a digest also if nothing was found; it shows which sources were polled.",
        "max_stories": "Stories in one digest; the others are counted, and follow in the next one.",
        "secret": "What proves the sender: the key that signs a webhook (whsec_ and base64), or the token of a bot. Better: secret_file.",
        "secret_file": "A file with the secret, relative to this folder.",
        "allow_private": "Exact host:port pairs on a private network to which this channel may send.",
        "proxy": "An HTTP proxy for the deliveries of this channel.",
        "server": "The URL of your own Bot API server. Left out: https://api.telegram.org.",
    },
    "RuleSet": {
        "id": "The name of the rules.",
        "version": "Their version; each verdict carries it.",
        "sides": "The two countries.",
        "terms": "People, places, bodies and words with their spellings.",
        "false_friends": "Words that look like a term and are not one.",
        "third_countries": "Other countries, for lists and roundups.",
        "word_sets": "Sets of words that rules and searches refer to by @id.",
        "prepositions_before": "Words before a pair of countries that make it one party.",
        "postpositions_after": "Words behind a pair of countries that make it one party.",
        "datelines": "Regular expressions for the start of a text: the place and date before its first sentence.",
        "promos": "First words of lines that link to other articles.",
        "rules": "Evidence for and against a text: queries with points.",
        "topics": "Topics, by which channels choose.",
        "flags": "Flags for kinds of pages, which never alert.",
        "weights": "The thresholds, and the points of each kind of evidence. docs/rules.md explains them.",
    },
}
ISO_DURATION = re.compile(r"P(?:(?P<d>\d+)D)?(?:T(?:(?P<h>\d+)H)?(?:(?P<m>\d+)M)?(?:(?P<s>\d+)S)?)?")


def describe(schema: dict[str, Any]) -> dict[str, Any]:
    """Returns a JSON schema with the meaning of each key, and with durations as the configuration writes them ("10m")."""
    definitions = {name: describe_object(name, part) for name, part in schema.get("$defs", {}).items()}
    described = describe_object(schema.get("title", ""), schema)
    return described | ({"$defs": definitions} if definitions else {})


def describe_object(title: str, part: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the schema of one mapping with descriptions."""
    # Each kind of channel has a schema of its own: EmailChannel, WebhookChannel.
    meanings = DESCRIPTIONS.get("Channel" if title.endswith("Channel") else title, {})
    properties = {
        key: {**rewrite_default(value), **({"description": meanings[key]} if key in meanings else {})}
        for key, value in part.get("properties", {}).items()
    }
    return {**part, **({"properties": properties} if properties else {})}


def rewrite_default(value: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the schema of a key whose default can be written into a file: "10m", not "PT10M"."""
    default = value.get("default")
    match = ISO_DURATION.fullmatch(default) if isinstance(default, str) and default else None
    if match is None:
        return dict(value)
    written = next(f"{number}{unit}" for unit, number in match.groupdict().items() if number)
    return {**value, "default": written}
