"""What the demo company sells: families of items with their sizes, packs and costs, in eight classes."""

from dataclasses import dataclass, field

UNITS = {
    "EA": ("Each", 0), "BX": ("Box", 0), "PK": ("Pack", 0), "PR": ("Pair", 0), "MTR": ("Metre", 2),
    "RO": ("Roll", 0), "KGM": ("Kilogram", 3), "LTR": ("Litre", 3),
}  # fmt: skip

# code: (name, attributes that an item of the class must have)
CLASSES = {
    "FAS": ("Fasteners", ["thread", "length_mm", "material"]),
    "BRG": ("Bearings", ["bore_mm", "seal"]),
    "PNE": ("Pneumatics", ["port", "pressure_bar"]),
    "ELE": ("Electrical", ["voltage"]),
    "SAF": ("Safety", ["standard", "size"]),
    "ABR": ("Abrasives", ["grit"]),
    "ADH": ("Adhesives", ["volume_ml", "hazard_class"]),
    "TOO": ("Hand tools", ["material"]),
}


@dataclass(frozen=True, slots=True)
class Family:
    """Items that differ in two properties only: `name` has {a} and {b} for them."""

    item_class: str
    prefix: str  # of the item codes, FAH-23295
    name: str
    a: tuple[str, ...]
    b: tuple[str, ...]
    attributes: dict[str, str]  # attribute: text with {a} and {b}
    cost: tuple[float, float]  # of one stock unit, EUR
    weight_kg: tuple[float, float]
    unit: str = "EA"
    pack: tuple[str, int] | None = None  # ("BX", 100): sold and bought by the piece or the box
    sold_packed: bool = False
    lots: bool = False
    reduced_tax: bool = field(default=False)


_M = ("M4", "M5", "M6", "M8", "M10", "M12", "M16")
_MM = ("12", "16", "20", "25", "30", "40", "50", "60", "80")
_SIZES = ("S", "M", "L", "XL")
_GRITS = ("40", "60", "80", "120", "180", "240")

