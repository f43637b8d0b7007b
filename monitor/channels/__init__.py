"""Delivering a frozen message to its recipient by mail, webhook or Slack. The receiver's answer is a value, never an error."""

from monitor.channels import registry
from monitor.channels.http import public_recipient
from monitor.channels.kind import ChannelCheck, ChannelKind, MessageDraft, Transports
from monitor.channels.mail_server import MailServer

__all__ = ["ChannelCheck", "ChannelKind", "MailServer", "MessageDraft", "Transports", "public_recipient", "registry"]
