"""What whoever runs the cluster should know: shards that are missing, copies that there are none of, old nodes."""

from archive.elastic.connect import Client

SERVER = 9  # the major version that the client speaks to


def notes(client: Client) -> list[str]:
    """In Chinese, one sentence each, with what to do."""
    address = client.address
    state = client.call(lambda es: es.cluster.health(index=address.everything)).body
    nodes, missing = int(state["number_of_data_nodes"]), int(state["unassigned_shards"])
    found = []
    if state["status"] == "red":
        found.append(f"{missing} 个分片不可用，有的信息查不到也写不进：请恢复停掉的节点")
    elif state["status"] == "yellow":
        found.append(f"{missing} 个副本没有就位，此时再坏一个节点会丢信息：请恢复停掉的节点，或减少 replicas")
    if nodes > 1 and address.replicas == 0:
        found.append(f"有 {nodes} 个节点却没有副本，坏一个就丢信息：请在 MINSHENG_ARCHIVE 里加 replicas=1")
    found += _blocked(client)
    wanted = "nodes.*.name,nodes.*.version,nodes.*.settings.path.repo"
    nodes_are = client.call(lambda es: es.nodes.info(filter_path=wanted)).body["nodes"].values()
    if bare := [node["name"] for node in nodes_are if not node.get("settings", {}).get("path", {}).get("repo")]:
        found.append(f"节点 {'、'.join(bare)} 没有设置 path.repo，minsheng backup 用不了：请写上备份所在的目录")
    for node in nodes_are:
        if int(node["version"].partition(".")[0]) != SERVER:
            found.append(f"节点 {node['name']} 是 {node['version']} 版，需要 {SERVER} 版")
    return found


def _blocked(client: Client) -> list[str]:
    """Indices that are closed, and those that may not be written to, which Elasticsearch does itself on a full disk."""
    held = client.call(
        lambda es: es.indices.get_settings(index=client.address.everything, expand_wildcards=["open", "closed"])
    ).body
    settings = {name: each["settings"]["index"] for name, each in held.items()}
    closed = sorted(name for name, each in settings.items() if each.get("verified_before_close") == "true")
    blocks = {name: each.get("blocks", {}) for name, each in settings.items() if name not in closed}
    full = sorted(name for name, each in blocks.items() if each.get("read_only_allow_delete") == "true")
    kept = sorted(name for name, each in blocks.items() if "true" in (each.get("write"), each.get("read_only")))
    found = []
    if closed:
        found.append(f"索引 {_some(closed)} 已关闭，其中的信息查不到：请打开（_open）")
    if full:
        found.append(f"磁盘将满，Elasticsearch 已停止写入索引 {_some(full)}：请在各节点腾出空间")
    if kept:
        found.append(f"索引 {_some(kept)} 被设成了只读，新的信息写不进：请解除它的 blocks")
    return found


def _some(names: list[str]) -> str:
    return "、".join(names[:3]) + (f" 等 {len(names)} 个" if len(names) > 3 else "")
