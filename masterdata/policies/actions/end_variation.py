"""A variation ends: its scope follows the enterprise again."""

from datetime import date

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput

from ..checks import not_past, tell_process, variation
from ..models import PolicyValue


@command("masterdata.end_variation")
def end_variation(batch: Batch, *, value_id: int, on: date, reason: str = "") -> None:
    """Let the enterprise's value hold again from `on`. A variation that has not begun yet is taken back.

    Raises NotFound, DateIsPast, BadInput when it has ended before.
    """
    row = variation(batch, value_id)
    not_past(batch, on)
    if row.approved_by_id is None or (row.valid_to is not None and row.valid_to <= on):
        raise BadInput(field="on", reason=_("This variation is not in effect then."))
    outcome = {"key": row.key, "scope": row.scope, "on": on, "reason": reason}
    batch.decide("masterdata.end_variation", PolicyValue, row.pk, outcome)
    if on <= row.valid_from:
        row.delete()
    else:
        row.valid_to = on
        row.save(update_fields=["valid_to"])
    tell_process()
