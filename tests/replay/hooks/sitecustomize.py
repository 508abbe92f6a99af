"""Found by Python at start-up because the kill test puts this folder on PYTHONPATH: kills the process, and the one that
started it, before or after the nth call of a named function. Nothing of this is in the program itself.

MINSHENG_KILLS names a JSON file: [{"id", "module", "function", "when": "before" | "after", "nth"}]; counts are kept in
files beside it, because one run of a step has several processes. What fired is appended to fired.txt."""

import functools
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import signal
import sys
from pathlib import Path

os.environ.setdefault("MINSHENG_KILL_TOP", str(os.getpid()))


def _call_number(folder: Path, name: str) -> int:
    handle = os.open(folder / f"{name}.count", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        os.write(handle, b".")
        return os.lseek(handle, 0, os.SEEK_END)
    finally:
        os.close(handle)


def _die(folder: Path, name: str) -> None:
    with (folder / "fired.txt").open("a") as file:
        file.write(f"{name}\n")
    top = int(os.environ["MINSHENG_KILL_TOP"])
    if top != os.getpid():
        os.kill(top, signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def _deadly(function, kill, folder: Path):  # type: ignore[no-untyped-def]
    @functools.wraps(function)
    def wrapped(*args, **kwargs):  # type: ignore[no-untyped-def]
        fatal = _call_number(folder, kill["id"]) == kill["nth"]
        if fatal and kill["when"] == "before":
            _die(folder, kill["id"])
        result = function(*args, **kwargs)
        if fatal:
            _die(folder, kill["id"])
        return result

    return wrapped


def _hand_on(environment):  # type: ignore[no-untyped-def]
    """A crawl is given a bare environment (no secrets); hand these hooks on to it."""

    @functools.wraps(environment)
    def wrapped():  # type: ignore[no-untyped-def]
        bare = environment()
        ours = {name: os.environ[name] for name in ("MINSHENG_KILLS", "MINSHENG_KILL_TOP")}
        hooks = str(Path(__file__).parent)
        return {**bare, **ours, "PYTHONPATH": f"{hooks}{os.pathsep}{bare['PYTHONPATH']}"}

    return wrapped


class _Finder(importlib.abc.MetaPathFinder):
    """Patches a module right after it was executed."""

    def __init__(self, kills, folder: Path) -> None:  # type: ignore[no-untyped-def]
        self.kills, self.folder = kills, folder

    def find_spec(self, fullname, path=None, target=None):  # type: ignore[no-untyped-def]
        mine = [kill for kill in self.kills if kill["module"] == fullname]
        if not mine and fullname != "crawlers.launch":
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path)
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def exec_module(module):  # type: ignore[no-untyped-def]
            execute(module)
            if fullname == "crawlers.launch":
                module._environment = _hand_on(module._environment)  # type: ignore[no-untyped-call]
            for kill in mine:
                *owners, name = kill["function"].split(".")
                owner = functools.reduce(getattr, owners, module)
                setattr(owner, name, _deadly(getattr(owner, name), kill, self.folder))

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


if _file := os.environ.get("MINSHENG_KILLS"):
    sys.meta_path.insert(0, _Finder(json.loads(Path(_file).read_text()), Path(_file).parent))
