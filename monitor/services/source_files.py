"""Write new YAML files with sources, from a discovered feed or an OPML list. Files of the user are never changed."""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from monitor import urls
from monitor.errors import InvalidRequest
from monitor.formats.opml import FeedOutline
from monitor.languages.tags import primary_subtag
from monitor.model import Source
from monitor.services.check_source import SourceCheck
from monitor.text import clean

MAX_ID_CHARS = 40
MAX_NAME_CHARS = 100


def new_source(check: SourceCheck, configured: Sequence[Source], *, source_id: str = "") -> Source:
    """Returns the source to add for a successful check; its id comes from its title if `source_id` is "".

    Raises InvalidRequest if its URL or the requested id is already configured.
    """
    # A permanent redirect is followed here, once, so that the new file names the address that answers.
    url = check.moved_to or check.source.url
    for source in configured:
        if urls.canonicalize(source.url) == urls.canonicalize(url):
            raise InvalidRequest(f"{url} is already configured, as {source.id}")
        if source.id == source_id:
            raise InvalidRequest(f"the id {source_id} is already used, by {source.url}")
    title = clean(check.title, limit=MAX_NAME_CHARS) or check.source.name
    return replace(
        check.source,
        id=source_id or unused_id(title, url, {source.id for source in configured}),
        name=title,
        url=url,
        language=primary_subtag(check.language),
    )


def sources_from_outlines(
    outlines: Sequence[FeedOutline], configured: Sequence[Source]
) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    """Returns the sources for the feeds that are new, and one sentence for each feed that was skipped."""
    ids = {urls.canonicalize(source.url): source.id for source in configured}
    added: list[Source] = []
    skipped: list[str] = []
    for outline in outlines:
        key = urls.canonicalize(outline.url)
        if not key:
            skipped.append(f"{outline.title or 'a feed without a title'}: its xmlUrl is not an http or https URL")
        elif key in ids:
            skipped.append(f"{outline.title}: {outline.url} is already configured, as {ids[key]}")
        else:
            ids[key] = unused_id(outline.title, outline.url, ids.values())
            language = primary_subtag(outline.language)
            added.append(Source(id=ids[key], name=outline.title, url=outline.url, language=language))
    return tuple(added), tuple(skipped)


def to_yaml(sources: Sequence[Source], *, comment: str) -> str:
    """Returns sources as the text of a file in sources/."""
    lines = [f"# {comment}", "sources:"]
    for source in sources:
        values = {"id": source.id, "name": source.name, "url": source.url, "kind": source.kind}
        if source.language:
            values["language"] = source.language
        # A JSON string is also a double-quoted YAML string; a YAML writer would need a line-length setting and a
        # representer for each type to give the layout of the bundled files.
        first, *others = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
        lines += [f"  - {first}", *(f"    {pair}" for pair in others)]
    return "\n".join(lines) + "\n"


def write_new_file(folder: Path, stem: str, text: str) -> Path:
    """Write a YAML file under the first unused name (`stem`.yaml, `stem`-2.yaml ...). Returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    names = (f"{stem}.yaml", *(f"{stem}-{number}.yaml" for number in range(2, 1000)))
    path = next(folder / name for name in names if not (folder / name).exists())
    # Mode x fails if another process created the file after the check above.
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
    return path


def unused_id(title: str, url: str, used: Collection[str]) -> str:
    """Returns an id from the title, or from the site if the title has no ASCII letters (an Urdu name); numbered if used."""
    stem = slug(title) or slug(urls.site(url)) or "source"
    ids = (stem, *(f"{stem}-{number}" for number in range(2, len(used) + 3)))
    return next(candidate for candidate in ids if candidate not in used)


def slug(text: str) -> str:
    """Returns the ASCII letters and digits of a text, lower case, joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower())[:MAX_ID_CHARS].strip("-")
