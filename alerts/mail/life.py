"""轻生风险提醒: somebody threatens their own life. No incident; the duty officer calls 110 at once."""

from datetime import datetime

from alerts.mail.letter import Letter, letter
from alerts.plans.blocks import short
from alerts.plans.escape import plain, web_address
from alerts.plans.facts import Item

URGENT = "请立即拨打110"


def life(items: list[Item], found_at: datetime, office_phone: str) -> Letter:
    """With the text and the link, so that the police can find who wrote it."""
    known = {
        "found": short(found_at),
        "office_phone": office_phone,
        "posts": [
            {
                "title": plain(item.title, 80),
                "excerpt": plain(item.excerpt, 500),
                "source": plain(item.source, 40),
                "at": short(item.at),
                "url": web_address(item.url),
            }
            for item in items
        ],
    }
    plainly = [URGENT, *(f"{item.source} {short(item.at)} {web_address(item.url)}" for item in items)]
    return letter("life", f"【紧急】有人可能轻生，{URGENT}（{known['found']}发现）", known, plainly)


def life_brief(found_at: datetime) -> Letter:
    """Without content, for other domains."""
    found = short(found_at)
    plainly = [f"{found} 有紧急情况", "请致电值班室"]
    return letter("life_brief", f"【紧急】{found} 请致电值班室", {"found": found}, plainly, full=False)
