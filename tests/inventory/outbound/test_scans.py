from datetime import date
from decimal import Decimal

import pytest

from inventory.outbound.scans import GS, Scan, read_scan

GTIN, DAY = "05412345000013", date(2027, 12, 31)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("A-18-2", Scan("A-18-2")),
        (" 5412345000013 ", Scan("5412345000013")),
        (f"(01){GTIN}(10)L-7(37)12", Scan(f"(01){GTIN}(10)L-7(37)12", GTIN, "L-7", Decimal(12))),
        (f"]C101{GTIN}10L-7{GS}3712", Scan(f"]C101{GTIN}10L-7{GS}3712", GTIN, "L-7", Decimal(12))),
        (f"]d201{GTIN}17271231{GS}10L-7", Scan(f"]d201{GTIN}17271231{GS}10L-7", GTIN, "L-7", None, DAY)),
        (f"01{GTIN}1727123110L-7", Scan(f"01{GTIN}1727123110L-7", GTIN, "L-7", None, DAY)),
        (f"02{GTIN}3724", Scan(f"02{GTIN}3724")),  # without a mark, only (01) is taken for GS1
        (f"]C102{GTIN}3724", Scan(f"]C102{GTIN}3724", GTIN, "", Decimal(24))),
        (f"01{GTIN}99X", Scan(f"01{GTIN}99X")),  # an element we do not know: not guessed
        ("]C1SSCC", Scan("SSCC")),
    ],
)
def test_a_scan_is_taken_apart(raw, expected):
    assert read_scan(raw) == expected


def test_a_gtin_is_looked_up_with_and_without_leading_zeros():
    assert read_scan(f"(01){GTIN}").codes == [GTIN, GTIN[1:]]
    assert read_scan("5412345000013").codes == ["5412345000013", "05412345000013"]
    assert read_scan("ABS-1").codes == ["ABS-1"]
