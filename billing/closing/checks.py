"""What is looked at before a month closes: each check is one SELECT of what is open, or ties a control account."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from billing.banking.reads import TIE_OUT
from billing.closing.rules import Figure
from billing.ledger.models import Purpose
from billing.ledger.queries import EVER, TURNOVER

Read = Callable[..., list[tuple[Any, ...]]]
ZERO = Decimal(0)
END_OF_TIME = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `sql` answers (number, amount) out of `asked` (company, since, until, zone).

    With `control` the amount is what the account of that purpose has to hold, and the number is not looked at; without,
    the number is green at zero. `breaks` names what is wrong: label, address's name, its argument, books, documents.
    """

    key: str
    title: Any
    sql: str
    address: str = ""  # the list where it is worked off
    query: str = ""
    control: Purpose | None = None
    breaks: str = ""
    is_blocking: bool = True
    is_waivable: bool = True


ASKED = "asked AS (SELECT %s::bigint AS company_id, %s::date AS since, %s::date AS until, %s::text AS zone)"

CHECKS = (
    Check(
        "unbilled",
        _("What was shipped is invoiced"),
        """SELECT count(*), NULL::numeric FROM asked JOIN billing_billable b ON b.company_id = asked.company_id
        WHERE b.billed < b.quantity AND b.withdrawn_at IS NULL
            AND (b.earned_at AT TIME ZONE asked.zone)::date <= asked.until""",
        address="billing:unbilled_list",
        is_waivable=False,
    ),
    Check(
        "unmapped",
        _("Every posting has its account"),
        """SELECT count(*), NULL::numeric FROM asked JOIN billing_unmappedposting u ON u.company_id = asked.company_id
        JOIN billing_journal j ON j.id = u.journal_id
        WHERE u.cleared_at IS NULL AND j.accounting_on <= asked.until""",
        address="billing:unmapped_list",
        is_waivable=False,
    ),
    Check(
        "stock",
        _("Stock ties to the inventory accounts"),
        """SELECT 0, coalesce(sum(s.value), 0) FROM asked JOIN masterdata_site w ON w.company_id = asked.company_id
        JOIN inventory_sitestock s ON s.site_id = w.id""",
        control=Purpose.INVENTORY,
        breaks="""WITH stock AS (
            SELECT p.id, sum(e.value) AS value FROM asked
            JOIN inventory_stockposting p ON p.company_id = asked.company_id
                AND p.accounting_on BETWEEN asked.since AND asked.until
            JOIN inventory_stockentry e ON e.posting_id = p.id GROUP BY p.id),
        books AS (
            SELECT j.id, j.source, j.source_id, sum(l.amount) AS value FROM asked
            JOIN (SELECT DISTINCT company_id, account_id FROM billing_accountrule WHERE purpose = 'inventory') r
                ON r.company_id = asked.company_id
            JOIN billing_journalline l ON l.account_id = r.account_id
                AND l.accounting_on BETWEEN asked.since AND asked.until
            JOIN billing_journal j ON j.id = l.journal_id GROUP BY j.id, j.source, j.source_id)
        SELECT coalesce('Journal ' || b.id, 'Stock posting ' || s.id), CASE WHEN b.id IS NULL THEN '' ELSE
            'billing:journal' END, b.id::text, coalesce(b.value, 0), coalesce(s.value, 0)
        FROM stock s FULL JOIN books b ON b.source = 'inventory.stockposting' AND b.source_id = s.id
        WHERE coalesce(b.value, 0) <> coalesce(s.value, 0)""",
    ),
    Check(
        "receivables",
        _("Open items tie to receivables"),
        """SELECT 0, coalesce(sum(o.open), 0) FROM asked JOIN billing_openitem o ON o.company_id = asked.company_id
        AND o.open <> 0""",
        control=Purpose.RECEIVABLE,
        address="billing:receivable_list",
        breaks="""WITH items AS (
            SELECT c.party_id, min(c.id) AS customer_id, sum(o.open) AS value FROM asked
            JOIN billing_openitem o ON o.company_id = asked.company_id
            JOIN masterdata_customer c ON c.id = o.customer_id GROUP BY c.party_id),
        books AS (
            SELECT l.party_id, sum(l.amount) AS value FROM asked
            JOIN (SELECT DISTINCT company_id, account_id FROM billing_accountrule WHERE purpose = 'receivable') r
                ON r.company_id = asked.company_id
            JOIN billing_journalline l ON l.account_id = r.account_id GROUP BY l.party_id)
        SELECT coalesce(p.name, 'Nobody'), CASE WHEN i.customer_id IS NULL THEN '' ELSE 'billing:customer_account' END,
            i.customer_id::text, coalesce(b.value, 0), coalesce(i.value, 0)
        FROM items i FULL JOIN books b ON b.party_id = i.party_id
        LEFT JOIN masterdata_party p ON p.id = coalesce(i.party_id, b.party_id)
        WHERE coalesce(b.value, 0) <> coalesce(i.value, 0)""",
    ),
    Check(
        "unapplied",
        _("Unapplied cash ties to its account"),
        """SELECT 0, -coalesce(sum(r.unapplied), 0) FROM asked
        JOIN billing_cashreceipt r ON r.company_id = asked.company_id AND r.unapplied <> 0""",
        control=Purpose.UNAPPLIED,
        address="billing:cash_list",
    ),
    Check(
        "payables",
        _("Payables tie to their account"),
        """SELECT 0, -coalesce(sum(p.open), 0) FROM asked
        JOIN billing_payable p ON p.company_id = asked.company_id AND p.open <> 0""",
        control=Purpose.PAYABLE,
        address="billing:payable_list",
    ),
    Check(
        "received",
        _("Goods received and not invoiced tie to their account"),
        """SELECT 0, -coalesce(sum(a.value - a.cleared), 0) FROM asked
        JOIN billing_goodsaccrual a ON a.company_id = asked.company_id AND a.value <> a.cleared""",
        control=Purpose.GRNI,
        address="billing:goods_accrual_list",
    ),
    Check(
        "tax",
        _("Tax of the invoices ties to tax payable"),
        """SELECT 0, -coalesce(sum(CASE i.kind WHEN 'invoice' THEN i.tax ELSE -i.tax END), 0) FROM asked
        JOIN billing_invoice i ON i.company_id = asked.company_id""",
        control=Purpose.TAX,
        breaks="""WITH books AS (
            SELECT j.id, j.source, j.source_id, sum(l.amount) AS value FROM asked
            JOIN (SELECT DISTINCT company_id, account_id FROM billing_accountrule WHERE purpose = 'tax') r
                ON r.company_id = asked.company_id
            JOIN billing_journalline l ON l.account_id = r.account_id
                AND l.accounting_on BETWEEN asked.since AND asked.until
            JOIN billing_journal j ON j.id = l.journal_id GROUP BY j.id, j.source, j.source_id)
        SELECT coalesce(i.number, 'Journal ' || b.id), CASE WHEN i.id IS NULL THEN 'billing:journal' ELSE
            'billing:invoice' END, coalesce(i.number, b.id::text), coalesce(b.value, 0),
            CASE i.kind WHEN 'invoice' THEN -i.tax ELSE coalesce(i.tax, 0) END
        FROM books b FULL JOIN (SELECT i.* FROM asked JOIN billing_invoice i ON i.company_id = asked.company_id
            AND i.tax <> 0 AND i.issued_on BETWEEN asked.since AND asked.until) i
            ON b.source = 'billing.invoice' AND b.source_id = i.id
        WHERE coalesce(b.value, 0) <> CASE i.kind WHEN 'invoice' THEN -i.tax ELSE coalesce(i.tax, 0) END""",
    ),
    Check(
        "bank",
        _("Bank accounts tie to their statements"),
        f"""SELECT count(*) FILTER (WHERE t.ledger <> t.closing - t.unposted - t.breaks OR t.breaks <> 0), NULL::numeric
        FROM asked JOIN ({TIE_OUT}) t ON t.company_id = asked.company_id""",
        address="billing:bank_account_list",
    ),
    Check(
        "bank_entries",
        _("Bank entries are posted"),
        """SELECT count(*), NULL::numeric FROM asked JOIN billing_bankentry e ON e.company_id = asked.company_id
        AND e.state IN ('new', 'waiting') AND e.booked_on <= asked.until""",
        address="billing:bank_entry_list",
    ),
    Check(
        "adjustments",
        _("Stock adjustments are decided"),
        """SELECT count(*), NULL::numeric FROM asked JOIN inventory_adjustment a ON a.company_id = asked.company_id
        WHERE a.state = 'waiting' AND (a.proposed_at AT TIME ZONE asked.zone)::date <= asked.until""",
        address="inventory:adjustment_list",
    ),
    Check(
        "facts",
        _("Everything announced was handled"),
        """SELECT count(*), NULL::numeric FROM asked JOIN kernel_outboxentry o ON o.done_at IS NULL
        AND (o.dead_at IS NOT NULL OR o.due_at < clock_timestamp() - interval '15 minutes')""",
    ),
    Check(
        "exceptions",
        _("No invoice waits for a decision"),
        """SELECT count(*), NULL::numeric FROM asked
        JOIN billing_invoiceexception e ON e.company_id = asked.company_id AND e.resolved_at IS NULL
        WHERE (e.opened_at AT TIME ZONE asked.zone)::date <= asked.until""",
        address="billing:exception_list",
        is_blocking=False,
    ),
    Check(
        "transit",
        _("Nothing is in transit between sites"),
        """SELECT count(*), NULL::numeric FROM asked JOIN masterdata_site w ON w.company_id = asked.company_id
        JOIN inventory_transferorder t ON t.to_site_id = w.id AND t.state = 'shipped'
        WHERE (t.shipped_at AT TIME ZONE asked.zone)::date <= asked.until""",
        address="inventory:transfer_list",
        is_blocking=False,
    ),
    Check(
        "picked",
        _("Nothing picked waits to be confirmed as shipped"),
        """SELECT count(*), NULL::numeric FROM asked JOIN masterdata_site w ON w.company_id = asked.company_id
        JOIN inventory_shipment s ON s.site_id = w.id AND s.state IN ('picked', 'packed')""",
        address="inventory:shipment_list",
        is_blocking=False,
    ),
    Check(
        "proofs",
        _("The last run of the proofs is green"),
        """SELECT count(*) FILTER (WHERE NOT newest.green), NULL::numeric FROM asked
        CROSS JOIN LATERAL (SELECT r.green FROM kernel_proofrun r ORDER BY r.started_at DESC LIMIT 1) newest""",
        is_blocking=False,
    ),
)
BY_KEY = {check.key: check for check in CHECKS}