FAMILIES = (
    Family("FAS", "FAH", "Hex bolt {a}×{b}, 8.8 zinc", _M, _MM,
           {"thread": "{a}", "length_mm": "{b}", "material": "Steel 8.8, zinc"}, (0.04, 0.60), (0.003, 0.09),
           pack=("BX", 100)),
    Family("FAS", "FAS", "Socket screw {a}×{b}, A2", _M, _MM,
           {"thread": "{a}", "length_mm": "{b}", "material": "Stainless A2"}, (0.06, 0.90), (0.003, 0.09),
           pack=("BX", 200), sold_packed=True),
    Family("FAS", "FAN", "Hex nut {a}, {b}", _M, ("zinc", "A2", "A4"),
           {"thread": "{a}", "length_mm": "0", "material": "Steel, {b}"}, (0.01, 0.15), (0.001, 0.03),
           pack=("BX", 200)),
    Family("BRG", "BRD", "Deep groove ball bearing {a} mm, {b}", ("10", "12", "15", "17", "20", "25", "30", "35"),
           ("2RS", "ZZ", "open"), {"bore_mm": "{a}", "seal": "{b}"}, (1.80, 14.0), (0.02, 0.45), pack=("BX", 10)),
    Family("BRG", "BRP", "Pillow block {a} mm, {b}", ("20", "25", "30", "35", "40"), ("cast iron", "stainless"),
           {"bore_mm": "{a}", "seal": "2RS"}, (9.0, 38.0), (0.5, 2.6)),
    Family("PNE", "PNC", "Compact cylinder ⌀{a}, stroke {b}", ("20", "25", "32", "40", "50", "63"),
           ("10", "25", "50", "80", "100"), {"port": "G1/8", "pressure_bar": "10"}, (18.0, 74.0), (0.2, 1.9)),
    Family("PNE", "PNT", "Polyurethane tube {a} mm, {b}", ("4", "6", "8", "10", "12"), ("blue", "black", "clear"),
           {"port": "{a} mm", "pressure_bar": "8"}, (0.35, 1.60), (0.02, 0.09), unit="MTR", pack=("RO", 100)),
    Family("PNE", "PNV", "Solenoid valve {a}, {b}", ("3/2", "5/2", "5/3"), ("24 V DC", "230 V AC"),
           {"port": "G1/4", "pressure_bar": "10"}, (26.0, 58.0), (0.2, 0.5)),
    Family("ELE", "ELC", "Circuit breaker {a}, {b}", ("B10", "B16", "C10", "C16", "C20", "C32"), ("1P", "2P", "3P"),
           {"voltage": "400 V"}, (3.20, 21.0), (0.1, 0.4), pack=("BX", 12)),
    Family("ELE", "ELK", "Control cable {a}×{b} mm²", ("2", "3", "4", "5", "7"), ("0.75", "1.5", "2.5"),
           {"voltage": "300/500 V"}, (0.45, 3.90), (0.05, 0.4), unit="MTR", pack=("RO", 100)),
    Family("ELE", "ELL", "LED floodlight {a}, {b}", ("20 W", "50 W", "100 W"), ("3000 K", "4000 K"),
           {"voltage": "230 V"}, (14.0, 62.0), (0.5, 2.4)),
    Family("SAF", "SAG", "Nitrile glove, {b}, size {a}", _SIZES, ("thin", "foam", "cut level C", "winter"),
           {"standard": "EN 388", "size": "{a}"}, (0.80, 4.20), (0.03, 0.1), unit="PR", pack=("PK", 12)),
    Family("SAF", "SAH", "Safety helmet {a}, {b}", ("vented", "closed"), ("white", "yellow", "blue", "red"),
           {"standard": "EN 397", "size": "52–64 cm"}, (5.50, 12.0), (0.3, 0.5)),
    Family("SAF", "SAV", "Hi-vis vest {b}, size {a}", _SIZES, ("yellow", "orange"),
           {"standard": "EN ISO 20471", "size": "{a}"}, (1.90, 4.50), (0.1, 0.2), pack=("PK", 10)),
    Family("ABR", "ABD", "Fibre disc {b} mm, grit {a}", _GRITS, ("115", "125", "180"), {"grit": "{a}"},
           (0.35, 1.40), (0.02, 0.06), pack=("BX", 25), sold_packed=True),
    Family("ABR", "ABF", "Flap disc {b} mm, grit {a}", _GRITS[:4], ("115", "125"), {"grit": "{a}"},
           (1.20, 3.10), (0.07, 0.12), pack=("BX", 10)),
    Family("ABR", "ABB", "Sanding belt {b}, grit {a}", _GRITS, ("75×533", "100×610"), {"grit": "{a}"},
           (0.90, 2.60), (0.04, 0.09), pack=("PK", 10)),
    Family("ADH", "ADL", "Threadlocker {a}, {b} ml", ("low", "medium", "high"), ("10", "50", "250"),
           {"volume_ml": "{b}", "hazard_class": "none"}, (2.80, 42.0), (0.02, 0.3), lots=True),
    Family("ADH", "ADE", "Two-part epoxy {a}, {b} ml", ("fast", "standard", "steel-filled"), ("25", "50", "400"),
           {"volume_ml": "{b}", "hazard_class": "9"}, (4.40, 31.0), (0.05, 0.6), pack=("BX", 12), lots=True),
    Family("ADH", "ADS", "Sealant {a}, {b} ml", ("silicone clear", "silicone white", "hybrid grey", "acrylic"),
           ("300", "600"), {"volume_ml": "{b}", "hazard_class": "none"}, (2.10, 6.80), (0.3, 0.9),
           pack=("BX", 12), lots=True),
    Family("TOO", "TOW", "Combination spanner {a} mm, {b}", ("8", "10", "13", "17", "19", "22", "24"),
           ("standard", "ratchet"), {"material": "Chrome vanadium"}, (2.20, 16.0), (0.05, 0.4)),
    Family("TOO", "TOH", "{b} hammer, {a} g", ("300", "500", "800", "1000"), ("Machinist", "Rubber", "Dead-blow"),
           {"material": "Forged steel"}, (5.20, 19.0), (0.4, 1.3)),
    Family("TOO", "TOD", "Screwdriver {a}, {b}", ("PH1", "PH2", "PZ1", "PZ2", "TX20", "TX25", "TX30"),
           ("insulated", "standard"), {"material": "S2 steel"}, (1.60, 6.20), (0.06, 0.15), pack=("BX", 6)),
)  # fmt: skip
