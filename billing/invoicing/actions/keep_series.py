"""Legal number series of a company: what its invoices and credit memos are numbered with."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from billing.invoicing.errors import PrefixTaken, SeriesExists, SeriesInUse
from billing.invoicing.models import Invoice
from billing.invoicing.permissions import CHANGE_SERIES
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from erp.kernel.models import NumberSeries
from masterdata.parties.checks import trading_company
from masterdata.records import locked_at, write

PREFIX = re.compile(r"[A-Z0-9][A-Z0-9./_-]{0,18}[A-Z./_-]|[A-Z]")


@dataclass(frozen=True, slots=True)
class SeriesCreated:
    series_id: int


def _taken(*, prefix: str, **_others: object) -> PrefixTaken:
    return PrefixTaken(prefix=prefix.strip().upper(), field="prefix")


@command("billing.create_series", conflicts={"number_series_prefix_unique": _taken})
def create_series(batch: Batch, *, company_id: int, code: str, prefix: str) -> SeriesCreated:
    """Give a company the series of one kind of document, from number 1 on.

    Raises NotFound, BadInput, SeriesExists, PrefixTaken.
    """
    company = trading_company(batch, company_id, CHANGE_SERIES)
    if code not in Invoice.Kind.values:
        raise BadInput(field="code", reason=_("one of {kinds}.").format(kinds=", ".join(Invoice.Kind.values)))
    prefix, scope = _sound(prefix), f"company:{company.pk}"
    if owner := NumberSeries.objects.filter(scope=scope, code=code).first():
        raise SeriesExists(company=company.code, prefix=owner.prefix, field="code")
    _free(prefix)
    return SeriesCreated(NumberSeries.objects.create(scope=scope, code=code, prefix=prefix).pk)


@command("billing.change_series", conflicts={"number_series_prefix_unique": _taken})
def change_series(batch: Batch, *, series_id: int, version: int, prefix: str) -> None:
    """Change the prefix, as long as no document carries it. Numbers, once given, are for ever.

    Raises NotFound, BadInput, StaleVersion with both values, SeriesInUse, PrefixTaken.
    """
    prefix = _sound(prefix)
    row = locked_at(
        NumberSeries.objects.filter(scope__startswith="company:"), series_id, version, {"prefix": prefix}
    )
    batch.actor.require(CHANGE_SERIES, company=int(row.scope.partition(":")[2]))
    if row.prefix == prefix:
        return
    if row.next_number > 1:
        raise SeriesInUse(prefix=row.prefix, number=row.next_number - 1, field="prefix")
    _free(prefix)
    write(row, {"prefix": prefix})


def _sound(prefix: str) -> str:
    prefix = prefix.strip().upper()
    if not PREFIX.fullmatch(prefix):
        reason = _("up to 20 letters, digits and . / _ - that do not end in a digit, such as INV-.")
        raise BadInput(field="prefix", reason=reason)
    return prefix


def _free(prefix: str) -> None:
    """No other series and no document of the house may carry the prefix: a number names one document."""
    if (
        NumberSeries.objects.filter(prefix=prefix).exists()
        or Invoice.objects.filter(number__regex=rf"^{re.escape(prefix)}[0-9]+$").exists()
    ):
        raise PrefixTaken(prefix=prefix, field="prefix")
