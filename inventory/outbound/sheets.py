"""Headers as programs read them beside a verb: one statement, its answer made by the server (performance.md 2.2)."""

from collections.abc import Sequence
from typing import Any

from erp.kernel.access import access_of
from erp.kernel.batch import constant

from .models import Shipment

_AT = "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
SHEET = f"""
SELECT json_build_object(
    'id', s.id, 'number', s.number, 'state', s.state, 'company', s.company_id, 'site', t.code,
    'document', g.document, 'party', p.code, 'ship_on', s.ship_on, 'carrier_service', s.carrier_service,
    'tracking_number', s.tracking_number, 'released_at', {_AT.format("s.released_at")},
    'picked_at', {_AT.format("s.picked_at")}, 'packed_at', {_AT.format("s.packed_at")},
    'shipped_at', {_AT.format("s.shipped_at")}, 'reversed_at', {_AT.format("s.reversed_at")},
    'delivered_on', s.delivered_on, 'delivered_to', s.delivered_to, 'version', s.version)
FROM inventory_shipment s
JOIN masterdata_site t ON t.id = s.site_id
JOIN inventory_demandgroup g ON g.id = s.group_id
JOIN masterdata_party p ON p.id = g.party_id
WHERE s.id = %s::bigint
  AND (%s::bool OR s.company_id = ANY(%s::bigint[]) OR s.site_id = ANY(%s::bigint[]))"""

DELIVERIES = """
SELECT g.id, g.document FROM inventory_demandgroup g
WHERE (g.id = ANY(%s::bigint[]) OR g.document = ANY(%s::text[]))
  AND (%s::bool OR g.company_id = ANY(%s::bigint[]) OR g.site_id = ANY(%s::bigint[]))"""


def shipment_sheet(shipment_id: int, *, user: Any) -> dict[str, Any] | None:
    """Where the shipment stands; None outside the reader's scope."""
    rows = constant(SHEET, shipment_id, *access_of(user).holding(*Shipment.READ).bounds())
    return rows[0][0] if rows else None


def deliveries(*, user: Any, ids: Sequence[int], documents: Sequence[str]) -> dict[int, str]:
    """The deliveries named by id or by document, as far as the reader's scope goes: {id: document}."""
    return dict(constant(DELIVERIES, list(ids), list(documents), *access_of(user).bounds()))
