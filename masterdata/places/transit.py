"""Where goods are that are on their way: a bin of the site, made when it is needed for the first time."""

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.errors import NotFound

ENSURE = """
INSERT INTO masterdata_bin (site_id, zone_id, code, kind, pick_sequence, is_active, version)
SELECT z.site_id, z.id, 'TRANSIT', 'transit',
    (SELECT coalesce(max(b.pick_sequence), 0) + 1 FROM masterdata_bin b WHERE b.site_id = z.site_id), true, 1
FROM masterdata_zone z WHERE z.site_id = %s::bigint AND NOT EXISTS (
    SELECT FROM masterdata_bin b WHERE b.site_id = z.site_id AND b.kind = 'transit' AND b.is_active)
ORDER BY z.id LIMIT 1 ON CONFLICT DO NOTHING"""

FIND = """
SELECT b.id FROM masterdata_bin b WHERE b.site_id = %s::bigint AND b.kind = 'transit' AND b.is_active
ORDER BY b.id LIMIT 1"""


def transit_bin(batch: Batch, site_id: int) -> int:
    """The site's bin for goods on their way. Raises NotFound for a site that has no zone to put one in."""
    batch.write(ENSURE, site_id)
    rows = batch.read(FIND, site_id)
    if not rows:
        raise NotFound(what=_("transit bin of the site"), reference=site_id)
    return int(rows[0][0])
