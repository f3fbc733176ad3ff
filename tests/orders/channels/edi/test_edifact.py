from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.channels.edi.edifact import read_edifact, write_edifact
from orders.channels.edi.envelope import segment, serious
from orders.channels.edi.reading import order_of, standard_of, text_of
from orders.models import OutboundMessage

from .texts import edifact_order

GOOD = edifact_order(("4006381333931", "5", "PCE", "5.09"), ("4006381333948", "12", "CT", ""), ship_to="W1")
PLAIN = st.text(st.characters(codec="latin-1", exclude_categories=("Cc", "Zs", "Zl")), max_size=12)
SEGMENTS = st.lists(
    st.builds(
        lambda tag, parts: segment(tag, *parts),
        st.from_regex(r"[A-Z][A-Z0-9]{2}", fullmatch=True).filter(lambda tag: not tag.startswith("UN")),
        st.lists(st.one_of(PLAIN, st.tuples(PLAIN, PLAIN.filter(bool))), max_size=5),
    ),
    max_size=8,
)


def faults(text: str) -> list[str]:
    return [
        fault.code
        for made in read_edifact(text)
        for place in (made, *made.groups, *(message for _group, message in made.messages))
        for fault in place.faults
    ]


def test_an_envelope_names_its_people():
    (made,) = read_edifact(GOOD)
    assert (made.sender, made.receiver) == (("14", "4250159300001"), ("14", "5400110000009"))
    assert (made.control, made.is_test, made.syntax) == ("17", False, ("UNOC", "3"))
    ((_group, message),) = made.messages
    assert (message.kind, message.control, message.version) == ("ORDERS", "1", "D:96A:UN:EAN008")
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    "old, new, expected",
    [
        ("UNT+13+1'", "UNT+12+1'", ["edifact.segment_count"]),
        ("UNT+13+1'", "UNT+13+2'", ["edifact.message_control"]),
        ("UNZ+1+17'", "UNZ+2+17'", ["edifact.count"]),
        ("UNZ+1+17'", "UNZ+1+18'", ["edifact.interchange_control"]),
        ("UNZ+1+17'", "", ["edifact.no_trailer"]),
        ("UNT+13+1'\n", "", ["edifact.no_message_trailer"]),
        ("UNZ+1+17'", "UNZ+1+17", ["edifact.cut", "edifact.no_trailer"]),
        ("UNS+S'", "uns+S'", ["edifact.no_segment"]),
        ("UNB+", "UNX+", ["edifact.outside", "edifact.interchange_control"]),
        ("UNA:+.? '", "UNA::.? '", ["edifact.no_delimiters"]),
        ("BGM+", "BGM?+", ["edifact.no_segment"]),
    ],
)
def test_what_an_envelope_says_wrong_is_told(old, new, expected):
    assert old in GOOD
    assert set(expected) <= set(faults(GOOD.replace(old, new)))


def test_groups_are_counted_and_closed():
    text = (
        "UNB+UNOA:3+A:14+B:14+260101:1200+9'UNG+ORDERS+A:14+B:14+260101:1200+7+UN+D:96A'"
        "UNH+1+ORDERS:D:96A:UN'BGM+220+PO1+9'LIN+1++4006381333931:EN'QTY+21:1'UNT+5+1'UNE+1+7'UNZ+1+9'"
    )
    ((group, message),) = read_edifact(text)[0].messages
    assert (group.code, group.control, order_of("edifact", message).number) == ("ORDERS", "7", "PO1")
    assert faults(text) == []
    assert faults(text.replace("UNE+1+7", "UNE+2+8")) == ["edifact.message_count", "edifact.group_control"]


def test_delimiters_come_from_the_advice():
    text = GOOD.replace("UNA:+.? '", "UNA!|,\\ ~").replace(":", "!").replace("+", "|").replace("'", "~")
    text = text.replace("5.09", "5,09")
    ((_group, message),) = read_edifact(text)[0].messages
    assert order_of("edifact", message) == order_of("edifact", next(read_edifact(GOOD)[0].messages)[1])
    without_release = GOOD.replace("UNA:+.? '", "UNA:+.  '").replace("4711", "47 11")
    assert order_of("edifact", next(read_edifact(without_release)[0].messages)[1]).number == "47 11"


