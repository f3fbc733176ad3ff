"""Write what payers are reminded of today: one letter each, in their language, and never twice for the same level."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils import translation

from billing.collections.holding import hold_payers
from billing.dunning.models import DunningLetter, DunningLetterItem
from billing.dunning.permissions import DUN
from billing.dunning.policies import MINIMUM, PAUSE_DAYS, PAY_DAYS
from billing.dunning.reads import ADDRESSEES, LEVELS, OVERDUE
from billing.dunning.rules import Level, Overdue, Reached, fill, letter_of, text_in
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from erp.kernel.formats import write_day, write_number
from orders.messages.actions.send_document import Paper, send_documents

LETTER = "billing.dunning_letter"  # the kind of document that is sent


@dataclass(frozen=True, slots=True)
class Dunned:
    """The letters that were written."""

    letter_ids: list[int]


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter to write."""

    customer_id: int
    site_id: int  # of its oldest item: whose colleagues see the message
    currency: str
    recipient: str
    reached: Sequence[Reached]
    level: Level
    language: str
    subject: str
    body: str
    total: Decimal


@command("billing.dun_payers")
def dun_payers(batch: Batch, *, customer_ids: Sequence[int]) -> Dunned:
    """Write the letters that payers of one company are due today, by its levels, and send those that have an address.

    Left out is what is disputed or stopped, and whoever has promised to pay by a day that is still to come. Asking
    again writes nothing more. Statements do not depend on the number of payers. Raises BadInput.
    """
    payers = hold_payers(batch, customer_ids, DUN)
    if not payers:
        return Dunned([])
    company_id, today = payers[0].company_id, payers[0].today
    if any(payer.company_id != company_id for payer in payers):
        raise BadInput(field="customer_ids", reason="payers of one company.")
    levels = read_levels(batch, company_id)
    ids = [payer.customer_id for payer in payers]
    items: defaultdict[int, list[Overdue]] = defaultdict(list)
    sites: dict[int, int] = {}
    for customer_id, site_id, *row in batch.read(OVERDUE, ids, today, company_id, today, today):
        items[customer_id].append(Overdue(row[0], *row[1:]))
        sites.setdefault(customer_id, site_id)
    if not items or not levels:
        return Dunned([])
    pay_by = today + timedelta(days=PAY_DAYS.value(on=today, company=company_id))
    drafts = []
    for customer_id, name, language, email, currency, unapplied in batch.read(ADDRESSEES, sorted(items)):
        reached = letter_of(
            items[customer_id],
            levels,
            today=today,
            pause_days=PAUSE_DAYS.value(on=today, company=company_id),
            minimum=MINIMUM.value(on=today, company=company_id),
            unapplied=unapplied,
        )
        if reached:
            drafts.append(
                _draft(customer_id, sites[customer_id], currency, email, reached, name, language, pay_by)
            )
    return Dunned(_write(batch, company_id, today, pay_by, drafts))


def read_levels(batch: Batch, company_id: int) -> list[Level]:
    """A company's levels in order, with their texts."""
    found: dict[int, Level] = {}
    for level, days, fee, language, subject, body in batch.read(LEVELS, company_id):
        one = found.setdefault(level, Level(level, days, fee, {}))
        if language is not None:
            found[level] = Level(level, days, fee, {**one.texts, language: (subject, body)})
    return list(found.values())


def _draft(
    customer_id: int,
    site_id: int,
    currency: str,
    recipient: str,
    reached: Sequence[Reached],
    name: str,
    language: str,
    pay_by: date,
) -> Draft:
    level = max((one.level for one in reached), key=lambda one: one.level)
    chosen, (subject, body) = text_in(level, language)
    total = sum((one.item.amount for one in reached), Decimal(0))
    with translation.override(chosen):
        values = {
            "name": name,
            "total": write_number(total, 2),
            "currency": currency,
            "fee": write_number(level.fee, 2),
            "pay_by": write_day(pay_by),
            "count": str(len(reached)),
        }
    return Draft(
        customer_id, site_id, currency, recipient, reached, level, chosen, fill(subject, values)[:200],
        fill(body, values), total,
    )  # fmt: skip


def _write(batch: Batch, company_id: int, today: date, pay_by: date, drafts: Sequence[Draft]) -> list[int]:
    if not drafts:
        return []
    ids = batch.draw(billing_dunningletter=len(drafts))["billing_dunningletter"]
    batch.insert(
        DunningLetter,
        id=ids,
        number=[f"DUN-{pk}" for pk in ids],
        company=company_id,
        customer=[draft.customer_id for draft in drafts],
        level=[draft.level.level for draft in drafts],
        language=[draft.language for draft in drafts],
        currency=[draft.currency for draft in drafts],
        total=[draft.total for draft in drafts],
        fee=[draft.level.fee for draft in drafts],
        subject=[draft.subject for draft in drafts],
        body=[draft.body for draft in drafts],
        recipient=[draft.recipient for draft in drafts],
        written_on=today,
        pay_by=pay_by,
        written_by=batch.actor.name,
        written_at=batch.now,
    )
    rows = [(pk, one) for pk, draft in zip(ids, drafts, strict=True) for one in draft.reached]
    batch.insert(
        DunningLetterItem,
        letter=[pk for pk, _ in rows],
        item=[one.item.item_id for _, one in rows],
        level=[one.level.level for _, one in rows],
        amount=[one.item.amount for _, one in rows],
        disputed=[one.item.disputed for _, one in rows],
        days=[one.days for _, one in rows],
    )
    send_documents(
        batch,
        LETTER,
        [
            Paper(
                document_id=pk,
                number=f"DUN-{pk}",
                company_id=company_id,
                site_id=draft.site_id,
                language=draft.language,
                recipient=draft.recipient,
                subject=draft.subject,
                body=draft.body,
            )
            for pk, draft in zip(ids, drafts, strict=True)
            if draft.recipient
        ],
    )
    for pk, draft in zip(ids, drafts, strict=True):
        outcome = {
            "total": draft.total,
            "items": [
                [one.item.item_id, one.level.level, one.item.amount, one.days] for one in draft.reached
            ],
        }
        batch.decide("billing.dun_payers", DunningLetter, pk, outcome)
    return ids
