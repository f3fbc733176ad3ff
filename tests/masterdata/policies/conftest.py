"""A policy that varies by company, site and customer, for as long as a test runs."""

from collections.abc import Iterator
from typing import Any

import pytest

from masterdata.policies import registry


@pytest.fixture
def horizon(monkeypatch: pytest.MonkeyPatch) -> Iterator[registry.Policy[Any]]:
    monkeypatch.setattr(registry, "_policies", {})
    yield registry.declare(
        key="inventory.test_horizon_days", type=int, default=3, levels=("company", "site", "customer"),
        owner="warehouse", title="Release horizon", help="How far ahead orders are released.", unit="days",
        minimum=0,
    )  # fmt: skip
