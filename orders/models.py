"""The app's face: it only gathers the rooms' rows."""

from .channels.models import Delivery, IntakeDocument, OutboundMessage, ParkedLine
from .credit.models import CreditAccount
from .entry.models import LineDemand, OrderDraft, OrderLine, SalesOrder
from .holds.models import Hold
from .partners.models import TradingPartner

__all__ = [
    "CreditAccount", "Delivery", "Hold", "IntakeDocument", "LineDemand", "OrderDraft", "OrderLine", "OutboundMessage",
    "ParkedLine", "SalesOrder", "TradingPartner",
]  # fmt: skip
