"""What banking announces."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class EntriesCame:
    """Entries of a statement, from one id to another, are to be looked at."""

    topic: ClassVar[str] = "billing.bank_entries_came.v1"
    statement_id: int
    first_id: int
    last_id: int

    @property
    def document(self) -> str:
        return f"bankstatement:{self.statement_id}"
