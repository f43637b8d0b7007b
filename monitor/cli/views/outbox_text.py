"""Messages of the outbox as table rows."""

from monitor.services.times import format_time
from monitor.store.outbox import DeliveryState

MESSAGE_HEAD = ("id", "state", "tries", "since", "next", "channel", "recipient", "reason")


def message_row(message: DeliveryState) -> tuple[str, ...]:
    """Returns a message as a row below MESSAGE_HEAD."""
    next_attempt = format_time(message.next_at) if message.state == "waiting" else ""
    # Ambiguous: the connection broke after the message was sent, so the receiver may have accepted it.
    reason = f"{message.reason} (it may have arrived)" if message.ambiguous else message.reason
    return (
        str(message.id),
        message.state,
        str(message.attempts),
        format_time(message.created_at),
        next_attempt,
        message.channel,
        message.recipient,
        reason,
    )
