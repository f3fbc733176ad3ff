from django.db import migrations

from erp.kernel.schema import AppendOnly, Audited

# G1: all lines of a journal come in one statement, so a statement trigger sees the whole journal.
BALANCED = """
CREATE FUNCTION billing_journal_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad record;
BEGIN
    SELECT journal_id, sum(amount) AS difference, count(*) AS lines INTO bad
        FROM new_rows GROUP BY journal_id HAVING sum(amount) <> 0 OR count(*) < 2 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'journal % does not balance: % over % lines', bad.journal_id, bad.difference, bad.lines
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_balanced';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER journal_balanced AFTER INSERT ON billing_journalline
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION billing_journal_balanced();
"""
UNBALANCED = """
DROP TRIGGER journal_balanced ON billing_journalline;
DROP FUNCTION billing_journal_balanced();
"""

# A line names its billable and, beside it, the billable's order line. One key over both asks half as often as one each,
# and knows that they belong together.
OF_BILLABLE = """
ALTER TABLE billing_invoiceline ADD CONSTRAINT invoice_line_of_billable FOREIGN KEY (order_line_id, billable_id)
    REFERENCES billing_billable (order_line_id, id) DEFERRABLE INITIALLY DEFERRED"""

# The hash beside a file is the file's: said by the schema, so that nobody has to look.
HASHES = """
ALTER TABLE billing_einvoicedocument ADD CONSTRAINT einvoice_document_hashes CHECK (
    xml_sha256 = encode(sha256(xml), 'hex') AND (pdf IS NULL OR pdf_sha256 = encode(sha256(pdf), 'hex')))"""


class Migration(migrations.Migration):
    folds = "0012_einvoices"  # see erp/kernel/management/commands/install.py
    dependencies = [("billing", "0001_initial"), ("kernel", "0002_ground")]
    operations = [
        AppendOnly("billing_journal"),
        AppendOnly("billing_journalline"),
        AppendOnly("billing_invoice"),
        AppendOnly("billing_invoiceline"),
        AppendOnly("billing_invoicetax"),
        AppendOnly("billing_invoicedocument"),
        AppendOnly("billing_returncredit"),
        AppendOnly("billing_einvoicedocument"),
        Audited("billing_account"),
        Audited("billing_accountrule"),
        Audited("billing_invoiceexception", insert=False),
        Audited("billing_einvoice", insert=False, ignore=["findings"]),
        migrations.RunSQL(BALANCED, UNBALANCED),
        migrations.RunSQL(
            OF_BILLABLE, "ALTER TABLE billing_invoiceline DROP CONSTRAINT invoice_line_of_billable"
        ),
        migrations.RunSQL(
            HASHES, "ALTER TABLE billing_einvoicedocument DROP CONSTRAINT einvoice_document_hashes"
        ),
        migrations.RunSQL(
            "ALTER TABLE kernel_numberseries SET (fillfactor = 10)",
            "ALTER TABLE kernel_numberseries RESET (fillfactor)",
        ),
    ]
