"""What credit announces."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class OfAccount:
    """Something of one credit account, told in the order in which it happened to it."""

    account_id: int

    @property
    def document(self) -> str:
        return f"credit:{self.account_id}"


@dataclass(frozen=True, slots=True)
class CreditEased(OfAccount):
    """There is more room under a limit than before: orders that wait for it may go on."""

    topic: ClassVar[str] = "orders.credit_eased.v1"


@dataclass(frozen=True, slots=True)
class CreditPathChanged(OfAccount):
    """An account has its first limit, or others stand beneath it now: what was under way did not know."""

    topic: ClassVar[str] = "orders.credit_path_changed.v1"
