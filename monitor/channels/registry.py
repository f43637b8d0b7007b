"""All kinds of channels. To add one, write its file in this package and add its line to `KINDS`."""

from monitor.channels import email, slack, telegram, webhook
from monitor.channels.kind import ChannelKind

KINDS: dict[str, ChannelKind] = {kind.id: kind for kind in (email.KIND, webhook.KIND, slack.KIND, telegram.KIND)}


def get(kind: str) -> ChannelKind:
    """The kind with an id. Raises KeyError for an unknown id; `config` accepts no channel of an unknown kind."""
    return KINDS[kind]
