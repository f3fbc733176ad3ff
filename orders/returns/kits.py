"""Kits come back whole: which components, out of which shipment lines, and for which share of the price (ADR 18)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from erp.kernel.batch import Batch

from .errors import ReturnLineRefused
from .reads import KIT_PARTS
from .rules import ZERO, refuse_uncountable, spread

Key = tuple[int, int | None]  # shipment line, lot


@dataclass(frozen=True, slots=True)
class ReturnKitRequest:
    """How many whole kits of an order line are to come back; the lots, where a component left in several."""

    order_line_id: int
    quantity: Decimal
    reason: str
    lot_ids: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class KitPart:
    """What comes back of one shipment line and lot, in the stock unit, and how many kits it stands for."""

    shipment_line_id: int
    lot_id: int | None
    quantity: Decimal
    kits: Decimal


@dataclass(slots=True)
class Component:
    """One component: how much of it is in a kit, and the shipment lines it has left with."""

    per_kit: Decimal
    shipment_lines: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Kits:
    """The components of the kits that are asked back, by order line."""

    components: Mapping[int, Sequence[Component]]

    @property
    def shipment_lines(self) -> set[int]:
        return {line for parts in self.components.values() for part in parts for line in part.shipment_lines}

    def take(
        self,
        place: int,
        kit: ReturnKitRequest,
        codes: Mapping[int, str],
        left: dict[int, Decimal],
        lots: dict[Key, Decimal],
        costs: Mapping[Key, tuple[Decimal, Decimal]],
    ) -> list[KitPart]:
        """Take the components of whole kits out of `left` (by shipment line) and `lots`, what left first the first.

        Each stands for the share of the kits that its own cost has of what the components cost when they left
        (`costs`: quantity and value). `codes`: of the items, by shipment line. Raises ReturnLineRefused.
        """
        parts = self.components.get(kit.order_line_id, ())
        if not any(part.shipment_lines for part in parts):
            raise ReturnLineRefused(line=place, reason="it is no kit of this order that has shipped.")
        refuse_uncountable(line=place, quantity=kit.quantity, unit="kits", decimals=0)
        free = [list(_free(part, left, lots)) for part in parts]
        whole = min(
            sum((n for _key, n in of), ZERO) // part.per_kit for of, part in zip(free, parts, strict=True)
        )
        if kit.quantity > whole:
            raise ReturnLineRefused(
                line=place,
                reason=f"{kit.quantity:f} kits are more than the {whole:f} that were shipped whole and not returned "
                f"yet. Enter {whole:f} or less, or credit the invoice for parts of a kit.",
            )
        taken: list[tuple[Key, Decimal]] = []
        weights: list[Decimal] = []
        even: list[Decimal] = []  # where nothing cost anything
        for of, part in zip(free, parts, strict=True):
            own = _chosen(place, kit, of, part.per_kit * kit.quantity, codes)
            left_with = [costs[key] for key in costs if key[0] in part.shipment_lines]
            quantity, value = (sum((each[n] for each in left_with), ZERO) for n in (0, 1))
            weights += [value * amount / quantity for _key, amount in own]
            even += [amount / part.per_kit for _key, amount in own]
            taken += own
        for (line_id, lot_id), amount in taken:
            left[line_id] -= amount
            lots[line_id, lot_id] -= amount
        shares = spread(kit.quantity, weights if any(weights) else even)
        return [KitPart(*key, amount, share) for (key, amount), share in zip(taken, shares, strict=True)]


def read_kits(batch: Batch, order_id: int, kits: Sequence[ReturnKitRequest]) -> Kits:
    """What the order lines of these kits have shipped; one statement."""
    found: dict[int, dict[int, Component]] = {}
    for line_id, demand_id, per_kit, shipment_line_id in batch.read(
        KIT_PARTS, sorted({kit.order_line_id for kit in kits}), order_id
    ):
        part = found.setdefault(line_id, {}).setdefault(demand_id, Component(per_kit))
        if shipment_line_id is not None:
            part.shipment_lines.append(shipment_line_id)
    return Kits({line_id: list(parts.values()) for line_id, parts in found.items()})


def _free(
    part: Component, left: Mapping[int, Decimal], lots: Mapping[Key, Decimal]
) -> Iterator[tuple[Key, Decimal]]:
    """What of a component may still come back, by shipment line and lot."""
    for line_id in part.shipment_lines:
        rest = left.get(line_id, ZERO)
        for key in sorted((key for key in lots if key[0] == line_id), key=lambda key: key[1] or 0):
            fits = min(rest, lots[key])
            if fits > 0:
                rest -= fits
                yield key, fits


def _chosen(
    place: int,
    kit: ReturnKitRequest,
    free: Sequence[tuple[Key, Decimal]],
    wanted: Decimal,
    codes: Mapping[int, str],
) -> list[tuple[Key, Decimal]]:
    """`wanted` of one component, of the lots that are named, or of the only ones that there are."""
    named = [(key, amount) for key, amount in free if key[1] in kit.lot_ids]
    of = named or free
    total = sum((amount for _key, amount in of), ZERO)
    code = codes[of[0][0][0]]
    if len({key[1] for key, _amount in of}) > 1 and total > wanted:
        raise ReturnLineRefused(line=place, reason=f"{code} left in several lots; name the lot.")
    if total < wanted:
        raise ReturnLineRefused(
            line=place,
            reason=f"only {total.normalize():f} {code} of these lots may come back; name another lot.",
        )
    chosen = []
    for key, amount in of:
        fits = min(amount, wanted)
        if fits:
            chosen.append((key, fits))
            wanted -= fits
    return chosen
