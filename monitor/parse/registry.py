"""All kinds of source. To add one, write a module that defines its `KIND`, and list it here."""

from collections.abc import Mapping

from monitor.parse import feed, listing, sitemap
from monitor.parse.source_kind import OptionsForm, SourceKind

# In the order in which an unknown address is tried (services and commands that add a source). The first is the default.
SOURCE_KINDS: Mapping[str, SourceKind] = {kind.id: kind for kind in (feed.KIND, sitemap.KIND, listing.KIND)}


def option_forms() -> Mapping[str, type[OptionsForm]]:
    """Returns the form of each options block by its key in sources/*.yaml, for all kinds that have options."""
    return {kind.options_key: kind.form for kind in SOURCE_KINDS.values() if kind.form}
