"""Replay real material: ../shared/replay/site.py is crawled day by day, mails go to a real SMTP server."""
