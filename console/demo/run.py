"""The demo from outside: the city's web, its mail server, a Minsheng of its own beside them, and then the console.

Minsheng itself runs as child processes whose environment is made here, so that nothing of an installation on the same
machine (its databases, mail server, recipients) can be touched: of MINSHENG_ variables the children see only these."""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from accounts.people import generate_password
from console.demo.mailbox import Mailbox
from console.demo.site import Site
from console.demo.story import load
from console.supervise import die_with_parent

ROOT = Path(__file__).parent.parent.parent
DOMAIN = "qingjiang.example"
USER = "demo"
PORTS_TRIED = 50
CONSOLE_WAIT = 60.0  # seconds until the console must answer


class DemoError(Exception):
    """The demo cannot go on; the message (Chinese) says why and what to do. Raised by `run`."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for. `now`: end of the story; `stopped`: whether the pages' clock stands there (--now)."""

    var: Path
    now: datetime
    stopped: bool
    port: int
    leave: bool
    say: Callable[[str], None]


def run(wish: Wish) -> None:
    """Play the story, show the console, stay until Ctrl-C (or not, with `leave`)."""
    state, mail = wish.var / "demo", wish.var / "mail"
    with _alone(wish.var), _console_port(wish.port) as (port, release):
        shutil.rmtree(state, ignore_errors=True)
        state.mkdir(parents=True)
        with Mailbox(mail) as mailbox, Site(load(wish.now), wish.now) as site:
            told = environment(state, site.address, mailbox.port, port, wish.now if wish.stopped else None)
            password = generate_password()
            summary = _play(told, {"site": site.address, "now": wish.now.isoformat(), "password": password}, state)
            release()
            with _console(told, port), _postman(told):
                wish.say(closing(summary, mail, f"http://127.0.0.1:{port}", password))
                if wish.leave:
                    return
                wish.say("按 Ctrl-C 结束演示。")
                _stay()


def environment(state: Path, site: str, smtp_port: int, port: int, clock: datetime | None) -> dict[str, str]:
    """The environment of the demo's Minsheng, which lives in `state` and knows only the demo's city."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MINSHENG_")}
    given = {
        "DJANGO_SETTINGS_MODULE": "console.settings",
        "MINSHENG_VAR": str(state.resolve()),
        "MINSHENG_SMTP": f"smtp://127.0.0.1:{smtp_port}",
        "MINSHENG_SENDER": f"minsheng@{DOMAIN}",
        "MINSHENG_MAIL_DOMAINS": DOMAIN,
        "MINSHENG_ALLOW_INTERNAL": site,
        "MINSHENG_OFFICE": "清江市政府新闻办（演示）",
        "MINSHENG_DUTY_PHONE": "0839-×××××12",
        "MINSHENG_URL": f"http://127.0.0.1:{port}",
        "MINSHENG_LOG": "ERROR",
        "MINSHENG_SECOND_OPINION": "0",  # asked once, at the end (play.py): each time costs seconds
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")])),
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }
    return kept | given | ({"MINSHENG_NOW": clock.isoformat()} if clock else {})


def closing(summary: Mapping[str, Any], mail: Path, address: str, password: str) -> str:
    """The last thing printed: what was found, what was sent, where to look."""
    lines = ["", "———— 演示结果 ————", f"舆情 {len(summary['incidents'])} 起："]
    for row in summary["incidents"]:
        lines.append(f"  {row['number']}  {row['level']}  {row['kind']}  {row['title']}")
        lines.append(f"      {row['explanation']}；时限：{row['deadline']}")
    files = sorted(mail.glob("*.eml"))
    digests = [file for file in files if file.name[5:].startswith("日报")]
    lines.append(f"邮件 {len(files)} 封，在 {mail}，其中预警：")
    lines += [f"  {file.name}" for file in files if file not in digests]
    lines.append(f"日报 {len(summary['digests'])} 份，送出 {len(digests)} 封；最近一份：")
    lines += [f"  {file.name}" for file in digests[-1:]]
    lines.append(f"  {address}{summary['digest_path']}")
    lines += ["", f"打开 {address}/", f"用户名 {USER}", f"密码   {password}", ""]
    return "\n".join(lines)


def _play(told: Mapping[str, str], job: Mapping[str, str], state: Path) -> dict[str, Any]:
    """The story in a child process; the job goes in on standard input, the summary comes back as a file."""
    command = [sys.executable, "-m", "console.demo.play"]
    process = subprocess.Popen(command, env=told, stdin=subprocess.PIPE, text=True, preexec_fn=die_with_parent)  # noqa: S603
    try:
        process.communicate(json.dumps(job))
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise
    if process.returncode:
        raise DemoError(f"演示中途停下（退出码 {process.returncode}），原因见上面的提示；改正后重新运行即可")
    summary: dict[str, Any] = json.loads((state / "summary.json").read_text(encoding="utf-8"))
    return summary


@contextmanager
def _console(told: Mapping[str, str], port: int) -> Iterator[None]:
    """The console as in production (granian, static files by whitenoise), once its login page answers."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--log-level", "warning"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--blocking-threads", "4"]
    process = subprocess.Popen([*command, "console.wsgi:application"], env=told, preexec_fn=die_with_parent)  # noqa: S603
    try:
        deadline = time.monotonic() + CONSOLE_WAIT
        while not _answers(f"http://127.0.0.1:{port}/login/"):
            if process.poll() is not None or time.monotonic() > deadline:
                raise DemoError(f"网页没有启动（端口 {port}），请看上面的提示，或用 --port 换一个端口")
            time.sleep(0.2)
        yield
    finally:
        _end(process)


@contextmanager
def _postman(told: Mapping[str, str]) -> Iterator[None]:
    """Sends what is called for in the console, as `minsheng up` would."""
    command = [sys.executable, "-m", "console.demo.postman"]
    process = subprocess.Popen(command, env=told, preexec_fn=die_with_parent)  # noqa: S603
    try:
        yield
    finally:
        _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _answers(address: str) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError as error:
        error.close()
        raise DemoError(f"网页出错：{address} 返回 {error.code}") from error
    except OSError:
        return False


def _stay() -> None:
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return


@contextmanager
def _alone(var: Path) -> Iterator[None]:
    """Two demos in one folder would wipe each other's state."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DemoError(f"{var} 里已有一个演示在运行；请先在它的窗口按 Ctrl-C") from error
        yield


@contextmanager
def _console_port(first: int) -> Iterator[tuple[int, Callable[[], None]]]:
    """The first free port from `first` on, held until `release` is called, for the mails already name it."""
    for port in range(first, min(first + PORTS_TRIED, 65536)):
        held = socket.socket()
        try:
            held.bind(("127.0.0.1", port))
        except OSError:
            held.close()
            continue
        try:
            yield port, held.close
        finally:
            held.close()
        return
    raise DemoError(f"端口 {first} 到 {first + PORTS_TRIED - 1} 都被占用，请用 --port 另给一个")
