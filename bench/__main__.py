"""python -m bench [NAME …]: run the measurements and write docs/benchmarks.md."""

import importlib
import os
import platform
import re
import sys
from pathlib import Path

NAMES = (
    "archive", "stores", "readers", "memory", "extraction", "spikes", "events", "sentiment", "judgements", "stance",
    "topics", "matter", "rounds",
)  # fmt: skip
FILE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Written by `make bench` and `make replay`; every figure is from one run on one machine, beside a peer in the same run.
"""


def machine() -> str:
    """The machine in one line: processor, cores, memory, Python."""
    cpu = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.processor(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{cpu}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}, {platform.system()}"


def write_section(name: str, body: str) -> None:
    """Replace the section `name` in docs/benchmarks.md, or add it; the others stay."""
    text = FILE.read_text(encoding="utf-8") if FILE.exists() else HEAD
    section = f"<!-- {name} -->\n{body.strip()}\n\n*Machine: {machine()}.*\n<!-- end {name} -->\n"
    pattern = re.compile(rf"<!-- {name} -->.*?<!-- end {name} -->\n", re.S)
    text = pattern.sub(lambda _: section, text) if pattern.search(text) else f"{text}\n{section}"
    FILE.write_text(text, encoding="utf-8")


def main(names: list[str]) -> None:
    unknown = set(names) - set(NAMES)
    if unknown:
        sys.exit(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    for name in names or NAMES:
        print(f"== {name}", flush=True)
        body = importlib.import_module(f"bench.{name}").run()
        print(body, flush=True)
        write_section(name, body)


if __name__ == "__main__":
    main(sys.argv[1:])
