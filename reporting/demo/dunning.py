"""How the demo company reminds its payers: three levels in two languages, and last night's letters."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from billing.dunning.actions.dun_payers import dun_payers
from billing.dunning.actions.keep_levels import save_dunning_level, save_dunning_text
from billing.dunning.actions.stop_dunning import stop_dunning
from billing.receivables.models import OpenItem
from erp.kernel.command import By
from masterdata.models import Company
from masterdata.places.queries import day_of

from .masters import MAIN

MOST = 12  # payers who get a letter
LEVELS = (
    (1, "Reminder", 5, 0, "A friendly reminder", "Een vriendelijke herinnering"),
    (
        2,
        "Demand",
        20,
        15,
        "Second reminder: {total} {currency} are overdue",
        "Tweede herinnering: {total} {currency}",
    ),
    (3, "Last demand", 40, 40, "Last reminder before we hand over {total} {currency}", "Laatste aanmaning"),
)
ENGLISH = (
    "Dear {name},\n\n{count} of our invoices are overdue. Please pay {total} {currency} by {pay_by}.\n\n"
    "If you have paid meanwhile, this letter and your payment have crossed."
)
DUTCH = (
    "Geachte {name},\n\n{count} van onze facturen zijn vervallen. Gelieve {total} {currency} te betalen voor {pay_by}."
    "\n\nHebt u intussen betaald, dan kunt u deze brief als niet verzonden beschouwen."
)


def remind(by: Callable[[str, datetime], By], now: datetime) -> None:
    """Keep the levels, leave one payer alone, and write the letters of last night."""
    company = Company.objects.get(code=MAIN)
    for level, name, days, fee, english, dutch in LEVELS:
        kept = save_dunning_level(
            by("finance", now), company_id=company.pk, level=level, name=name, days=days, fee=Decimal(fee)
        )
        for language, subject, body in (("en", english, ENGLISH), ("nl", dutch, DUTCH)):
            save_dunning_text(
                by("finance", now), level_id=kept.level_id, language=language, subject=subject, body=body
            )
    today = day_of(company, now)
    late = OpenItem.objects.filter(company=company, open__gt=0, due_on__lt=today - timedelta(days=5))
    payers = list(late.order_by("customer").values_list("customer", flat=True).distinct()[: MOST + 1])
    if payers:
        stop_dunning(
            by("finance", now), customer_id=payers[0], until=today + timedelta(days=14),
            reason="The board talks about a plan of payments",
        )  # fmt: skip
        dun_payers(by("system:billing", now), customer_ids=payers)
