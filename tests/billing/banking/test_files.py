"""Banks' files: the real ones of others, and what is wrong with those that are refused."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from billing.banking.errors import BankFileRefused
from billing.banking.intake import MOST_BYTES, read_bank_file
from billing.banking.mt940 import read_mt940
from tests.billing.banking.bank import IBAN, LOCKBOX, mt940

PLACES = [Path(__file__).parents[n] / "shared" / "data" / "bank" for n in (4, 5)]
# File: its format, statements and entries; or the rule that it breaks and the figure that is off.
REAL = {
    "camt/camt053.v2.multi.statement.xml": ("camt", 2, 2),
    "camt/camt053.v2.minimal.xml": ("currency", "closes in SEK"),
    "camt/camt053.v4.xml": ("currency", "closes in SEK"),
    "camt/camt053.v8.xml": ("currency", "closes in SEK"),
    "camt/camt053.v2.wrong.xml": ("statement", "there is no statement"),
    "camt/camt052.v2.xml": ("kind", "camt.052"),
    "camt/camt054.v4.xml": ("kind", "camt.054"),
    "mt940/ASNB_mt940.txt": ("mt940", 31, 8),
    "mt940/betterplace_sepa_mt9401.sta": ("mt940", 26, 97),
    "mt940/citi_mt940.txt": ("mt940", 1, 5),
    "mt940/jejik_abnamro.sta": ("balance", "-2038.00 is off"),
    "mt940/jejik_ing.sta": ("balance", "+49.06 is off"),
    "mt940/jejik_rabobank.sta": ("balance", "+1135.93 is off"),
    "mt940/self-provided_malformed_details.sta": ("balance", "+234.01 is off"),
    "bai2/moj_nwb_example.bai2": ("bai2", 1, 5),
    "bai2/moj_citi_example.bai2": ("balance", "-0.01 is off"),
    "bai2/moov_sample1.txt": ("balances", "no opening ledger balance (010)"),
    "bai2/moov_sample3.txt": ("records", "a record 02 stands in the line of another"),
    "lockbox/lockbox_one_check.bai": ("lockbox", 1, 1),
}


def real(name: str) -> bytes:
    found = next((place / name for place in PLACES if (place / name).exists()), None)
    if found is None:
        pytest.skip(f"../shared/data/bank/{name} is not here")
    return found.read_bytes()


@pytest.mark.parametrize("name", REAL)
def test_a_real_file_is_read_whole_or_refused_with_the_figure(name: str) -> None:
    expected, content = REAL[name], real(name)
    if len(expected) == 2:
        with pytest.raises(BankFileRefused) as refusal:
            read_bank_file(content)
        assert refusal.value.context["rule"] == expected[0]
        assert expected[1] in refusal.value.context["cause"]
        assert refusal.value.context["remedy"]
        return
    found = read_bank_file(content)
    lines = sum(len(one.lines) for one in found.statements)
    assert (found.format, len(found.statements), lines) == expected
    for one in found.statements:
        assert one.opening + sum(line.amount for line in one.lines) == one.closing


def test_what_real_banks_say_of_an_entry() -> None:
    (sent,) = read_bank_file(real("lockbox/lockbox_one_check.bai")).statements
    (cheque,) = sent.lines
    assert (sent.account, sent.ends_on, cheque.amount) == ("0022222", date(2016, 5, 23), Decimal(7000))
    assert (cheque.payer_name, cheque.reference, cheque.text) == ("BOB E SMITH", "Cheque 180", "CE554")
    _, second = read_bank_file(real("camt/camt053.v2.multi.statement.xml")).statements
    (paid,) = second.lines
    assert (paid.amount, paid.payer_name, paid.payer_account) == (
        Decimal(-7), "Company Name 2", "NL56AGDH9619008421",
    )  # fmt: skip
    first = read_bank_file(real("mt940/betterplace_sepa_mt9401.sta")).statements[1]
    assert first.lines[0].payer_name == "Richter Renate 70 Zeichen Beginn Fuellzeichen xxxxxxxx"
    assert first.lines[0].payer_account == "DE42100100100043921105"
    started = read_bank_file(real("mt940/ASNB_mt940.txt")).statements[0].lines[0]
    assert (started.payer_account, started.payer_name) == ("NL47INGB9999999999", "hr gjlm paulissen")


@pytest.mark.parametrize(
    ("movement", "booked_on", "amount", "kind"),
    [
        ("2601150115C12,50NTRFINV-7//BANK1", date(2026, 1, 15), "12.5", "NTRF"),
        ("2601150115CR12,NTRFINV-7", date(2026, 1, 15), "12", "NTRF"),  # R: the third letter of EUR
        ("260115D0,9NCHGNONREF//B2", date(2026, 1, 15), "-0.9", "NCHG"),
        ("2601150115RC3,00NTRFX", date(2026, 1, 15), "-3", "NTRF"),  # a credit taken back
        ("2601150115RDR3,00NTRFX", date(2026, 1, 15), "3", "NTRF"),  # a debit taken back
        ("2601021231C1,00NTRFX", date(2025, 12, 31), "1", "NTRF"),  # booked in the year before
        ("2512310102C1,00NTRFX", date(2026, 1, 2), "1", "NTRF"),  # and in the year after
    ],
)
def test_a_movement_of_mt940(movement: str, booked_on: date, amount: str, kind: str) -> None:
    text = f":20:S\n:25:1\n:28C:1\n:60F:C260101EUR0,00\n:61:{movement}\n:62F:C260101EUR0,00\n-"
    ((line,),) = [one.lines for one in read_mt940(text)]
    assert (line.booked_on, line.amount, line.code) == (booked_on, Decimal(amount), kind)
    assert line.is_fee == (kind == "NCHG")


CAMT = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"


def camt(entries: str, closing: str = "110.00", head: str = "") -> bytes:
    def balance(kind: str, amount: str) -> str:
        return (
            f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{amount}</Amt>"
            "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-01-15</Dt></Dt></Bal>"
        )

    return (
        f"<Document xmlns='{CAMT}'><BkToCstmrStmt><Stmt><Id>S1</Id><Acct><Id><IBAN>{IBAN}</IBAN></Id>"
        f"<Ccy>EUR</Ccy></Acct>{balance('OPBD', '100.00')}{balance('CLBD', closing)}{head}{entries}"
        "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def entry(amount: str, details: str = "", status: str = "BOOK") -> str:
    return (
        f"<Ntry><Amt Ccy='EUR'>{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>{status}</Cd></Sts>"
        f"<BookgDt><Dt>2026-01-15</Dt></BookgDt><NtryDtls>{details}</NtryDtls></Ntry>"
    )


def payment(amount: str, text: str) -> str:
    return f"<TxDtls><Amt Ccy='EUR'>{amount}</Amt><RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls>"


def test_a_batch_is_its_payments_and_pending_entries_are_not_there() -> None:
    content = camt(
        entry("10.00", payment("4.00", "INV-1") + payment("6.00", "INV-2")) + entry("9", status="PDNG")
    )
    (found,) = read_bank_file(content).statements
    assert [(line.amount, line.text) for line in found.lines] == [
        (Decimal(4), "INV-1"), (Decimal(6), "INV-2"),
    ]  # fmt: skip


def test_a_batch_that_does_not_say_its_amounts_is_nobodys_in_particular() -> None:
    payer = "<RltdPties><Dbtr><Nm>ACME</Nm></Dbtr></RltdPties>"
    details = "".join(f"<TxDtls>{payer}<RmtInf><Ustrd>INV-{n}</Ustrd></RmtInf></TxDtls>" for n in (1, 2))
    ((line,),) = [one.lines for one in read_bank_file(camt(entry("10.00", details))).statements]
    assert (line.amount, line.text, line.payer_name) == (Decimal(10), "INV-1 INV-2", "")


@pytest.mark.parametrize("more", ["?20" + "long " * 900, "?20x" + "\n:86:?20" + "y" * 4000])
def test_a_text_is_read_as_far_as_it_is_kept(more: str) -> None:
    ((line,),) = [one.lines for one in read_mt940(mt940(IBAN, [("1.00", "a" + more)]).decode())]
    assert (line.amount, 1900 < len(line.text) <= 2000) == (Decimal(1), True)


BOMB = b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
BAI2 = (
    "01,A,B,260115,0800,1,,,2/\n02,B,A,1,260115,0800,EUR,2/\n03,{account},EUR,010,100,,,015,150,,/\n{entry}\n"
)
BAI2 += "49,{total},3/\n98,{total},1,5/\n99,{total},1,7/"


@pytest.mark.parametrize(
    ("content", "rule", "figure"),
    [
        (b"", "empty", "empty"),
        (b"Hello, this is no bank", "format", "'Hello, this is no bank'"),
        (mt940(IBAN, [("1.00", "Müller")]).decode().encode("latin-1"), "encoding", "0xfc"),
        (mt940(IBAN, [("1.00", "x")]).decode().encode("utf-16"), "encoding", "byte 1 (0xff)"),
        (mt940(IBAN, [("1.00", "x")], closing="1.02"), "balance", "+0.02 is off"),
        (BOMB + camt(entry("10.00")), "no-doctype", "document type"),
        (b"<a><b></a>", "well-formed", "no well-formed XML"),
        (b"<invoice/>", "kind", "it is invoice"),
        (camt(entry("10.00"), closing="111.00"), "balance", "+1.00 is off"),
        (camt(entry("10.00", payment("4.00", "a") + payment("5.00", "b"))), "details", "+1.00 is off"),
        (camt(entry("10.001"), closing="110.001"), "amount", "more than 2 decimals"),
        (camt(entry("1e1")), "values", "'1e1' is not a number"),
        (
            camt(
                entry("10.00"),
                head="<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries></TtlNtries></TxsSummry>",
            ),
            "control", "has 1 entries and says 2",
        ),
        (BAI2.format(account="7", entry="16,142,50,,,,PAID/", total=301).encode(), "control", "+1 is off"),
        (BAI2.format(account="7", entry="16,999,50,,,,PAID/", total=300).encode(), "entry", "'999' is neither"),
        (
            BAI2.format(account="6", entry="16,142,50,,,,A/\n03,7,EUR,010,100,,,015,150,,/\n16,142,50,,,,B/", total=300)
            .encode(),
            "records", "line 3: the account 6 has no end (49)",
        ),
        (b":20:S\n:25:1\n:61:260115C1,00NTRFX\n-", "balances", "no opening balance"),
        (b":20:S\n:25:1\n:60F:C260101EUR0,00\n:61:nonsense\n:62F:C260101EUR0,00\n-", "entry", "'nonsense' is no entry"),
        (b"9" * (MOST_BYTES + 1), "size", "20,971,521 bytes"),
    ],
)  # fmt: skip
def test_dirt_is_refused_with_rule_cause_and_remedy(content: bytes, rule: str, figure: str) -> None:
    with pytest.raises(BankFileRefused) as refusal:
        read_bank_file(content)
    told = refusal.value.context
    assert (told["rule"], figure in told["cause"], bool(told["remedy"])) == (rule, True, True), told


def test_a_lockbox_that_does_not_sum_up_is_refused() -> None:
    content = real("lockbox/lockbox_one_check.bai").replace(b"0010000700000\n8", b"0010000700100\n8")
    with pytest.raises(BankFileRefused) as refusal:
        read_bank_file(content)
    assert "1 cheques of 7000.00 and says 1 of 7001.00: +1.00 is off" in refusal.value.context["cause"]


@pytest.mark.parametrize("dropped", [b"7", b"8"])
def test_a_lockbox_that_misses_a_total_is_refused_and_not_read_in_part(dropped: bytes) -> None:
    header, head, *box, trailer = LOCKBOX.splitlines()
    lines = [header, head, *(line for line in box if line[:1] != dropped), *box, trailer]
    with pytest.raises(BankFileRefused) as refusal:
        read_bank_file(b"\n".join(lines))
    assert "what is before it has no total" in refusal.value.context["cause"]


def test_bai2_that_adds_up_is_read() -> None:
    content = BAI2.format(account="7", entry="16,142,50,V,260114,,REF1,,PAID INV-9/", total=300).encode()
    (found,) = read_bank_file(content).statements
    (line,) = found.lines
    assert (found.opening, found.closing, line.amount) == (Decimal(1), Decimal("1.5"), Decimal("0.5"))
    assert (line.value_on, line.reference, line.text) == (date(2026, 1, 14), "REF1", "PAID INV-9")
