"""Letters are files of the messages that carry them."""

from billing.dunning import letters

__all__ = ["letters"]
