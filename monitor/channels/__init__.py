"""Giving a frozen message to its recipient: mail and webhooks. What the receiver says is a value, never an error."""

from monitor.channels import email, webhook

__all__ = ["email", "webhook"]
