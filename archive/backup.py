"""The archive into a folder and back, while others read and write. Each store in the form its own tools understand."""

from pathlib import Path
from urllib.parse import urlsplit

from archive.store import ArchiveError


def backup(url: str, folder: Path, snapshots: str = "") -> None:
    """Write the archive of `url` into `folder`, which is there. `snapshots`: the path under which Elasticsearch's
    nodes see the folder's part for them, where it is another than here. Raises ArchiveError."""
    if _is_file(url):
        from archive.sqlite import backup as files

        files.save(Path(url.removeprefix("sqlite:///")), folder / files.NAME)
    else:
        from archive.elastic import backup as nodes

        nodes.save(url, folder / nodes.NAME, snapshots)


def restore(url: str, folder: Path, snapshots: str = "") -> None:
    """Put the archive of `url` back as `backup` found it; what is there now is replaced. Nobody may be using it."""
    if _is_file(url):
        from archive.sqlite import backup as files

        files.put_back(folder / files.NAME, Path(url.removeprefix("sqlite:///")))
    else:
        from archive.elastic import backup as nodes

        nodes.put_back(url, folder / nodes.NAME, snapshots)


def held(folder: Path) -> str:
    """Which store's archive a folder holds: sqlite, elasticsearch, or "" for none."""
    from archive.elastic import backup as nodes
    from archive.sqlite import backup as files

    if (folder / files.NAME).is_file():
        return "sqlite"
    return "elasticsearch" if (folder / nodes.NAME).is_dir() else ""


def _is_file(url: str) -> bool:
    scheme = urlsplit(url).scheme
    if scheme not in ("sqlite", "elasticsearch", "elasticsearch+https"):
        raise ArchiveError(f"不认识的档案库地址 {scheme!r}://…，请检查 MINSHENG_ARCHIVE")
    return scheme == "sqlite"
