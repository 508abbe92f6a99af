"""History is only ever added to."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from accounts.audit import record
from accounts.kept import KeptError
from accounts.models import AuditEntry

NOW = datetime(2019, 8, 2, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "change",
    [
        lambda row: row.save(),
        lambda row: row.delete(),
        lambda _: AuditEntry.objects.update(actor="nobody"),
        lambda _: AuditEntry.objects.filter(actor="周").delete(),
        lambda row: AuditEntry.objects.bulk_update([row], ["actor"]),
        lambda row: AuditEntry.objects.update_or_create(pk=row.pk, defaults={"actor": "nobody"}),
    ],
    ids=["save", "delete", "update", "delete many", "bulk update", "update or create"],
)
def test_a_row_of_the_audit_trail_stays_as_it_was_written(change: Callable[[AuditEntry], object]) -> None:
    row = record(NOW, "周", "incident.view", "incident", "2019-0802-01")
    row.actor = "nobody"
    with pytest.raises(KeptError):
        change(row)
    assert AuditEntry.objects.get().actor == "周"
