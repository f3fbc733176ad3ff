"""What carriage of one order costs by a tariff. No database, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from erp.kernel.money import round_money


@dataclass(frozen=True, slots=True)
class Rate:
    """One break: country and postal prefix it is for (blank: any), from how much on, charge, amount per unit."""

    rate_id: int
    country: str
    postal_prefix: str
    from_amount: Decimal
    charge: Decimal
    per_unit: Decimal


@dataclass(frozen=True, slots=True)
class Tariff:
    """A tariff on a day. basis: weight in kg, or net value of the goods."""

    tariff_id: int
    code: str
    basis: str
    free_from: Decimal | None
    surcharge_percent: Decimal
    rates: Sequence[Rate]


@dataclass(frozen=True, slots=True)
class Consignment:
    """What is carried, and where to. weight: kg, with how many lines nobody has weighed; value: net."""

    country: str
    postal_code: str
    weight: Decimal
    unweighed: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class Quote:
    """What is added for carriage, net, and why."""

    amount: Decimal
    why: dict[str, Any]


def quote(tariff: Tariff, goods: Consignment, currency: str) -> Quote | None:
    """The charge of the nearest destination's highest break that is reached, with the surcharge, rounded once.

    Nearer is a longer postal prefix, then the country, then anywhere. None where no rate leads there.
    """
    measure = goods.weight if tariff.basis == "weight" else goods.value
    why = {
        "tariff": tariff.tariff_id,
        "to": f"{goods.country} {goods.postal_code}".strip(),
        "weight": goods.weight,
        "goods": goods.value,
        **({"unweighed": goods.unweighed} if goods.unweighed else {}),
    }
    if tariff.free_from is not None and goods.value >= tariff.free_from:
        return Quote(Decimal(0), {**why, "free_from": tariff.free_from})
    fitting = [rate for rate in tariff.rates if _leads_there(rate, goods) and rate.from_amount <= measure]
    if not fitting:
        return None
    rate = max(fitting, key=lambda rate: (bool(rate.country), len(rate.postal_prefix), rate.from_amount))
    base = rate.charge + rate.per_unit * measure
    amount = round_money(base * (1 + tariff.surcharge_percent / 100), currency)
    return Quote(
        amount, {**why, "rate": rate.rate_id, "surcharge": tariff.surcharge_percent, "amount": amount}
    )


def _leads_there(rate: Rate, goods: Consignment) -> bool:
    postal_code = goods.postal_code.replace(" ", "").upper()
    return not rate.country or (rate.country == goods.country and postal_code.startswith(rate.postal_prefix))
