"""Every row of the app, gathered from its rooms."""

from reporting.facts.models import ClassDay, LineFact, OrderFact, RollupDay, SiteDay, StockDay, TradeDay

__all__ = ["ClassDay", "LineFact", "OrderFact", "RollupDay", "SiteDay", "StockDay", "TradeDay"]
