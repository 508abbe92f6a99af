"""Snapshots in a folder (repository type fs, of the server core): what did not change since the last is not written
again. The folder must be one that every node sees and may write to, below its `path.repo`."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from elasticsearch import ApiError

from archive.elastic.address import Address, read_address
from archive.elastic.connect import Client
from archive.elastic.template import prepare
from archive.store import ArchiveError

NAME = "elasticsearch"
KEPT = 6  # snapshots besides the new one
SECONDS = 3600.0  # of a snapshot or of putting one back


def save(url: str, folder: Path, seen_as: str = "") -> None:
    """A new snapshot of all that is of this archive; of older ones in the folder the last few stay."""
    client = Client(read_address(url))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        _register(client, seen_as or str(folder.resolve()), read_only=False)
        names = _snapshots(client)
        number = max((int(name.rpartition("-")[2]) for name in names), default=0) + 1
        answer = client.call(
            lambda es: es.options(request_timeout=SECONDS).snapshot.create(
                repository=client.address.prefix,
                snapshot=f"{client.address.prefix}-{number:06d}",
                indices=client.address.everything,
                include_global_state=False,
                wait_for_completion=True,
            )
        )
        if answer["snapshot"]["state"] != "SUCCESS":
            raise ArchiveError("Elasticsearch 的快照没有完整写成，请检查各个节点和磁盘后再备份一次")
        for name in names[:-KEPT] if len(names) > KEPT else []:
            client.call(lambda es, name=name: es.snapshot.delete(repository=client.address.prefix, snapshot=name))  # type: ignore[misc]
    finally:
        client.close()


def put_back(url: str, folder: Path, seen_as: str = "") -> None:
    """The last snapshot in the place of what there is."""
    address = read_address(url)
    client = Client(address)
    try:
        _register(client, seen_as or str(folder.resolve()), read_only=True)
        names = _snapshots(client)
        if not names:
            raise ArchiveError(f"{folder} 中没有 Elasticsearch 的快照")
        there = client.call(
            lambda es: es.indices.get(index=address.everything, ignore_unavailable=True, features="aliases")
        )
        for index in sorted(there.body):
            client.call(lambda es, index=index: es.options(ignore_status=404).indices.delete(index=index))  # type: ignore[misc]
        saved = names[-1]
        answer = client.call(
            lambda es: es.options(request_timeout=SECONDS).snapshot.restore(
                repository=address.prefix,
                snapshot=saved,
                **_wanted(address, saved),
                wait_for_completion=True,
            )
        )
        if answer["snapshot"]["shards"]["failed"]:
            raise ArchiveError("Elasticsearch 的快照没有完整恢复，请检查各个节点和磁盘后再恢复一次")
        # 404: it was saved before its first post.
        months, alias = address.months, address.alias
        client.call(lambda es: es.options(ignore_status=404).indices.put_alias(index=months, name=alias))
        prepare(client, create=True)  # the template is no part of a snapshot
    finally:
        client.close()


def _wanted(address: Address, saved: str) -> dict[str, Any]:
    """What is restored, under this installation's names where the snapshot was taken under another prefix."""
    before = saved.rpartition("-")[0]
    wanted: dict[str, Any] = {
        "indices": replace(address, prefix=before).everything,
        "include_global_state": False,
        "include_aliases": False,  # they bear the old prefix
        "index_settings": {"index.number_of_replicas": address.replicas},
    }
    if before != address.prefix:
        wanted |= {"rename_pattern": f"^{before}-", "rename_replacement": f"{address.prefix}-"}
    return wanted


def _register(client: Client, location: str, *, read_only: bool) -> None:
    body = {"type": "fs", "settings": {"location": location, "compress": True, "readonly": read_only}}
    try:
        client.call(lambda es: es.snapshot.create_repository(name=client.address.prefix, repository=body))
    except ArchiveError as error:
        cause = error.__cause__
        if isinstance(cause, ApiError) and cause.status_code not in (401, 403):
            raise ArchiveError(
                f"Elasticsearch 不能用 {location} 存放快照：每个节点的 path.repo 须包含它，并且节点的账号可以读写"
            ) from error
        raise


def _snapshots(client: Client) -> list[str]:
    """Names, oldest first."""
    found = client.call(lambda es: es.snapshot.get(repository=client.address.prefix, snapshot="_all"))["snapshots"]
    return [each["snapshot"] for each in found if each["state"] == "SUCCESS"]
