"""Save a draft: each change at once, so that nothing typed is ever lost."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import NotFound, StaleVersion
from masterdata.models import Company, Customer, ShipTo, Site
from orders.desk.errors import DraftGone
from orders.desk.rules import CELLS, HEADER, DraftChange, DraftLine, merged
from orders.entry.actions.submit_order import SUBMIT
from orders.entry.models import OrderDraft


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """The draft's row and the version that the next change must name."""

    draft_id: int
    version: int


@command(
    "orders.save_draft",
    conflicts={
        "orders_orderdraft_public_id_key": lambda public_id, version, change: StaleVersion(
            document=_("The draft"), actor=_("another window"), changes=[], version=1
        )
    },
)
def save_draft(batch: Batch, *, public_id: str, version: int, change: DraftChange) -> SavedDraft:
    """Change header fields and lines of a draft; version 0 starts it.

    Raises StaleVersion with both values of every field when another window has saved since `version`, DraftGone
    when it was submitted or discarded.
    """
    draft = OrderDraft.objects.lock().filter(public_id=public_id).first()
    if draft is None:
        assert batch.actor.user_id is not None, "a draft is written by somebody"
        draft = OrderDraft(public_id=public_id, version=0, created_by_id=batch.actor.user_id)
    elif not batch.actor.may(SUBMIT, company=draft.company_id):
        raise NotFound(what=_("draft"), reference=public_id)
    elif draft.order_id or draft.discarded_at:
        raise DraftGone(state=_("submitted") if draft.order_id else _("discarded"))
    elif draft.version != version:
        raise _stale(draft, change)
    _set_header(draft, change.header, batch)
    batch.actor.require(SUBMIT, company=draft.company_id)
    draft.lines = merged(draft.lines, change)
    draft.version += 1
    draft.saved_at, draft.saved_by = batch.now, batch.actor.name
    draft.save()
    return SavedDraft(draft.pk, draft.version)


def _set_header(draft: OrderDraft, header: dict[str, Any], batch: Batch) -> None:
    if header.get("customer_id"):
        customer = Customer.objects.filter(pk=header["customer_id"]).values("pk", "company_id").first()
        if customer is None:
            raise NotFound(what=_("customer"), reference=header["customer_id"])
        if customer["pk"] != draft.customer_id:
            draft.customer_id, draft.company_id, draft.ship_to_id = (
                customer["pk"],
                customer["company_id"],
                None,
            )
            draft.job, draft.site_id = "", None
            draft.lines = [{**entry, "site_id": None} for entry in draft.lines]
    if draft.company_id is None:
        draft.company_id = _own_company(batch)
    if "ship_to_id" in header:
        own = ShipTo.objects.filter(pk=header["ship_to_id"], customer=draft.customer_id)
        draft.ship_to_id = own.values_list("pk", flat=True).first()
    if "site_id" in header:
        sites = Site.objects.filter(pk=header["site_id"], company=draft.company_id, is_active=True)
        draft.site_id = sites.values_list("pk", flat=True).first()
    if "requested_on" in header:
        asked = header["requested_on"]
        draft.requested_on = date.fromisoformat(asked) if asked else None
    for name in ("customer_po", "job", "rush", "coupon", "note"):
        if name in header:
            setattr(draft, name, header[name])


def _own_company(batch: Batch) -> int:
    """The company a draft belongs to until its customer is known: the first that its writer works for."""
    companies = Company.objects.order_by("pk")
    everywhere, own, _sites = batch.actor.reach(SUBMIT)
    if not everywhere:
        companies = companies.filter(pk__in=own)
    found = companies.values_list("pk", flat=True).first()
    if found is None:
        raise NotFound(what=_("company"), reference=batch.actor.name)
    return found


def _stale(draft: OrderDraft, change: DraftChange) -> StaleVersion:
    """The refusal that shows what was to be saved beside what is there."""
    return StaleVersion(
        document=_("Draft %(n)s") % {"n": draft.pk},
        actor=draft.saved_by or _("another window"),
        changes=[*_header_changes(draft, change), *_line_changes(draft, change)],
        version=draft.version,
    )


def _header_changes(draft: OrderDraft, change: DraftChange) -> list[dict[str, Any]]:
    names: dict[str, QuerySet[Any]] = {
        "customer_id": Customer.objects.filter(company=draft.company_id),
        "ship_to_id": ShipTo.objects.filter(customer__company=draft.company_id),
        "site_id": Site.objects.filter(company=draft.company_id),
    }
    changes = []
    for name, mine in change.header.items():
        theirs = getattr(draft, name)
        if name in names:
            known = names[name].in_bulk([pk for pk in (mine, theirs) if pk])
            mine, theirs = known.get(mine, ""), known.get(theirs, "")
        changes.append({"label": str(HEADER[name]), "mine": str(mine or "–"), "theirs": str(theirs or "–")})
    return changes


def _line_changes(draft: OrderDraft, change: DraftChange) -> list[dict[str, Any]]:
    theirs = {entry["line"]: entry for entry in draft.lines}
    changes = []
    for entry in [asdict(DraftLine(**each)) for each in change.lines]:
        stored = theirs.get(entry["line"], {})
        for name, label in CELLS.items():
            if entry[name] != stored.get(name, ""):
                changes.append(
                    {
                        "label": _("Line %(n)s, %(cell)s") % {"n": entry["line"], "cell": label},
                        "mine": entry[name] or "–",
                        "theirs": stored.get(name) or "–",
                    }
                )
    changes += [
        {
            "label": _("Line %(n)s") % {"n": number},
            "mine": _("removed"),
            "theirs": theirs.get(number, {}).get("raw", "–"),
        }
        for number in change.removed
    ]
    return changes
