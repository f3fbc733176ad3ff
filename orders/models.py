"""The app's face: it only gathers the rooms' rows."""

from .channels.models import IntakeDocument, ParkedLine
from .credit.models import CreditAccount
from .entry.models import LineDemand, OrderDraft, OrderLine, SalesOrder
from .holds.models import Hold
from .pricing.models import PriceDraw
from .proposals.models import PriceProposal, PriceProposalLine

__all__ = [
    "CreditAccount", "Hold", "IntakeDocument", "LineDemand", "OrderDraft", "OrderLine", "ParkedLine", "PriceDraw",
    "PriceProposal", "PriceProposalLine", "SalesOrder",
]  # fmt: skip
