"""A bank's file as statements: which format it is in is told from its content, never from its name."""

from dataclasses import dataclass

from billing.banking.bai2 import read_bai2
from billing.banking.camt import read_camt
from billing.banking.lockbox import HEADER, read_lockbox
from billing.banking.models import BankFile
from billing.banking.mt940 import read_mt940
from billing.banking.statements import Statement, refused, sound

MOST_BYTES = 20 * 1024 * 1024
READERS = {
    BankFile.Format.MT940: read_mt940, BankFile.Format.BAI2: read_bai2, BankFile.Format.LOCKBOX: read_lockbox,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReadFile:
    """The file's format and its statements, each of which adds up."""

    format: str
    statements: list[Statement]


def read_bank_file(content: bytes) -> ReadFile:
    """Everything a file says, or a refusal with rule, cause and remedy. Raises BankFileRefused."""
    if len(content) > MOST_BYTES:
        raise refused(
            "size",
            f"it has {len(content):,} bytes, at most {MOST_BYTES:,} are read",
            "ask the bank for a file for each day",
        )
    if not content.strip():
        raise refused("empty", "it is empty", "choose the file that the bank sent")
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        format, statements = BankFile.Format.CAMT, read_camt(content, most_bytes=MOST_BYTES)
    else:
        text = _text_of(content)
        format = _format_of(text)
        statements = READERS[format](text)
    sound(statements)
    return ReadFile(format.value, statements)


def _text_of(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refused(
            "encoding",
            f"byte {error.start + 1} ({content[error.start]:#04x}) is no UTF-8",
            "ask the bank for UTF-8, or save the file so without changing anything else",
        ) from None
    if "\0" in text:
        raise refused("encoding", "it has NUL characters", "ask the bank for UTF-8, not UTF-16")
    return text


def _format_of(text: str) -> BankFile.Format:
    first = text.lstrip().split("\n", 1)[0].strip()
    if first.startswith("01,"):
        return BankFile.Format.BAI2
    if HEADER.match(first):
        return BankFile.Format.LOCKBOX
    if text.startswith(":20:") or "\n:20:" in text:
        return BankFile.Format.MT940
    raise refused(
        "format",
        f"it begins with {first[:30]!r}, which is none of camt.053, MT940, BAI2 and BAI lockbox",
        "choose the file that the bank sent, as it is",
    )