def test_several_interchanges_in_one_file():
    second = edifact_order(("4006381333931", "1", "", ""), po="4712", control=18)
    made = read_edifact(GOOD + second)
    assert [order_of("edifact", message).number for found in made for _g, message in found.messages] == [
        "4711",
        "4712",
    ]
    assert faults(GOOD + second) == []


@given(st.lists(SEGMENTS, min_size=1, max_size=4), st.integers(0, 999_999_999), st.booleans())
def test_what_is_written_reads_back_the_same(messages, control, is_test):
    text = write_edifact(
        sender=("", "MERIDIAN"),
        receiver=("14", "4250159300001"),
        control=control,
        kind="ORDRSP",
        version=("D", "96A", "UN"),
        messages=messages,
        at=datetime(2026, 11, 27, 9, 30),
        is_test=is_test,
    )
    (made,) = read_edifact(text)
    assert faults(text) == []
    assert (made.control, made.is_test, made.receiver) == (str(control), is_test, ("14", "4250159300001"))
    assert [message.segments for _group, message in made.messages] == messages


@given(st.integers(0, len(GOOD) - 3))
def test_a_cut_document_is_told_and_never_raises(length):
    assert serious([f for made in read_edifact(GOOD[:length]) for f in made.faults])


@given(st.data())
def test_a_corrupted_document_never_raises(data):
    signs = list(GOOD)
    for place in data.draw(st.lists(st.integers(0, len(signs) - 1), min_size=1, max_size=8)):
        signs[place] = data.draw(st.sampled_from([*"+:'?\n A0", "\0", "€", ""]))
    for made in read_edifact("".join(signs)):
        for _group, message in made.messages:
            order_of("edifact", message)


@given(st.text(max_size=300))
def test_any_text_is_read(text):
    assert read_edifact(text)
    assert read_edifact("UNA" + text)
    assert read_edifact("UNB+" + text)


def test_an_orders_message_is_an_order():
    order = order_of("edifact", next(read_edifact(GOOD)[0].messages)[1])
    assert (order.number, order.purpose, str(order.ordered_on), str(order.wanted_on)) == (
        "4711", "original", "2026-11-27", "2026-12-15",
    )  # fmt: skip
    assert order.partner("DP").code == "W1"
    assert [(line.codes, line.quantity, line.unit, line.expected) for line in order.lines] == [
        ([("gtin", "4006381333931")], "5", "PCE", "5.09"),
        ([("gtin", "4006381333948")], "12", "CT", ""),
    ]


@pytest.mark.parametrize(
    "old, new, codes",
    [
        ("QTY+21:5:PCE", "QTY+21:5A:PCE", ["edi.figure"]),
        ("QTY+21:5:PCE", "QTY+46:5:PCE", ["edi.quantity_missing"]),
        ("CNT+2:2", "CNT+2:3", ["edi.line_count"]),
        ("BGM+220+4711", "BGM+220+", ["edi.number_missing"]),
        ("DTM+2:20261215", "DTM+2:2026", ["edi.date"]),
    ],
)
def test_what_an_order_lacks_is_told(old, new, codes):
    assert old in GOOD
    order = order_of("edifact", next(read_edifact(GOOD.replace(old, new))[0].messages)[1])
    assert [fault.code for fault in order.faults] == codes


def test_a_file_says_what_it_is():
    assert [standard_of(head) for head in (b"ISA*00", b"\xef\xbb\xbf UNB+", b"UNA:+", b"STX=ANA", b"a;b")] == [
        "x12", "edifact", "edifact", "tradacoms", "",
    ]  # fmt: skip
    assert text_of("UNB+UNOC:3'Kälte".encode("latin-1")) == "UNB+UNOC:3'Kälte"
    assert text_of("UNB+UNOE:3'Привет".encode("iso8859-5")) == "UNB+UNOE:3'Привет"


def test_an_answer_is_written_in_the_character_set_that_it_names():
    text = edifact_order(("MÜLLER€", "1", "", ""))
    written = OutboundMessage(content=text).as_bytes()
    assert b"UNOC:3" in written
    assert b"LIN+1++M\xdcLLER :EN'" in written
    assert OutboundMessage(content="MÜLLER").as_bytes() == b"M\xc3\x9cLLER"
