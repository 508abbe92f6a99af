"""The index template (mappings/posts.json) and what becomes of months made by an older one.

Every month says in its `_meta` which mapping and which fold it was written with. One that is behind gets the new fields
and has its documents written anew, each only if nobody else has written it meanwhile; its mark is raised last, so that
a migration killed half-way is done again.
"""

import json
import logging
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from archive.elastic.address import Address
from archive.elastic.connect import Client
from archive.elastic.documents import Held
from archive.elastic.scan import scan
from archive.fold import FOLD_VERSION
from archive.store import ArchiveError

FILE = Path(__file__).parents[2] / "mappings" / "posts.json"
_NAME = "minsheng"  # the prefix as mappings/posts.json has it
_log = logging.getLogger(__name__)


@cache
def template_file() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return made


def template_of(address: Address) -> dict[str, Any]:
    """mappings/posts.json with this installation's names, shards and replicas, and the version of the fold."""
    body: dict[str, Any] = json.loads(json.dumps(template_file()).replace(f'"{_NAME}-posts', f'"{address.alias}'))
    body["template"]["settings"] |= {"number_of_shards": address.shards, "number_of_replicas": address.replicas}
    body["template"]["mappings"]["_meta"] |= {"fold": FOLD_VERSION}
    return body


def prepare(client: Client, *, create: bool) -> None:
    """Put the template where it is not the current one, and bring older months up to it."""
    address = client.address
    wanted = template_of(address)
    found = client.call(lambda es: es.options(ignore_status=404).indices.get_index_template(name=address.alias)).body
    known = found.get("index_templates") or []
    if not known and not create:
        raise ArchiveError(f"Elasticsearch 里没有前缀为 {address.prefix} 的档案库")
    meta = wanted["template"]["mappings"]["_meta"]
    if known:
        there = known[0]["index_template"]["template"]["mappings"].get("_meta") or {}
        if there.get("version", 0) > meta["version"]:
            raise ArchiveError("Elasticsearch 里的档案库由较新的版本写成，请升级民声后再打开")
        if address.wanted_replicas is None:  # nothing said of them, as on the command line of a copy: they stay
            there = known[0]["index_template"]["template"]["settings"]["index"]
            wanted["template"]["settings"]["number_of_replicas"] = int(there["number_of_replicas"])
    if not known or _settled(known[0]["index_template"]) != _settled(wanted):
        client.call(lambda es: es.indices.put_index_template(name=address.alias, **_arguments(wanted)))
    _make(client, address.tombstones)
    _make(client, address.meta)
    _copy_as_wanted(client)
    behind = [name for name, held in metas(client).items() if held != meta]
    for name in behind:
        _migrate(client, name, wanted["template"]["mappings"])


def metas(client: Client) -> dict[str, Mapping[str, Any]]:
    """What every month says it was written with."""
    found = client.call(
        lambda es: es.indices.get_mapping(index=client.address.months, allow_no_indices=True, expand_wildcards="open")
    ).body
    return {name: each["mappings"].get("_meta") or {} for name, each in found.items()}


def _settled(template: Mapping[str, Any]) -> tuple[Any, ...]:
    """What makes two templates differ; the server writes numbers of settings as texts."""
    inner = template["template"]
    flat = inner["settings"].get("index", inner["settings"])
    names = ("number_of_shards", "number_of_replicas", "refresh_interval")
    return inner["mappings"], tuple(str(flat.get(name)) for name in names), template.get("index_patterns")


def _arguments(template: Mapping[str, Any]) -> dict[str, Any]:
    return {name: template[name] for name in ("index_patterns", "priority", "template")}


def _make(client: Client, name: str) -> None:
    settings = {"number_of_shards": 1, "number_of_replicas": client.address.replicas}
    mappings = {"dynamic": False, "properties": {"id": {"type": "keyword"}}}
    # 400: it is there already.
    client.call(
        lambda es: es.options(ignore_status=400).indices.create(index=name, settings=settings, mappings=mappings)
    )


def _copy_as_wanted(client: Client) -> None:
    """The template is of new months alone; what an address says of replicas is of those that are there as well."""
    address = client.address
    if address.wanted_replicas is None:
        return
    name = "index.number_of_replicas"
    found = client.call(lambda es: es.indices.get_settings(index=address.everything, name=name)).body
    others = [
        index
        for index, each in found.items()
        if int(each["settings"]["index"]["number_of_replicas"]) != address.replicas
    ]
    if others:
        wanted = {name: address.replicas}
        client.call(lambda es: es.indices.put_settings(index=others, settings=wanted))


def _migrate(client: Client, name: str, mappings: Mapping[str, Any]) -> None:
    from archive.elastic.write import rewrite

    _log.warning("索引 %s 由较旧的版本写成，正在重写，其间可以照常使用", name)
    fields = {key: value for key, value in mappings.items() if key in ("properties", "dynamic")}
    client.call(lambda es: es.indices.put_mapping(index=name, **fields))
    batch: list[Held] = []
    for held in scan(client, {"match_all": {}}, index=name):
        batch.append(held)
        if len(batch) == 500:
            rewrite(client, batch)
            batch = []
    if batch:
        rewrite(client, batch)
    client.call(lambda es: es.indices.refresh(index=name))
    client.call(lambda es: es.indices.put_mapping(index=name, meta=dict(mappings["_meta"])))
