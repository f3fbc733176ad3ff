"""The one place that rounds money."""

from decimal import ROUND_HALF_UP, Decimal
from functools import cache

# ISO 4217 minor units that are not 2.
_MINOR = {
    **dict.fromkeys(("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF").split(), 0),
    **dict.fromkeys(("BHD IQD JOD KWD LYD OMR TND").split(), 3),
}


@cache
def minor_unit(currency: str) -> Decimal:
    """The smallest amount of a currency: 0.01 for EUR, 1 for JPY (ISO 4217)."""
    return Decimal(1).scaleb(-_MINOR.get(currency, 2))


def round_money(amount: Decimal, currency: str) -> Decimal:
    """`amount` to the currency's minor unit, half away from zero."""
    return amount.quantize(minor_unit(currency), rounding=ROUND_HALF_UP)
