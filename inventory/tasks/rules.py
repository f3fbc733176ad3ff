"""How a task's number on the board is made of its document's kind and id. No database."""

from .models import Kind

KINDS = (Kind.PUTAWAY, Kind.COUNT, Kind.PICK, Kind.UNLOAD)  # in the order of the view


def number_of(kind: str, source_id: int) -> int:
    return source_id * len(KINDS) + KINDS.index(Kind(kind))


def part_of(task_id: int) -> tuple[str, int]:
    """Kind and id of the document behind a task."""
    return KINDS[task_id % len(KINDS)].value, task_id // len(KINDS)
