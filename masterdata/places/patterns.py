"""Many bins at once: `A[01-03]-[1-2]` means A01-1, A01-2, A02-1, … in walking order. Pure."""

import re
from itertools import product

MOST_BINS = 5_000
RANGE = re.compile(r"\[([0-9]+)-([0-9]+)\]|\[([A-Z])-([A-Z])\]")
CODE = re.compile(r"[A-Z0-9][A-Z0-9./-]{0,19}")


def bin_codes(pattern: str) -> list[str]:
    """The codes that a pattern stands for, each range in order, the last changing fastest.

    Raises ValueError with one sentence: a range that runs backwards, too many bins, or codes that are none.
    """
    pattern = pattern.strip().upper()
    pieces: list[list[str]] = []
    at, count = 0, 1
    for match in RANGE.finditer(pattern):
        pieces.append([pattern[at : match.start()]])
        pieces.append(_range(match))
        count *= len(pieces[-1])
        if count > MOST_BINS:
            raise ValueError(f"{pattern} stands for more than {MOST_BINS:,} bins. Make it narrower.")
        at = match.end()
    pieces.append([pattern[at:]])
    codes = ["".join(parts) for parts in product(*pieces)]
    wrong = next((code for code in codes if not CODE.fullmatch(code)), None)
    if wrong is not None:
        raise ValueError(f"“{wrong}” is no bin code: up to 20 letters, digits, dots, slashes and hyphens.")
    return codes


def _range(match: re.Match[str]) -> list[str]:
    first, last, first_letter, last_letter = match.groups()
    if first_letter:
        found = [chr(letter) for letter in range(ord(first_letter), ord(last_letter) + 1)]
    else:
        # Compare before expanding: a mistyped range of twelve digits must not fill the memory.
        if int(last) - int(first) >= MOST_BINS:
            raise ValueError(f"{match.group()} stands for more than {MOST_BINS:,} bins. Make it narrower.")
        found = [str(number).zfill(len(first)) for number in range(int(first), int(last) + 1)]
    if not found:
        raise ValueError(f"{match.group()} runs backwards: write the smaller end first.")
    return found
