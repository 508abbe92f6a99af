"""The models Minsheng came with (monitor/weights), and those an office has fitted itself (`minsheng train`), which go
before them."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from monitor.linear import Model

FOLDER = Path(__file__).with_name("weights")


def own(name: str) -> Path:
    """Where the office's own model of this name stands, if it has one."""
    return Path(settings.VAR) / "models" / f"{name}.npz"


def model(name: str) -> Model:
    """The model in use. A file that was fitted anew is taken up at once. Raises ModelError."""
    path = own(name)
    if not path.exists():
        path = FOLDER / f"{name}.npz"
    return _read(path, path.stat().st_mtime_ns if path.exists() else 0)


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> Model:
    return Model.load(path)
