"""Preview the digest of a period, or send the digest that a channel is due."""

from dataclasses import dataclass
from datetime import datetime

from monitor import digest
from monitor.app import open_app
from monitor.config import Config
from monitor.errors import InvalidRequest
from monitor.model import Channel, Rendered
from monitor.pipeline import compose, deliver
from monitor.store import Store
from monitor.store.opening import require_store

PREVIEW_CHANNEL = "preview"


@dataclass(frozen=True, slots=True, kw_only=True)
class SentDigest:
    """A digest that was sent: its channel, its subject ("": nothing was new), and its deliveries by result."""

    channel: str
    subject: str
    deliveries: dict[str, int]

    @property
    def is_complete(self) -> bool:
        """Whether every message was accepted by its receiver."""
        return self.deliveries.keys() <= {"sent"}


def select_channel(config: Config, channel_id: str) -> Channel:
    """Returns a channel by id; for "" the only one, else a channel for previews without any filter.

    Raises InvalidRequest if there is no such channel.
    """
    channels = {channel.id: channel for channel in config.channels}
    if channel_id:
        if channel_id not in channels:
            raise InvalidRequest(f"no channel is called {channel_id}; there are: {', '.join(channels) or 'none'}")
        return channels[channel_id]
    if len(channels) == 1:
        return next(iter(channels.values()))
    return Channel(id=PREVIEW_CHANNEL, name="Preview", kind="email", recipients=(), zone=config.zone)


async def preview_digest(
    store: Store, channel: Channel, *, since: datetime, until: datetime, now: datetime
) -> Rendered:
    """Returns the digest that a channel would get for a period. The store is only read."""
    preview = await compose.preview(store, channel, since=since, until=until)
    templates = digest.compile_templates(digest.template_sources())
    return digest.render(preview, templates=templates, now=now)


async def send_digest(config: Config, *, store_url: str, channel_id: str) -> SentDigest:
    """Compose the digest of a channel now and deliver it. Raises InvalidRequest if there is no channel to send to."""
    channel = select_channel(config, channel_id)
    if channel not in config.channels:
        raise InvalidRequest("there is no channel to send to: add one to channels.yaml")
    require_store(store_url)  # there is nothing to send from a new one
    async with open_app(config, store=store_url) as context:
        subject = await compose.compose_now(context, channel)
        deliveries = (await deliver.step(context)).done
    return SentDigest(channel=channel.id, subject=subject, deliveries=dict(deliveries))
