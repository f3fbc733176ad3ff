"""Invented names: roots that are nobody's, with the trade and the legal form of their country."""

# country: (trades, legal forms, cities with postal codes, streets)
COUNTRIES: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, str], ...], tuple[str, ...]]] = {
    "BE": (
        ("Metaalbouw", "Machinebouw", "Onderhoud", "Technics", "Constructie"), ("BV", "NV"),
        (("Antwerpen", "2000"), ("Gent", "9000"), ("Hasselt", "3500"), ("Liège", "4000"), ("Kortrijk", "8500")),
        ("Havenlaan", "Kanaalstraat", "Industrieweg", "Rue du Port"),
    ),
    "NL": (
        ("Techniek", "Scheepsbouw", "Werktuigbouw", "Installatie"), ("B.V.",),
        (("Rotterdam", "3011 AA"), ("Eindhoven", "5611 AB"), ("Zwolle", "8011 CA")),
        ("Waalhaven", "De Run", "Ambachtsweg"),
    ),
    "FR": (
        ("Mécanique", "Maintenance", "Équipements", "Ateliers"), ("SARL", "SAS"),
        (("Lyon", "69007"), ("Lille", "59000"), ("Nantes", "44000"), ("Grenoble", "38000")),
        ("Rue de l’Industrie", "Quai Perrache", "Avenue Tony"),
    ),
    "DE": (
        ("Maschinenbau", "Anlagentechnik", "Werkzeugbau", "Instandhaltung"), ("GmbH", "GmbH & Co. KG"),
        (("Leipzig", "04109"), ("Dresden", "01067"), ("Essen", "45127"), ("Ulm", "89073")),
        ("Hafenstraße", "Gewerbering", "Am Stellwerk"),
    ),
    "IT": (
        ("Meccanica", "Impianti", "Officine"), ("S.r.l.", "S.p.A."),
        (("Milano", "20139"), ("Torino", "10135"), ("Bologna", "40131")),
        ("Via dell’Artigianato", "Via Ripamonti"),
    ),
    "PL": (
        ("Technika", "Konstrukcje", "Serwis"), ("Sp. z o.o.",),
        (("Gdańsk", "80-871"), ("Poznań", "60-101"), ("Łódź", "90-001")),
        ("ul. Portowa", "ul. Fabryczna"),
    ),
    "CH": (
        ("Feinmechanik", "Anlagenbau"), ("AG",), (("Winterthur", "8400"), ("Biel", "2502")), ("Industriestrasse",),
    ),
    "GB": (
        ("Engineering", "Fabrications", "Maintenance", "Marine"), ("Ltd",),
        (("Manchester", "M17 1AB"), ("Leeds", "LS10 1AA"), ("Hull", "HU9 1TE"), ("Derby", "DE24 8AA")),
        ("Dock Road", "Foundry Lane", "Canal Street"),
    ),
}  # fmt: skip

ROOTS = (
    "Kaldermeer", "Brunnvall", "Ostrelle", "Torvane", "Havikstad", "Lindorre", "Veldraak", "Morvenne", "Astrhal",
    "Quillmaar", "Fennrode", "Sarmonde", "Grauwick", "Ellestrom", "Noordveen", "Talvessi", "Brixhoven", "Caldorn",
    "Winterlo", "Rosmere", "Dravenna", "Steenhart", "Olmaque", "Pellwick", "Vanderoth", "Ixelhorn", "Marlowen",
    "Zandrecht", "Corvaille", "Hestmark", "Juvelde", "Bramstede", "Arlenque", "Norrfeld", "Tessarin", "Ulverton",
    "Lombrecht", "Eikenrode", "Falcoure", "Gorsmond", "Wolfsveen", "Serravik", "Polderaa", "Ravencote", "Oudewal",
    "Kestrelle", "Birkenholm", "Montaval", "Drentmoor", "Sillaart",
)  # fmt: skip
SECOND = ("", " & Zonen", " Nord", " Services", " Group", " 2000", " Partners", " West")

SUPPLIERS = (
    ("Gewinde Union", "DE"), ("Bullonerie Valsesina", "IT"), ("Nordlager Teknik", "DE"), ("Aria Compressa", "IT"),
    ("Voltenne Électrique", "FR"), ("Schakelhuis Zeeland", "NL"), ("Protecta Vlaanderen", "BE"),
    ("Schleifwerk Osterode", "DE"), ("Colle Dauphinoise", "FR"), ("Narzędzia Bałtyk", "PL"),
    ("Fonderie Haute-Saône", "FR"), ("Kabelwerk Lausitz", "DE"), ("Handschoen Depot", "NL"), ("Utensili Brianza", "IT"),
    ("Chemie Kontor Elbe", "DE"), ("Rulmex Poznań", "PL"),
)  # fmt: skip
