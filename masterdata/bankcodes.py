"""Numbers of bank accounts and of banks: ISO 13616 (IBAN) and ISO 9362 (BIC). Pure."""

import re

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")


def plain(text: str) -> str:
    """As machines write it: without blanks, in capitals."""
    return re.sub(r"\s", "", text).upper()


def looks_like_iban(number: str) -> bool:
    """Whether an account's number is written as an IBAN, and no other country's number."""
    return _IBAN.fullmatch(number) is not None


def is_iban(number: str) -> bool:
    """Whether it is written as an IBAN and its check digits fit (modulo 97)."""
    turned = number[4:] + number[:4]
    return looks_like_iban(number) and int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def is_bic(code: str) -> bool:
    """Whether it has the form of a bank's code."""
    return _BIC.fullmatch(code) is not None
