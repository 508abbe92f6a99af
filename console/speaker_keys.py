"""Keys of the speakers' hashes: a file a 30-day period, made on demand, destroyed after 90 days, not backed up."""

import os
import secrets
from datetime import datetime
from pathlib import Path

from crawlers.speaker import live_periods


def speaker_keys(folder: Path, now: datetime) -> dict[str, str]:
    """Key (hex) by period for the periods that live at `now`; older ones are destroyed on the way."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    live = live_periods(now)
    for file in folder.iterdir():
        if file.name.isdigit() and int(file.name) < live[0]:
            file.unlink(missing_ok=True)
    return {str(period): _key(folder / str(period)) for period in live}


def _key(path: Path) -> str:
    # Written apart and linked into place: two crawls that start together read the same whole key.
    if not path.exists():
        new = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        try:
            path.hardlink_to(new)
        except FileExistsError:
            pass
        finally:
            new.unlink()
    return path.read_text(encoding="ascii")
