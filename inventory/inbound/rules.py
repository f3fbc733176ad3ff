"""What may become of a receipt difference. No database."""

from .models import ReceiptDifference

Kind, Outcome = ReceiptDifference.Kind, ReceiptDifference.Outcome

# What is missing may still come; what is too much or wrong goes back, unless it is kept.
OUTCOMES: dict[str, tuple[ReceiptDifference.Outcome, ...]] = {
    Kind.SHORT: (Outcome.WILL_FOLLOW, Outcome.GIVEN_UP, Outcome.TAKEN_IN),
    Kind.DAMAGED: (Outcome.WILL_FOLLOW, Outcome.GIVEN_UP, Outcome.TAKEN_IN),
    Kind.OVER: (Outcome.SENT_BACK, Outcome.TAKEN_IN),
    Kind.WRONG_ITEM: (Outcome.SENT_BACK, Outcome.TAKEN_IN),
}
MISSING = (Kind.SHORT, Kind.DAMAGED)  # kinds of which the goods are still expected
