"""What can stand in the way of an order, said by the rooms that know it: one SELECT each, of everything open now.

    source("invoice", _("Invoice stopped"), "warn", days=2, url="billing:exception", read_only=True, sql=STOPPED)

The SELECT gives: subject id, cause, company, site, customer, order, document, detail, amount, currency, day of the
promise, since when, owner. `moment.at` is the instant it is asked at; `{which}` stands where the orders `o` are named.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import Policy, declare


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of entry: its name and tone, its clock, where it is put right, and who owns it meanwhile."""

    kind: str
    label: Any
    tone: str
    sql: str
    url: str  # name of the page where the cause is put right
    by_document: bool  # that page is found by the document's number, not by the subject's id
    read_only: bool  # it has an owner and a queue elsewhere and is only shown here
    days: Policy[int]

    @property
    def of_orders(self) -> bool:
        """Whether its entries belong to orders, so that some orders can be looked at alone."""
        return "{which}" in self.sql


SOURCES: dict[str, Source] = {}
KINDS: dict[str, tuple[Any, str]] = {}  # label and tone, as chips show them


def source(
    kind: str, label: Any, tone: str, *, days: int, url: str, sql: str,
    by_document: bool = False, read_only: bool = False,
) -> Source:  # fmt: skip
    """Register a kind of entry. `days`: by when it is worked, until the policy says otherwise."""
    policy = declare(
        key=f"orders.exception_days_{kind}",
        type=int,
        default=days,
        minimum=0,
        maximum=60,
        unit=_("days"),
        levels=("site", "company"),
        owner="process_owner",
        title=_("Days to work an exception: %(kind)s") % {"kind": label},
        help=_("An entry of the exception inbox is due this many days after it was opened."),
    )
    SOURCES[kind] = Source(kind, label, tone, sql, url, by_document, read_only, policy)
    KINDS[kind] = (label, tone)
    return SOURCES[kind]
