"""The short replay, each step in a process of its own: once in peace, once with kills."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.replay.__main__ import SHORT, times
from bench.replay.world import ROOT, SHARED, SOURCES, Mailbox, Site, environment

HOOKS = ROOT / "tests" / "replay" / "hooks"
STEP_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Kill:
    """Kill before or after the nth call of a function, or (module "smtp") before or after the answer to DATA."""

    id: str
    module: str
    function: str
    when: str
    nth: int


@dataclass
class Run:
    """One replayed Minsheng and what came of it."""

    var: Path
    site: Site
    box: Mailbox
    smtp: int
    kills: list[Kill] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    fired: list[str] = field(default_factory=list)
    calls: dict[str, int] = field(default_factory=dict)
    requests: list[tuple[str, int]] = field(default_factory=list)  # path and status, of this run

    def go(self) -> None:
        """Every step of the short replay; one that is killed is run again at the same `now`."""
        moments = list(times(SHORT))
        earlier = len(self.site.log())
        self._prepare(moments[0])
        self.box.on_data = self._mail_arrives
        for now in moments:
            self.site.at(now)
            while not self._step(now):
                pass
        self.requests = [(str(row[2]), int(str(row[3]))) for row in self.site.log()[earlier:]]
        self.fired += (self.var / "fired.txt").read_text().split() if (self.var / "fired.txt").exists() else []
        self.calls = {file.stem: file.stat().st_size for file in self.var.glob("*.count")}

    def environment(self, hooks: bool = True) -> dict[str, str]:
        ours = environment(self.var, self.site.port, self.smtp)
        if hooks:
            ours["PYTHONPATH"] = f"{HOOKS}{os.pathsep}{ours['PYTHONPATH']}"
            ours["MINSHENG_KILLS"] = str(self.var / "kills.json")
        return ours

    def _prepare(self, now: datetime) -> None:
        self.var.mkdir(parents=True)
        kills = [{name: getattr(kill, name) for name in Kill.__slots__} for kill in self.kills if kill.module != "smtp"]
        (self.var / "kills.json").write_text(json.dumps(kills))
        sources = SOURCES.read_text(encoding="utf-8").replace("127.0.0.1:8900", f"127.0.0.1:{self.site.port}")
        (self.var / "sources.yaml").write_text(sources, encoding="utf-8")
        watchlists = SHARED / "data" / "watchlists.yaml"
        command = [sys.executable, "-m", "bench.replay.step", "--now", now.isoformat()]
        command += ["--prepare", str(self.var / "sources.yaml"), str(watchlists)]
        subprocess.run(command, env=self.environment(hooks=False), cwd=ROOT, check=True, timeout=STEP_SECONDS)

    def _step(self, now: datetime) -> bool:
        """Whether the step came to its end; False where it was killed."""
        command = [sys.executable, "-m", "bench.replay.step", "--now", now.isoformat()]
        self.process = subprocess.Popen(
            command, env=self.environment(), cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        out, _ = self.process.communicate(timeout=STEP_SECONDS)
        if self.process.returncode == 0:
            self.steps.append(json.loads(out.strip().splitlines()[-1]))
            return True
        if self.process.returncode != -signal.SIGKILL:
            raise AssertionError(f"the step at {now} ended with {self.process.returncode}")
        return False

    def _mail_arrives(self, number: int, stage: str) -> bool:
        """Kill the sender where a kill says so; before the answer to DATA nothing is kept of its mail."""
        for kill in self.kills:
            if kill.module == "smtp" and kill.when == stage and kill.nth == number and kill.id not in self.fired:
                self.fired.append(kill.id)
                self.process.send_signal(signal.SIGKILL)
                self.process.wait(20)
                return True
        return False
