"""How a responsible unit is told. Pure."""


def unit_told(name: str, assigned: bool) -> str:
    """市教育局; 市教育局（建议，未交办） for one that was only guessed: it must not read as one that is responsible."""
    return name if assigned or not name else f"{name}（建议，未交办）"
