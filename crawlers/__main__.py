"""python -m crawlers: see crawlers.run."""

import sys

from crawlers.run import main

sys.exit(main())
