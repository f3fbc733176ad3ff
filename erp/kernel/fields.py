"""Model fields that say what a column means to the house."""

from typing import Any

from django.db import models


class MasterKey(models.ForeignKey[Any, Any]):
    """A document's key to a master record that is never deleted (`erp.kernel.schema.NeverDeleted`).

    The schema does not check it with each row: every order would share-lock the same company, site, unit and tax
    code, and two at a time would make a MultiXact of each. What keeps it true: masters cannot go, verbs take the key
    from the master's own row, and a proof looks for keys without one (docs/adr/0007). Indexed only when asked for,
    since every index costs each insert.
    """

    db_index: bool

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **options: Any) -> None:
        super().__init__(to, on_delete, **{"db_constraint": False, "db_index": False, **options})

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "db_index": self.db_index}  # our default is not the base's
