"""How a responsible unit is told, and which answers for a topic where the office's table names none. Pure."""

# The usual names; the office's table of units (责任单位, each with its 领域) goes before them.
DEFAULT_UNITS = {
    "城乡建设": "市住房和城乡建设局",
    "劳动和社会保障": "市人力资源和社会保障局",
    "教育文体": "市教育局",
    "商贸旅游": "市市场监督管理局",
    "卫生计生": "市卫生健康委员会",
    "环境保护": "市生态环境局",
    "交通运输": "市交通运输局",
}


def unit_told(name: str, assigned: bool) -> str:
    """市教育局; 市教育局（建议，未交办） for one that was only guessed: it must not read as one that is responsible."""
    return name if assigned or not name else f"{name}（建议，未交办）"
