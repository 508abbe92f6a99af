"""A real Elasticsearch for tests, or one line that says why there is none."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from bench.servers.elastic import AbsentError, Cluster, cluster
from tests.conftest import absent


@contextmanager
def nodes(count: int = 1, **how: Any) -> Iterator[Cluster]:
    """As bench.servers.elastic.cluster; where that cannot be, the test is skipped, or fails where it is required."""
    with ExitStack() as stack:
        try:
            started = stack.enter_context(cluster(count, **how))
        except AbsentError as error:
            absent("Elasticsearch", str(error))
        yield started
