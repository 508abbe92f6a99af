"""What the installation needs, checked one by one; each says what is wrong and how to mend it."""

import shutil
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from accounts.models import User
from alerts.models import Delivery, Recipient
from alerts.notify import untold_threats
from alerts.smtp import handshake
from archive.post import CHINA
from archive.store import ArchiveError
from console import faults, pg_programs
from console.archive import archive
from console.holding import skew
from monitor.models import Lease, Source, Watchlist
from monitor.outages import trouble

State = Literal["ok", "warn", "fail"]
LEAST_DISK = 1 << 30  # bytes
MOST_SKEW = timedelta(seconds=30)  # between two machines


@dataclass(frozen=True, slots=True)
class Finding:
    """`remedy` is what to do; empty where nothing is wrong."""

    check: str
    state: State
    message: str
    remedy: str = ""


def examine(now: datetime, only: Sequence[str] | None = None) -> list[Finding]:
    """All checks, or those of NAMES; one that cannot be made because of the one before says so itself."""
    found: list[Finding] = []
    checks = [NAMES[name] for name in only] if only else CHECKS
    if database not in checks:  # it connects: nothing could be said of what the tables hold, and all would seem well
        found += [each for each in database(now) if each.state == "fail"]
    for check in checks:
        found += check(now)
    return found


def database(_now: datetime) -> Iterator[Finding]:
    name = "状态库"
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error as error:
        told = faults.of_database(error) or str(error)
        yield Finding(name, "fail", told, "检查 MINSHENG_DATABASE 的地址、密码和权限；必要时从备份恢复")
        return
    if (encoding := _encoding()) != "UTF8":
        remedy = "用 createdb -E UTF8 -T template0 另建一个库，在其中重新开始"
        yield Finding(name, "fail", f"库的编码是 {encoding}，存不了中文", remedy)
    if pending:
        yield Finding(name, "fail", f"有 {len(pending)} 项结构更新未执行", "执行 minsheng migrate")
    else:
        yield Finding(name, "ok", f"{_product()}，结构为最新")
    if connection.vendor == "postgresql" and (told := pg_programs.trouble(_server())):
        yield Finding(name, "warn", told, pg_programs.REMEDY)


def _encoding() -> str:
    if connection.vendor != "postgresql":
        return "UTF8"
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_encoding")
        return str(cursor.fetchone()[0])


def _product() -> str:
    if connection.vendor != "postgresql":
        return connection.vendor
    version = connection.connection.info.server_version
    return f"PostgreSQL {version // 10000}.{version % 10000}"


def _server() -> int:
    version: int = connection.connection.info.server_version
    return version // 10000


def store(_now: datetime) -> Iterator[Finding]:
    try:
        yield Finding("档案库", "ok", f"{archive().size()} 条信息")
        for note in archive().notes():
            yield Finding("档案库", "warn", note)
    except ArchiveError as error:
        yield Finding("档案库", "fail", str(error), "检查 MINSHENG_ARCHIVE 的地址和权限；必要时从备份恢复")


def mail(_now: datetime) -> Iterator[Finding]:
    name = "邮件"
    server = settings.MAIL_SERVER
    if server is None:
        yield Finding(name, "warn", "没有设置邮件服务器，预警送不出去", "设置 MINSHENG_SMTP（见 docs/settings.md）")
        return
    if fault := handshake(server):
        yield Finding(name, "fail", f"{server.host}:{server.port} {fault}", "核对地址、端口、加密方式、账号和密码")
    else:
        yield Finding(name, "ok", f"{server.host}:{server.port} 握手和登录成功")
    if not settings.MAIL_DOMAINS:
        yield Finding(name, "warn", "没有允许收到内容的域名，邮件里只有编号和时限", "设置 MINSHENG_MAIL_DOMAINS")


def people(_now: datetime) -> Iterator[Finding]:
    if not _has_table(User):
        return
    if not User.objects.filter(is_active=True).exists():
        yield Finding("账号", "fail", "还没有账号", "执行 minsheng user add 用户名 --role admin --generate")
    if not Recipient.objects.filter(enabled=True, alerts=True).exists():
        yield Finding("收件人", "fail", "没有人收预警", "在 管理 › 收件人 中添加")
    if threats := untold_threats().count():
        told = f"{threats} 条轻生风险信息没有人可告知"
        yield Finding("轻生风险", "fail", told, "立即拨打 110；在 管理 › 收件人 中启用值班员，下一轮研判即告知")
    if not Watchlist.objects.filter(enabled=True).exists():
        yield Finding("监测方案", "warn", "还没有监测方案", "执行 minsheng watch import 文件.yaml")
    unsent = Delivery.objects.filter(status__in=[Delivery.Status.FAILED, Delivery.Status.REFUSED]).count()
    if unsent:
        yield Finding("送达", "warn", f"{unsent} 封邮件没有送达", "在舆情页面的“送达”中查看原因")


