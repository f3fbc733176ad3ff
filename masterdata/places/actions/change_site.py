"""A site's name, clock, week or cut-off changes."""

from typing import Any

from erp.kernel.batch import Batch
from erp.kernel.command import command
from masterdata.records import locked_at, only, write

from ..checks import sound_site
from ..models import Site
from ..permissions import CHANGE_SITE

CHANGEABLE = frozenset({
    "name", "time_zone", "country", "address", "working_days", "cut_off", "ship_days", "is_active",
})  # fmt: skip


@command("masterdata.change_site")
def change_site(batch: Batch, *, site_id: int, version: int, changes: dict[str, Any]) -> None:
    """Set the named fields of the site, if it still has the version they were edited on.

    Promises made before keep their dates. Raises NotFound, BadInput, StaleVersion with both values.
    """
    only(CHANGEABLE, changes)
    site = locked_at(Site.objects.all(), site_id, version, changes)
    batch.actor.require(CHANGE_SITE, company=site.company_id, site=site.pk)
    sound_site(changes)
    write(site, changes)
