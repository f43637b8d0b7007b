"""Looking at a URL politely: conditional GET, redirects by hand, robots.txt, the pace of each host."""

from monitor.fetch.web import Clock, Web, user_agent

__all__ = ["Clock", "Web", "user_agent"]