def sources(now: datetime) -> Iterator[Finding]:
    name = "信源"
    if not _has_table(Source):
        return
    enabled = Source.objects.filter(enabled=True)
    if not enabled.exists():
        yield Finding(name, "fail", "没有启用的信源", "执行 minsheng sources import 文件.yaml")
        return
    yield Finding(name, "ok", f"启用 {enabled.count()} 个")
    for source in enabled.exclude(last_ok=None, failures=0).exclude(failures__in=(1, 2)):
        if why := trouble(source, now):
            yield Finding(name, "warn", f"{source.name} {why}", f"执行 minsheng sources check {source.id} 查看")


def clock(now: datetime) -> Iterator[Finding]:
    """A clock that stands behind what was already done would make deadlines wrong."""
    if not _has_table(Source):
        return
    if abs(off := skew()) > MOST_SKEW:
        told = f"本机的时间比数据库服务器的{'快' if off > timedelta(0) else '慢'} {abs(off).total_seconds():.0f} 秒"
        yield Finding("时钟", "fail", told, "校准两台机器的系统时间（NTP）")
    latest = Source.objects.exclude(last_started=None).order_by("-last_started").values_list("last_started", flat=True)
    if latest and latest[0] and latest[0] > now + timedelta(minutes=5):
        yield Finding(
            "时钟", "fail", f"系统时间 {now.astimezone(CHINA):%Y-%m-%d %H:%M} 早于上次采集", "校准系统时间（NTP）"
        )
    else:
        yield Finding("时钟", "ok", f"{now.astimezone(CHINA):%Y-%m-%d %H:%M}（北京时间）")


def scheduler(now: datetime) -> Iterator[Finding]:
    if not _has_table(Lease):
        return
    for group, title in (("crawl", "采集"), ("work", "研判和日报"), ("delivery", "送达")):
        lease = Lease.objects.filter(name=f"scheduler:{group}", expires_at__gt=now).first()
        if lease:
            yield Finding(title, "ok", f"由 {lease.holder} 运行")
        else:
            yield Finding(title, "warn", "没有在运行", "执行 minsheng up（或 minsheng schedule）")


def disk(_now: datetime) -> Iterator[Finding]:
    """Every disk that is written to, once."""
    seen: set[int] = set()
    for folder in _written():
        try:
            device, free = folder.stat().st_dev, shutil.disk_usage(folder).free
        except OSError as error:
            yield Finding("磁盘", "fail", f"{folder} {faults.reason(error)}", "检查设置中的路径")
            continue
        if device in seen:
            continue
        seen.add(device)
        if free > LEAST_DISK:
            yield Finding("磁盘", "ok", f"{folder} 所在磁盘剩余 {free / 2**30:.1f} GB")
        else:
            yield Finding("磁盘", "fail", f"{folder} 所在磁盘只剩 {free / 2**20:.0f} MB", f"清理 {folder} 所在磁盘")


def _written() -> list[Path]:
    """The folders that hold what is kept: our own, the archive's and the state database's where they are files."""
    folders = [Path(settings.VAR)]
    if settings.ARCHIVE_URL.startswith("sqlite:///"):
        folders.append(Path(settings.ARCHIVE_URL.removeprefix("sqlite:///")).absolute().parent)
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and not name.startswith(("file:", ":memory:")):
        folders.append(Path(name).absolute().parent)
    return folders


def secrets(_now: datetime) -> Iterator[Finding]:
    files = [path for path in (settings.VAR, *sorted(settings.VAR.rglob("*"))) if _others_may(path)]
    # Behind a closed door it does not matter what the files inside say.
    if files and files[0] == settings.VAR and len(files) > 1:
        told = f"{settings.VAR} 中有 {len(files) - 1} 个文件可被他人读取，例如 {files[1].relative_to(settings.VAR)}"
        yield Finding("密钥和数据", "fail", told, f"执行 chmod -R go-rwx {settings.VAR}")
    else:
        yield Finding("密钥和数据", "ok", "只有本账号可读")
    if settings.DEBUG:
        yield Finding("调试模式", "fail", "已打开，出错时会泄露内部信息", "去掉 MINSHENG_DEBUG")


def _others_may(path: Path) -> bool:
    """Whether other accounts may read it. Static files are for everybody."""
    if settings.STATIC_ROOT in (path, *path.parents):
        return False
    return bool(path.lstat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _has_table(model: type[User | Source | Lease]) -> bool:
    """False also where there was no connecting: each further try might take ten seconds."""
    try:
        return connection.connection is not None and model._meta.db_table in connection.introspection.table_names()
    except Error:
        return False


CHECKS: tuple[Callable[[datetime], Iterator[Finding]], ...] = (
    database,
    store,
    mail,
    people,
    sources,
    clock,
    scheduler,
    disk,
    secrets,
)
NAMES = {check.__name__: check for check in CHECKS}
