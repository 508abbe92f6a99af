"""The pages in a real browser: accessible in light and dark, no wider than a phone, nothing from another site.

MINSHENG_SHOTS names a folder for pictures of every page."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.models import Role
from alerts.digest import make_digest
from alerts.filling import fill_plan
from alerts.models import Level, Recipient, State
from alerts.plans.store import ensure_plans
from archive.post import Kind, Marks, Sentiment
from archive.store import Store
from monitor.deciding import merge
from monitor.models import Event, PolicyProposal
from tests.console.factories import (
    NOW,
    PASSWORD,
    delivery,
    graded,
    incident,
    policy,
    policy_answer,
    post,
    source,
    unit,
    user,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
PAGES = {
    "overview": "/",
    "incidents": "/incidents/",
    "incident": "/incidents/2019-0802-01/",
    "graded": "/incidents/2019-0731-01/",
    "counted": "/incidents/2019-0731-01/posts/?of=诉求",
    "posts": "/incidents/2019-0802-01/posts/",
    "search": "/search/?q=(停水 | 供水) %2B !招聘",
    "wrong-query": "/search/?q=停水 %2B 供水 | 停电",
    "post": f"/posts/{post(0).id}/",
    "event": f"/events/{post(5).id}/",
    "digests": "/digests/",
    "digest": "/digests/2019-08-02/",
    "judging": "/judging/",
    "risk-table": "/risk/",
    "policies": "/policies/",
    "policy": "/policies/1/",
    "policy-edit": "/policies/1/edit/",
    "policy-stance": "/policies/1/stance/",
    "answers": "/policies/answers/",
    "answer": "/policies/answers/1/",
    "password": "/password/",
    "missing": "/nowhere/",
}
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread; Django's ORM would take every call for one from a coroutine.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
        yield opened
        opened.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def city(db: None, store: Store) -> None:
    """A morning at the press office."""
    source()
    source("gov", "东城区政务动态", last_new=NOW - timedelta(days=4))
    source("feed", "清江日报", failures=3)
    ensure_plans(NOW)
    fill_plan(incident("2019-0802-01", posts=9), NOW)
    graded(incident("2019-0731-01", posts=5, title="小学食堂坍塌", state=State.CLOSED))
    incident("2019-0802-02", posts=14, title="东城区仓库起火，周边居民询问是否有毒", level=Level.II, emergency=True,
             state=State.HANDLING, unit=unit("市应急局"), explanation="最近 1 小时 14 条，通常 0 条",
             discovered_at=NOW - timedelta(hours=6))  # fmt: skip
    incident("2019-0801-01", posts=4, title="西城区停水未提前告知", suggested_level=Level.IV, state=State.ANSWERED,
             unit=unit("市供水公司"), explanation="最近 6 小时 4 条，通常 0.5 条")  # fmt: skip
    delivery(1, subject="预警")
    Recipient.objects.create(name="值班室", email="duty@example.cn")
    store.put([post(index % 28, url=f"http://board.example.cn/post/{index}") for index in range(60)])
    for index in range(4):
        news = post(index, url=f"http://news.example.cn/{index}", kind=Kind.NEWS, source="feed", publisher="清江日报",
                    title="关于城区部分区域计划停水的通知", region="西城区")  # fmt: skip
        store.put([news])
        store.annotate([(news.id, store.get([news.id])[news.id].revision, Marks(sentiment=Sentiment(0.1, 0.8, 0.1)))])
    policies(store)
    event = post(5).id
    told = {post(index).id: Marks(event=event, copy_of=event if index == 1 else None) for index in range(6)}
    news = post(
        0, url="http://news.example.cn/denied", kind=Kind.NEWS, title="情况说明", text="网传停水一月的消息不实。"
    )
    store.put([news])
    told[news.id] = Marks(event=event)
    store.annotate([(each.id, each.revision, told[each.id]) for each in store.get(list(told)).values()])
    for name, size in ((event, 7), (post(20).id, 1), (post(21).id, 1)):
        Event.objects.create(
            id=name, title="东城区停水", terms=["东城区", "停水"], size=size, first_at=NOW, last_at=NOW
        )
    merge(store, event, post(21).id, "同一次停水", user(name="李"), NOW)
    make_digest(store, NOW.date() - timedelta(days=1), NOW)
    make_digest(store, NOW.date(), NOW)


def policies(store: Store) -> None:
    """One in force that people ask about, one still a draft, one that waits to be registered, an entry for the base."""
    text = "本办法由市发展改革委负责解释，自2019年7月28日起施行，有效期三年。"
    title = "关于印发《清江市城区停车收费管理办法》的通知"
    page = post(0, url="http://gov.example.cn/18", kind=Kind.POLICY, title=title, text=text, source="gov")
    store.put([page])
    made = policy(pk=1, post_id=page.id, effective_on=None, url="http://gov.example.cn/18")
    policy("清江市养犬管理规定", released_at=None, effective_on=None, consulted_until=NOW.date() - timedelta(days=40),
           doc_number="", query="养犬管理规定", planned_on=NOW.date() + timedelta(days=60))  # fmt: skip
    policy(
        "清江市养老服务补贴办法", effective_on=NOW.date() + timedelta(days=5), interpreted_at=NOW, query="养老服务补贴"
    )
    waiting = "清江市人民政府办公室关于印发《清江市既有住宅加装电梯财政补助办法》的通知"
    PolicyProposal.objects.create(post_id="x", title=waiting, doc_number="清府办发〔2019〕15号", seen_at=NOW)
    asked = []
    for index in range(24):
        title = (
            f"停车收费办法里半小时内免费怎么算（{index}）" if index % 3 else f"反映停车收费办法执行不到位（{index}）"
        )
        about = post(index, url=f"http://board.example.cn/p/{index}", title=title, text="请问三十分钟从哪一刻起算？",
                     reply="您好，自车辆驶入起算。" if index % 4 == 1 else "",
                     region="西城区" if index % 2 else "东城区")  # fmt: skip
        store.put([about])
        marks = Marks(matter="咨询" if index % 3 else "投诉", policies=(str(made.pk),))
        store.annotate([(about.id, store.get([about.id])[about.id].revision, marks)])
        asked.append(about.id)
    policy_answer(
        made, pk=1, asked=24, posts=asked, answer="停放不超过三十分钟的免费，自车辆驶入起算。", answered_at=NOW
    )


def visit(
    browser: Browser, server: LiveServer, viewport: dict[str, int], role: Role = Role.OFFICER, **options: Any
) -> BrowserContext:
    """A browser of somebody of that role who is logged in."""
    client = Client()
    client.force_login(user(role), backend="django.contrib.auth.backends.ModelBackend")
    context = browser.new_context(viewport=viewport, base_url=server.url, locale="zh-CN", **options)  # type: ignore[arg-type]
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}])
    return context


def watch(page: Page, server: LiveServer) -> list[str]:
    """What a page must not do: ask another host, break its own policy, log an error."""
    wrong: list[str] = []
    host = urlsplit(server.url).netloc
    page.on("request", lambda asked: wrong.append(asked.url) if urlsplit(asked.url).netloc != host else None)
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    return wrong


def grave(page: Page) -> list[tuple[str, str, str]]:
    """What axe calls serious or critical: (rule, element, what to do)."""
    return [
        (violation["id"], node["html"][:200], node.get("failureSummary", "")[:300])
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


def shoot(page: Page, name: str) -> None:
    if folder := os.environ.get("MINSHENG_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_and_asks_nobody_else(
    browser: Browser, live_server: LiveServer, city: None, scheme: str
) -> None:
    context = visit(browser, live_server, DESK, color_scheme=scheme)
    page = context.new_page()
    wrong = watch(page, live_server)
    for name, address in PAGES.items():
        page.goto(address)
        shoot(page, f"{name}-{scheme}")
        for each in page.query_selector_all("details"):
            each.evaluate("node => node.open = true")
        assert grave(page) == [], name
    # The browser itself says that a page was answered with 404 or 400; that is meant.
    assert [each for each in wrong if "Failed to load resource" not in each] == []
    context.close()


@pytest.mark.parametrize("large", [False, True])
def test_no_page_is_wider_than_a_phone_and_all_targets_can_be_hit(
    browser: Browser, live_server: LiveServer, city: None, large: bool
) -> None:
    context = visit(browser, live_server, PHONE, has_touch=True)
    if large:
        context.add_cookies([{"name": "size", "value": "large", "url": live_server.url}])
    page = context.new_page()
    for name, address in PAGES.items():
        page.goto(address)
        shoot(page, f"{name}-phone{'-large' if large else ''}")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name
        small = page.evaluate(
            """() => [...document.querySelectorAll(
                'button, .button, input, select, textarea, summary, nav a, .facet, .pick')]
            .filter(node => !['hidden', 'checkbox', 'radio'].includes(node.type) && node.offsetParent)
            .filter(node => node.getBoundingClientRect().height < 40).map(node => node.outerHTML.slice(0, 120))"""
        )
        assert small == [], name
        tall = page.evaluate(
            """() => [...document.querySelectorAll('main td, main th')].filter(node => {
                const said = document.createRange(), long = node.innerText.trim().length;
                said.selectNodeContents(node);
                const lines = new Set([...said.getClientRects()].map(each => Math.round(each.top))).size;
                return node.offsetParent && !node.closest('.plan') && long > 3 && lines > 2 && long < 2.4 * lines;
            }).map(node => node.innerText)"""
        )
        assert tall == [], f"{name}: a character a line"
    context.close()


def test_on_a_phone_the_act_comes_before_the_reading(browser: Browser, live_server: LiveServer, city: None) -> None:
    context = visit(browser, live_server, PHONE)
    page = context.new_page()
    page.goto(PAGES["incident"])
    heights = [page.locator(f"#{name}").bounding_box() for name in ("clocks", "do", "what", "plan", "posts")]
    tops = [box["y"] for box in heights if box]
    assert len(tops) == 5
    assert tops == sorted(tops)
    context.close()


def test_a_day_at_the_desk_by_keyboard_and_mouse(browser: Browser, live_server: LiveServer, city: None) -> None:
    """Log in, find by /, confirm, hand over: as a person does it, clicking twice where people do."""
    user(Role.LEADER, "chen")
    context = browser.new_context(viewport=DESK, base_url=live_server.url)  # type: ignore[arg-type]
    page = context.new_page()
    wrong = watch(page, live_server)
    page.goto("/incidents/2019-0802-01/")
    shoot(page, "login")
    assert grave(page) == []
    box = page.locator("main").bounding_box()
    assert box
    assert abs(box["x"] + box["width"] / 2 - DESK["width"] / 2) < 2
    page.get_by_label("登录名").fill("chen")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("滨河苑")
    page.get_by_label("级别", exact=True).select_option(label="Ⅱ 重大 橙")
    page.get_by_role("button", name="认定").dblclick()
    expect(page.get_by_text("已认定级别。")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ⅱ 重大 橙")
    page.get_by_label("责任单位").select_option(label="市应急局")
    page.get_by_role("button", name="交办", exact=True).click()
    expect(page.get_by_text("已交办。")).to_be_visible()
    shoot(page, "handed-over")
    page.keyboard.press("/")
    page.keyboard.type("停水")
    page.keyboard.press("Enter")
    expect(page.locator("#hits")).to_have_text("65 条")
    page.keyboard.press("/")
    page.keyboard.type("标题:计划停水")
    page.keyboard.press("Enter")
    expect(page.locator("#hits")).to_have_text("4 条")
    page.get_by_role("button", name="大字").click()
    expect(page.locator("html.large")).to_be_visible()
    shoot(page, "search-large")
    with page.expect_download() as download:
        page.goto("/incidents/2019-0802-01/")
        page.get_by_role("link", name="下载 Word").click()
    assert download.value.suggested_filename == "2019-0802-01 应对处置方案.docx"
    assert wrong == []
    context.close()


def test_the_console_works_without_script(browser: Browser, live_server: LiveServer, city: None) -> None:
    context = visit(browser, live_server, DESK, java_script_enabled=False)
    page = context.new_page()
    page.goto(PAGES["incident"])
    page.get_by_role("button", name="认定").click()
    expect(page.get_by_text("已认定级别。")).to_be_visible()
    page.get_by_role("button", name="大字").click()
    expect(page.locator("html.large")).to_be_visible()
    context.close()


def test_the_emergency_admin_keeps_to_the_same_policy(browser: Browser, live_server: LiveServer, city: None) -> None:
    context = visit(browser, live_server, DESK, Role.ADMIN)
    page = context.new_page()
    wrong = watch(page, live_server)
    for address in ("/admin/", "/admin/accounts/user/", "/admin/accounts/user/add/", "/admin/alerts/incident/"):
        page.goto(address)
        shoot(page, f"admin{address.replace('/', '-')}")
    assert wrong == []
    context.close()


def test_the_risk_table_is_tried_and_saved_without_javascript(
    browser: Browser, live_server: LiveServer, city: None
) -> None:
    context = visit(browser, live_server, DESK, Role.LEADER, java_script_enabled=False)
    page = context.new_page()
    page.goto("/risk/")
    page.get_by_label("Ⅲ 较大（分以上）").fill("四十")
    page.get_by_role("button", name="试算近 90 天").click()
    expect(page.get_by_text("Ⅲ 级的分数应是 1 至 300 的整数")).to_be_visible()
    page.get_by_label("Ⅰ 特别重大（分以上）").fill("")
    page.get_by_label("Ⅲ 较大（分以上）").fill("45")
    page.get_by_label("修改理由").fill("改用三级")
    page.get_by_role("button", name="试算近 90 天").click()
    expect(page.get_by_text("1 起的建议级别会不同")).to_be_visible()
    shoot(page, "risk-tried")
    page.get_by_role("button", name="保存为新的一版").click()
    expect(page.get_by_text("已保存为第 1 版")).to_be_visible()
    shoot(page, "risk-saved")
    context.close()
