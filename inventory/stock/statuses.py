"""What each stock status means: the one table that promising, picking and valuing ask (IV03, ADR 19)."""

from dataclasses import dataclass

from .models import Status


@dataclass(frozen=True, slots=True)
class Traits:
    """`promisable`: counts as available. `pickable`: release binds it. `valued`: our own is worth what it cost.

    `strict`: goods leave it only by a decision of the process owner. `on_hand`: they are in the house. `by_hand`:
    people give it to goods and take it from them; what is in transit changes with its transfer only.
    """

    promisable: bool = False
    pickable: bool = False
    valued: bool = True
    strict: bool = False
    on_hand: bool = True
    by_hand: bool = True


TRAITS: dict[Status, Traits] = {
    Status.AVAILABLE: Traits(promisable=True, pickable=True),
    Status.QUALITY: Traits(),
    Status.HOLD: Traits(),
    Status.QUARANTINE: Traits(strict=True),
    Status.DAMAGED: Traits(strict=True),
    Status.EXPIRED: Traits(strict=True),
    Status.REPAIR: Traits(strict=True),
    Status.VENDOR: Traits(strict=True),
    Status.TRANSIT: Traits(on_hand=False, by_hand=False),
}

PROMISABLE = tuple(status.value for status, traits in TRAITS.items() if traits.promisable)
PICKABLE = tuple(status.value for status, traits in TRAITS.items() if traits.pickable)
VALUED = tuple(status.value for status, traits in TRAITS.items() if traits.valued)
ON_HAND = tuple(status.value for status, traits in TRAITS.items() if traits.on_hand)
BY_HAND = tuple(status for status, traits in TRAITS.items() if traits.by_hand)


def listed(statuses: tuple[str, ...]) -> str:
    """Statuses as SQL lists them: 'available', 'quality'. They are words of ours, never anyone's input."""
    return ", ".join(f"'{status}'" for status in statuses)
