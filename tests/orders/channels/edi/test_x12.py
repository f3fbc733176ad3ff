from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.channels.edi.envelope import segment, serious
from orders.channels.edi.reading import order_of
from orders.channels.edi.x12 import X12Address, read_x12, write_x12

from .texts import AT, THEM, US, segments_850, x12_order

GOOD = x12_order(("P0", "5", "EA", "5.09"), ("P1", "12", "CA", ""), ship_to="W1")
PLAIN = st.text(
    st.characters(codec="latin-1", exclude_characters="*>~", exclude_categories=("Cc", "Zs", "Zl")),
    max_size=12,
)
SEGMENTS = st.lists(
    st.builds(
        lambda tag, parts: segment(tag, *parts),
        st.from_regex(r"[A-Z][A-Z0-9]{1,2}", fullmatch=True).filter(
            lambda tag: tag not in {"ISA", "GS", "GE", "ST", "SE", "IEA"}
        ),
        st.lists(PLAIN, max_size=6),
    ),
    max_size=8,
)


def faults(text: str) -> list[str]:
    """The codes of everything that is wrong with a text."""
    return [
        fault.code
        for made in read_x12(text)
        for place in (made, *made.groups, *(message for _group, message in made.messages))
        for fault in place.faults
    ]


def test_an_envelope_names_its_delimiters_and_its_people():
    (made,) = read_x12(GOOD)
    assert (made.sender, made.receiver, made.control, made.is_test) == (THEM, US, "000000017", False)
    ((group, message),) = made.messages
    assert (group.code, group.control, group.version, group.said) == ("PO", "17", "004010", 1)
    assert (message.kind, message.control, len(message.segments)) == ("850", "0001", 6)
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    "separator, component, terminator", [("|", ":", "\n"), ("^", "<", "\\"), ("~", ">", "…")]
)
def test_delimiters_come_from_the_header(separator, component, terminator):
    other = (
        GOOD.replace("~\n", "\0").replace("*", separator).replace(">", component).replace("\0", terminator)
    )
    ((_group, message),) = read_x12(other)[0].messages
    assert order_of("x12", message) == order_of("x12", next(read_x12(GOOD)[0].messages)[1])
    assert faults(other) == []


@pytest.mark.parametrize(
    "old, new, expected",
    [
        ("SE*8*0001", "SE*9*0001", ["x12.segment_count"]),
        ("SE*8*0001", "SE**0001", ["x12.segment_count"]),
        ("SE*8*0001", "SE*8*0002", ["x12.message_control"]),
        ("GE*1*17", "GE*2*17", ["x12.message_count"]),
        ("GE*1*17", "GE*1*18", ["x12.group_control"]),
        ("IEA*1*000000017", "IEA*2*000000017", ["x12.group_count"]),
        ("IEA*1*000000017", "IEA*1*000000018", ["x12.interchange_control"]),
        ("SE*8*0001~\n", "", ["x12.no_message_trailer"]),
        ("GE*1*17~\n", "", ["x12.no_group_trailer"]),
        ("IEA*1*000000017~\n", "", ["x12.no_trailer"]),
        ("CTT*2~\n", "CTT*2\n", ["x12.unended", "x12.no_message_trailer"]),
        ("CTT*2", "ctt*2", ["x12.no_segment"]),
        ("ISA*", "ISB*", ["x12.no_header"]),
        ("ISA*", "ISAA", ["x12.no_separator"]),
        ("ST*850*0001", "ST**0001", ["x12.no_kind"]),
        ("ST*850*0001~", "NTE*x~\nST*850*0001~", ["x12.outside"]),
    ],
)
def test_what_an_envelope_says_wrong_is_told(old, new, expected):
    assert old in GOOD
    assert sorted(faults(GOOD.replace(old, new))) == sorted(expected)


def test_dirt_that_loses_nothing_is_tolerated():
    indented = "\ufeff" + GOOD.replace("~\n", "~\r\n    ")
    assert faults(indented) == []
    narrow = GOOD.replace("ISA*00*          *", "ISA*00*         *")
    assert faults(narrow) == ["x12.header_width"]
    padded = GOOD.replace("828513080      ", "828513080 \u00a0 \u00a0  ")
    assert faults(padded) == ["x12.no_break_space"]
    for text in (narrow, padded):
        (made,) = read_x12(text)
        assert (made.sender, serious(made.faults)) == (THEM, [])


def test_several_interchanges_in_one_file():
    second = x12_order(("P9", "1", "EA", ""), po="4712", control=18).replace("*", "|")
    made = read_x12(GOOD + "\n\n" + second)
    assert [found.control for found in made] == ["000000017", "000000018"]
    assert [order_of("x12", message).number for found in made for _g, message in found.messages] == [
        "4711",
        "4712",
    ]
    cut = GOOD.partition("IEA")[0] + second
    assert [found.control for found in read_x12(cut)] == ["000000017", "000000018"]
    assert faults(cut) == ["x12.no_trailer"]


