"""How a scope is written."""


def split_scope(scope: str) -> tuple[str, int]:
    """Level and id of "site:4"; ("", 0) for the enterprise and for what is no scope."""
    level, _, key = scope.partition(":")
    return (level, int(key)) if key.isdecimal() else ("", 0)
