"""What installing refuses before it changes anything."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from erp.kernel.management.commands.install import refuse_half_folded

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("app", "first", "last"),
    [
        ("billing", "0003_settlement", "0012_einvoices"),
        ("inventory", "0003_pick_counted", "0018_transfers"),
        ("masterdata", "0003_never_deleted", "0013_einvoice_parties"),
        ("orders", "0003_draft_discarded", "0018_declined_goods_and_fees"),
        ("reporting", "0002_substitutions", "0003_line_fact_by_due"),
    ],
)
def test_a_database_that_has_a_part_of_what_was_folded_is_refused(app: str, first: str, last: str) -> None:
    recorder = MigrationRecorder(connection)
    refuse_half_folded()  # one that was made anew has none of them
    recorder.record_applied(app, first)
    before = recorder.applied_migrations().keys()
    with pytest.raises(CommandError, match=f"The database has {app} {first} and not {last}: .*git checkout"):
        call_command("install")
    assert recorder.applied_migrations().keys() == before
    recorder.record_applied(app, last)
    refuse_half_folded()
