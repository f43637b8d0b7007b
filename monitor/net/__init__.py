"""The network: one HTTP client, the address guard below it, bounded bodies. Only this package imports httpx and httpcore."""

from monitor.net.client import HttpClient, Response
from monitor.net.guard import Resolver

__all__ = ["HttpClient", "Resolver", "Response"]
