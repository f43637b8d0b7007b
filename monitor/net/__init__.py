"""The network: one client, the address guard under it, bounded bodies. httpx and httpcore are imported here alone."""

from monitor.net.client import Answer, Net
from monitor.net.guard import Resolver

__all__ = ["Answer", "Net", "Resolver"]
