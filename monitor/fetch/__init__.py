"""Fetching URLs politely: conditional GET, redirects hop by hop, robots.txt, the pace of each host."""

from monitor.fetch.web import Clock, Web, user_agent

__all__ = ["Clock", "Web", "user_agent"]
