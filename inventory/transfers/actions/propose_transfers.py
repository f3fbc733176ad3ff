"""What one site has too much of and another misses, as proposals; taken up as transfers, or dismissed (TR02)."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, DomainError, NotFound
from inventory.commitments.policies import TRANSFER_DAYS
from inventory.commitments.queries import first_ship_day
from inventory.transfers.actions.request_transfer import Asked, request_transfer
from inventory.transfers.errors import ProposalDecided
from inventory.transfers.models import RebalanceProposal, TransferOrder
from inventory.transfers.permissions import REBALANCE as PROPOSE
from inventory.transfers.policies import COVER_DAYS, DISMISSED_DAYS
from inventory.transfers.reads import (
    COMPANY_SITES,
    KNOWN_PROPOSALS,
    LOCK_COMPANY,
    LOCK_PROPOSALS,
    REBALANCE,
    USED_DAYS,
)
from masterdata.freight.quoting import tariff_of
from masterdata.freight.rules import Consignment, Tariff, quote

State = RebalanceProposal.State


@dataclass(frozen=True, slots=True)
class Proposed:
    """How many proposals are new, stay (with the figures of now) and are not needed any more."""

    made: int
    kept: int
    gone: int


@dataclass(frozen=True, slots=True)
class _Found:
    """One row of the comparison: from where to where, how much, for how many, and on what it rests."""

    item_id: int
    site_id: int
    to_site_id: int
    quantity: Decimal
    lines: int
    on_time: int
    days_earlier: int
    undated: int
    value: Decimal
    arrives_on: date
    weight: Decimal | None
    free: Decimal
    used: Decimal
    cover: int
    demands: list[str]

    @property
    def key(self) -> tuple[int, int, int]:
        return self.item_id, self.site_id, self.to_site_id

    @property
    def why(self) -> dict[str, Any]:
        """The demands that get it, first served first, and what the giving site keeps."""
        demands = [
            dict(zip(("document", "quantity", "on", "was"), each.split("|"), strict=True))
            for each in self.demands
        ]
        return {
            "demands": demands,
            "free": str(self.free),
            "used": str(self.used),
            "used_days": USED_DAYS,
            "cover_days": self.cover,
        }


@command("inventory.propose_transfers")
def propose_transfers(batch: Batch, *, company_id: int) -> Proposed:
    """Compare the sites of a company and write what the difference is to the proposals that are open.

    Asked twice it changes nothing. What was dismissed stays away for the days of the policy. The number of statements
    depends on the sites, not on items or demands.
    """
    rows = batch.read(LOCK_COMPANY, company_id)
    if not rows:
        raise NotFound(what=_("company"), reference=company_id)
    batch.actor.require(PROPOSE, company=company_id)
    currency, sites = rows[0][1], batch.read(COMPANY_SITES, batch.now, company_id)
    found = _compare(batch, company_id, sites)
    since = batch.now - timedelta(days=DISMISSED_DAYS.value(company=company_id))
    known = {tuple(row[:3]): row[3:] for row in batch.read(KNOWN_PROPOSALS, company_id, since)}
    tariff = tariff_of(batch, company_id=company_id, on=batch.now.date()) if found else None
    countries = {site_id: country for site_id, country, _today in sites}
    figures = [(each, _freight(tariff, each, countries[each.to_site_id], currency)) for each in found]
    new = [(each, freight) for each, freight in figures if each.key not in known]
    kept = [(each, freight) for each, freight in figures if known.get(each.key, (0, ""))[1] == State.OPEN]
    _insert(batch, company_id, new)
    batch.update(
        RebalanceProposal,
        [known[each.key][0] for each, _freight in kept],
        **_columns(kept),
        computed_at=batch.now,
    )
    keys = {each.key for each in found}
    gone = [pk for key, (pk, state) in known.items() if state == State.OPEN and key not in keys]
    batch.update(
        RebalanceProposal, gone, state=State.GONE.value, decided_by=batch.actor.name, decided_at=batch.now
    )
    return Proposed(len(new), len(kept), len(gone))


def _compare(batch: Batch, company_id: int, sites: Sequence[tuple[Any, ...]]) -> list[_Found]:
    ids = [site_id for site_id, _country, _today in sites]
    if len(ids) < 2:
        return []
    moving = [TRANSFER_DAYS.value(on=today, site=pk, company=company_id) for pk, _country, today in sites]
    cover = [COVER_DAYS.value(on=today, site=pk, company=company_id) for pk, _country, today in sites]
    ships_on = [first_ship_day(batch, site_id) for site_id in ids]
    return [_Found(*row) for row in batch.read(REBALANCE, ids, ships_on, moving, cover, batch.now)]


def _freight(tariff: Tariff | None, found: _Found, country: str, currency: str) -> Decimal | None:
    """What the tariff of the day says of it; None where no rate leads there, or nobody has weighed the item."""
    if tariff is None or (tariff.basis == "weight" and found.weight is None):
        return None
    goods = Consignment(country, "", found.weight or Decimal(0), 0, found.value)
    quoted = quote(tariff, goods, currency)
    return quoted.amount if quoted else None


def _columns(figures: Sequence[tuple[_Found, Decimal | None]]) -> dict[str, Any]:
    return {
        "quantity": [each.quantity for each, _freight in figures],
        "lines": [each.lines for each, _freight in figures],
        "on_time": [each.on_time for each, _freight in figures],
        "days_earlier": [each.days_earlier for each, _freight in figures],
        "undated": [each.undated for each, _freight in figures],
        "value": [each.value for each, _freight in figures],
        "freight": [freight for _each, freight in figures],
        "arrives_on": [each.arrives_on for each, _freight in figures],
        "why": [each.why for each, _freight in figures],
    }


def _insert(batch: Batch, company_id: int, new: Sequence[tuple[_Found, Decimal | None]]) -> None:
    batch.insert(
        RebalanceProposal,
        company=company_id,
        item=[each.item_id for each, _freight in new],
        site=[each.site_id for each, _freight in new],
        to_site=[each.to_site_id for each, _freight in new],
        state=State.OPEN.value,
        **_columns(new),
        computed_at=batch.now,
        decided_by="",
        decision_note="",
    )


# What becomes of them --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DecidedProposals:
    """The transfers that were asked for, how many proposals that were, and what stays: [[item, reason], ...]."""

    transfer_ids: list[int]
    decided: int
    refused: list[list[str]]


@dataclass(frozen=True, slots=True)
class _Open:
    id: int
    company_id: int
    site_id: int
    to_site_id: int
    item_id: int
    code: str
    state: str
    quantity: Decimal
    arrives_on: date
    why: str


@command("inventory.accept_proposals")
def accept_proposals(batch: Batch, *, proposal_ids: Sequence[int], strict: bool = False) -> DecidedProposals:
    """Ask for what was proposed: one transfer for each pair of sites, to be approved as any other.

    What somebody has decided meanwhile stays and is listed, or with `strict` is raised: ProposalDecided.
    """
    free, refused = _locked(batch, proposal_ids, strict=strict)
    together: defaultdict[tuple[int, int], list[_Open]] = defaultdict(list)
    for each in free:
        together[each.site_id, each.to_site_id].append(each)
    transfers = []
    for (site_id, to_site_id), proposals in sorted(together.items()):
        made = request_transfer.inside(
            batch,
            site_id=site_id,
            to_site_id=to_site_id,
            lines=[Asked(each.item_id, each.quantity) for each in proposals],
            needed_on=min(each.arrives_on for each in proposals),
            reason=TransferOrder.Reason.REBALANCE.value,
            note=_told([document for each in proposals for document in _documents(each)]),
        )
        transfers.append(made.transfer_id)
        batch.update(
            RebalanceProposal,
            [each.id for each in proposals],
            state=State.ACCEPTED.value,
            transfer=made.transfer_id,
            decided_by=batch.actor.name,
            decided_at=batch.now,
        )
    return DecidedProposals(transfers, len(free), refused)


@command("inventory.dismiss_proposals")
def dismiss_proposals(
    batch: Batch, *, proposal_ids: Sequence[int], reason: str, strict: bool = False
) -> DecidedProposals:
    """Say why not; the same is not proposed again for the days of the policy."""
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say why not."))
    free, refused = _locked(batch, proposal_ids, strict=strict)
    batch.update(
        RebalanceProposal,
        [each.id for each in free],
        state=State.DISMISSED.value,
        decided_by=batch.actor.name,
        decided_at=batch.now,
        decision_note=reason.strip()[:200],
    )
    return DecidedProposals([], len(free), refused)


def _locked(
    batch: Batch, proposal_ids: Sequence[int], *, strict: bool
) -> tuple[list[_Open], list[list[str]]]:
    """The open ones, locked; and why the others stay."""
    found = [_Open(*row) for row in batch.read(LOCK_PROPOSALS, sorted(set(proposal_ids)))]
    if strict and not found:
        raise NotFound(what=_("proposal"), reference=next(iter(proposal_ids), ""))
    free, refused = [], []
    for each in found:
        batch.actor.require(PROPOSE, company=each.company_id)
        if each.state == State.OPEN:
            free.append(each)
            continue
        error: DomainError = ProposalDecided(item=each.code, state=State(each.state).label.lower())
        if strict:
            raise error
        refused.append([each.code, str(error)])
    return free, refused


def _documents(each: _Open) -> list[str]:
    return [demand["document"] for demand in json.loads(each.why)["demands"]]


def _told(documents: Sequence[str]) -> str:
    """For whom, as far as a note takes it."""
    names = list(dict.fromkeys(documents))
    return _("For %(documents)s") % {"documents": ", ".join(names[:8]) + (" …" if len(names) > 8 else "")}