@given(st.lists(SEGMENTS, min_size=1, max_size=4), st.integers(0, 999_999_999), st.booleans())
def test_what_is_written_reads_back_the_same(messages, control, is_test):
    text = write_x12(
        sender=X12Address("ZZ", "MERIDIAN"),
        receiver=X12Address("14", "4250159300001"),
        control=control,
        group_code="PR",
        kind="855",
        messages=messages,
        at=datetime(2026, 11, 27, 9, 30),
        is_test=is_test,
    )
    (made,) = read_x12(text)
    assert faults(text) == []
    assert (made.control, made.is_test, made.receiver) == (f"{control:09d}", is_test, ("14", "4250159300001"))
    assert [message.segments for _group, message in made.messages] == messages


@given(st.integers(0, len(GOOD) - 3))
def test_a_cut_document_is_told_and_never_raises(length):
    assert serious([f for made in read_x12(GOOD[:length]) for f in made.faults])


@given(st.data())
def test_a_corrupted_document_never_raises(data):
    signs = list(GOOD)
    for place in data.draw(st.lists(st.integers(0, len(signs) - 1), min_size=1, max_size=8)):
        signs[place] = data.draw(st.sampled_from([*"*~>\n A0", "\u00a0", "\0", "€", ""]))
    for made in read_x12("".join(signs)):
        for _group, message in made.messages:
            order_of("x12", message)


@given(st.text(max_size=300))
def test_any_text_is_read(text):
    assert read_x12(text)
    assert read_x12("ISA" + text)


def test_an_850_is_an_order():
    text = x12_order(
        ("P0", "5", "EA", "5.09"), ("P1", "12", "CA", ""), ship_to="W1", buyer="C0", currency="EUR"
    )
    order = order_of("x12", next(read_x12(text)[0].messages)[1])
    assert (order.number, order.purpose, order.kind, order.currency) == ("4711", "original", "order", "EUR")
    assert (str(order.ordered_on), str(order.wanted_on)) == ("2026-11-27", "2026-12-15")
    assert (order.buyer, order.partner("ST").code) == ("C0", "W1")
    assert [
        (line.reference, line.codes, line.quantity, line.unit, line.expected) for line in order.lines
    ] == [
        ("1", [("buyer", "P0")], "5", "EA", "5.09"),
        ("2", [("buyer", "P1")], "12", "CA", ""),
    ]


@pytest.mark.parametrize(
    "old, new, code, answer",
    [
        ("PO1*1*5*", "PO1*1*five*", "edi.figure", ("PO1", 6, 2, "330", "6")),
        ("PO1*1*5*", "PO1*1**", "edi.quantity_missing", ("PO1", 6, 2, "330", "1")),
        ("*5.09*", "*$5.09*", "edi.figure", ("PO1", 6, 4, "212", "6")),
        ("CTT*2", "CTT*3", "edi.line_count", ("CTT", 8, 1, "354", "7")),
        ("BEG*00*SA*4711", "BEG*00*SA*", "edi.number_missing", ("BEG", 1, 0, "", "3")),
        ("DTM*002*20261215", "DTM*002*20261315", "edi.date", ("DTM", 3, 2, "373", "8")),
    ],
)
def test_what_an_850_lacks_is_told_where_it_stands(old, new, code, answer):
    text = x12_order(("P0", "5", "EA", "5.09"), ("P1", "12", "CA", ""), buyer="C0", ship_to="W1")
    assert old in text
    order = order_of("x12", next(read_x12(text.replace(old, new))[0].messages)[1])
    (fault,) = [found for found in order.faults if found.code != "edi.total"]
    assert fault.code == code
    assert (fault.segment, fault.position, fault.element, fault.reference, fault.answer) == answer


def test_a_price_per_hundred_is_a_price_of_one():
    text = (
        x12_order(("P0", "5", "EA", "12.50")).replace("*12.5*", "*12.50*").replace("*12.50**", "*12.50*HP*")
    )
    line = order_of("x12", next(read_x12(text)[0].messages)[1]).lines[0]
    assert (line.price, line.expected) == ("12.50", "0.125")


def test_purposes_and_kinds():
    for purpose, said in {
        "00": "original",
        "01": "cancel",
        "04": "change",
        "05": "replace",
        "XX": "code XX",
    }.items():
        order = order_of(
            "x12", next(read_x12(x12_order(("P0", "1", "EA", ""), purpose=purpose))[0].messages)[1]
        )
        assert order.purpose == said
    segments = segments_850([("P0", "1", "EA", "")], "1", kind="BK")
    text = write_x12(sender=X12Address(*THEM), receiver=X12Address(*US), control=1, group_code="PO", kind="850",
                     messages=[segments], at=AT)  # fmt: skip
    assert order_of("x12", next(read_x12(text)[0].messages)[1]).kind == "blanket"


@pytest.mark.parametrize("text", ["1e999999999", "-1e11", "1_000", "NaN", "Infinity", "1e-13", "", "x"])
def test_what_is_no_sensible_figure_is_told_and_never_raises(text):
    whole = x12_order(("P0", text, "EA", text)).replace("CTT*1~", "CTT*1~\nAMT*TT*5~")
    order = order_of("x12", next(read_x12(whole)[0].messages)[1])
    assert (order.lines[0].quantity, order.lines[0].expected) == (text, text)
    codes = ["edi.figure", "edi.figure"] if text else ["edi.quantity_missing"]
    assert [fault.code for fault in order.faults] == codes
