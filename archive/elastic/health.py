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
    wanted = "nodes.*.name,nodes.*.version,nodes.*.settings.path.repo"
    nodes_are = client.call(lambda es: es.nodes.info(filter_path=wanted)).body["nodes"].values()
    if bare := [node["name"] for node in nodes_are if not node.get("settings", {}).get("path", {}).get("repo")]:
        found.append(f"节点 {'、'.join(bare)} 没有设置 path.repo，minsheng backup 用不了：请写上备份所在的目录")
    for node in nodes_are:
        if int(node["version"].partition(".")[0]) != SERVER:
            found.append(f"节点 {node['name']} 是 {node['version']} 版，需要 {SERVER} 版")
    return found