FIGURES = f"WITH {ASKED}\n" + "\nUNION ALL\n".join(
    f"SELECT '{check.key}', f.n, f.amount FROM ({check.sql}) AS f(n, amount)" for check in CHECKS
)
CONTROLS = "SELECT DISTINCT purpose, account_id FROM billing_accountrule WHERE company_id = %s::bigint"
MOST_BREAKS = 20


def figures_of(read: Read, company_id: int, since: date, until: date, zone: str) -> dict[str, Figure]:
    """What each check finds now; three statements."""
    found = {key: (n, amount) for key, n, amount in read(FIGURES, company_id, since, until, zone)}
    accounts: dict[str, set[int]] = {}
    for purpose, account_id in read(CONTROLS, company_id):
        accounts.setdefault(purpose, set()).add(account_id)
    balances = {row[0]: row[4] - row[5] for row in read(TURNOVER, company_id, EVER, END_OF_TIME)}
    result = {}
    for check in CHECKS:
        n, amount = found[check.key]
        if check.control is None:
            result[check.key] = Figure(n)
        else:
            books = sum((balances.get(pk, ZERO) for pk in accounts.get(check.control.value, ())), ZERO)
            result[check.key] = Figure(0, books, amount)
    return result


def breaks_of(
    read: Read, check: Check, company_id: int, since: date, until: date, zone: str
) -> list[tuple[Any, ...]]:
    """Documents of the period that make the difference, at most twenty: label, address's name, argument, books,
    documents."""
    if not check.breaks:
        return []
    inner = check.breaks.strip()
    sql = f"WITH {ASKED}, {inner.removeprefix('WITH ')} LIMIT {MOST_BREAKS}"
    return read(sql, company_id, since, until, zone)
