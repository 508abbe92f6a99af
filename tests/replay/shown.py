"""What must be shown of a replayed Minsheng, as JSON: python -m tests.replay.shown http://site"""

import json
import sys
from urllib.parse import urlsplit


def main() -> None:
    import django

    django.setup()
    from bench.replay import checks
    from bench.replay.__main__ import SHORT, times
    from bench.replay.world import Site
    from console.archive import archive

    site = Site(urlsplit(sys.argv[1]).port or 80)
    rows = checks.incidents()
    told = {
        "incidents": [
            {"number": row.number, "about": row.about, "day": f"{row.discovered_at:%Y-%m-%d}", "kind": row.kind}
            for row in rows
        ],
        "others": checks.others_a_month(rows),
        "board": checks.board(archive(), site, list(times(SHORT))[-1]),
    }
    print(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main()
