"""What credit announces."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class CreditEased:
    """There is more room under a limit than before: orders that wait for it may go on."""

    topic: ClassVar[str] = "orders.credit_eased.v1"
    account_id: int

    @property
    def document(self) -> str:
        return f"credit:{self.account_id}"


@dataclass(frozen=True, slots=True)
class CreditPathChanged:
    """An account has its first limit, or others stand beneath it now: what was under way did not know."""

    topic: ClassVar[str] = "orders.credit_path_changed.v1"
    account_id: int

    @property
    def document(self) -> str:
        return f"credit:{self.account_id}"
