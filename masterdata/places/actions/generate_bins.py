"""Many bins of a zone from one pattern (MD07)."""

from dataclasses import dataclass

from django.db.models import Max

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from masterdata.records import locked

from ..errors import BinsExist, ZoneElsewhere
from ..models import Bin, Site, Zone
from ..patterns import bin_codes
from ..permissions import CHANGE_BIN

STEP = 10  # room between two bins for one that is squeezed in later
NAMED = 5


@dataclass(frozen=True, slots=True)
class BinsGenerated:
    count: int
    first: str
    last: str


@command("masterdata.generate_bins")
def generate_bins(
    batch: Batch,
    *,
    site_id: int,
    zone_id: int,
    pattern: str,
    kind: str = Bin.Kind.PICK,
    starts_at: int | None = None,
) -> BinsGenerated:
    """Create the bins that `pattern` stands for, walked in its order from `starts_at` on (else after the zone's last).

    All or none. Raises NotFound, BadInput, ZoneElsewhere, BinsExist.
    """
    batch.actor.require(CHANGE_BIN, site=site_id)
    site = locked(Site.objects.all(), site_id)
    zone = locked(Zone.objects.all(), zone_id)
    if zone.site_id != site.pk:
        raise ZoneElsewhere(zone=zone.code, site=site.code, field="zone")
    try:
        codes = bin_codes(pattern)
    except ValueError as problem:
        raise BadInput(field="pattern", reason=str(problem)) from problem
    taken = sorted(Bin.objects.filter(site=site, code__in=codes).values_list("code", flat=True))
    if taken:
        more = f" +{len(taken) - NAMED}" if len(taken) > NAMED else ""
        raise BinsExist(site=site.code, codes=", ".join(taken[:NAMED]) + more, field="pattern")
    if starts_at is None:
        last = Bin.objects.filter(zone=zone).aggregate(last=Max("pick_sequence"))["last"]
        starts_at = (last or 0) + STEP
    Bin.objects.bulk_create(
        Bin(site=site, zone=zone, code=code, kind=kind, pick_sequence=starts_at + STEP * index)
        for index, code in enumerate(codes)
    )
    return BinsGenerated(len(codes), codes[0], codes[-1])
