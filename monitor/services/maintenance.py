"""Back up, restore and forget."""

from dataclasses import dataclass
from datetime import datetime

from monitor.store import Store, retention


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """The result of forgetting an address or an article. `found` is False if no source has shown the article."""

    is_address: bool
    found: bool
    deliveries: int = 0  # in which the address was removed


def forget(store: Store, address_or_url: str, *, now: datetime) -> Forgotten:
    """Delete a mail address and never write to it again, or an article and never read it again."""
    # A URL can contain "@" (medium.com/@author), an address never contains "://".
    if "://" not in address_or_url and "@" in address_or_url:
        number = store.call(retention.forget_address, address_or_url, now=now)
        return Forgotten(is_address=True, found=True, deliveries=number)
    found = store.call(retention.forget_url, address_or_url, now=now)
    return Forgotten(is_address=False, found=found)
