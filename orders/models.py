"""The app's face: it only gathers the rooms' rows."""

from .channels.models import Delivery, IntakeDocument, OutboundMessage, ParkedLine
from .credit.models import CreditAccount
from .entry.models import LineDemand, OrderDraft, OrderLine, SalesOrder
from .exceptions.models import ExceptionNote, OrderException
from .holds.models import Hold
from .messages.models import OrderMessage
from .orchestration.models import ReallocationItem, ReallocationLine, ReallocationRun
from .partners.models import TradingPartner
from .pricing.models import PriceDraw
from .proposals.models import PriceProposal, PriceProposalLine
from .returns.models import CarrierClaim, CustomerReturn, ReturnDisposition, ReturnLine, ReturnReceipt

__all__ = [
    "CarrierClaim", "CreditAccount", "CustomerReturn", "Delivery", "ExceptionNote", "Hold", "IntakeDocument",
    "LineDemand", "OrderDraft", "OrderException", "OrderLine", "OrderMessage", "OutboundMessage", "ParkedLine",
    "PriceDraw", "PriceProposal", "PriceProposalLine", "ReallocationItem", "ReallocationLine", "ReallocationRun",
    "ReturnDisposition", "ReturnLine", "ReturnReceipt", "SalesOrder", "TradingPartner",
]  # fmt: skip
