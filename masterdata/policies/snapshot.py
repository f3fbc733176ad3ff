"""The values in effect, kept by the process (erp.kernel.kept): a verb that asks for a policy costs no query."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from erp.kernel.kept import Kept

Dated = tuple[date, date | None, Any]  # from, to (exclusive), value


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Every value in effect, past and future ones too, as it stood under one version.

    `Snapshot()` is a house that follows the defaults of the code.
    """

    version: int = 0  # the newest value's id
    values: dict[tuple[str, str], list[Dated]] = field(default_factory=dict)  # by key and scope, newest first


def find(key: str, scope: str, on: date) -> Any:
    """The stored value of a policy for exactly this scope on a day; None where there is none."""
    for valid_from, valid_to, value in current().values.get((key, scope), ()):
        if valid_from <= on and (valid_to is None or on < valid_to):
            return value
    return None


def _read() -> Snapshot:
    values: dict[tuple[str, str], list[Dated]] = {}
    newest = 0
    with connection.cursor() as cursor:
        cursor.execute(IN_EFFECT)
        for pk, key, scope, valid_from, valid_to, value in cursor.fetchall():
            values.setdefault((key, scope), []).append((valid_from, valid_to, value))
            newest = max(newest, pk)
    return Snapshot(newest, values)


IN_EFFECT = """
SELECT id, key, scope, valid_from, valid_to, value #>> '{}' FROM masterdata_policyvalue
WHERE scope = '*' OR approved_by_id IS NOT NULL ORDER BY valid_from DESC
"""

_kept = Kept("masterdata.policies", _read)
current, forget, changed, assume, refresh = (
    _kept.current, _kept.forget, _kept.changed, _kept.assume, _kept.refresh,
)  # fmt: skip
