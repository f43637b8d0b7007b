"""Language tags (BCP 47, RFC 5646)."""

import re

_PRIMARY_SUBTAG = re.compile(r"[a-z]{2,3}(?![a-z])")


def primary_subtag(tag: str) -> str:
    """Returns the language code of a tag such as en-US, in lower case; "" if the tag begins with something else."""
    # Feeds also write "english" or "UTF-8" here: four letters or more are not a language code.
    match = _PRIMARY_SUBTAG.match(tag.strip().lower())
    return match[0] if match else ""
