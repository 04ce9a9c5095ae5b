"""Units: their names, their kind of quantity, and their size in the unit of that kind."""

from flint import fmpq


def words(*texts: str) -> frozenset[str]:
    """The words of several lines, as a set."""
    return frozenset(word for text in texts for word in text.split())


# kind -> {size in the first unit of the kind: names}. A kind whose sizes are not known relative to others is its own.
_TABLE: dict[str, dict[str, str]] = {
    "length": {
        "1": "m meter metre", "1/100": "cm centimeter centimetre", "1/1000": "mm millimeter millimetre",
        "1000": "km kilometer kilometre", "1/10": "dm decimeter decimetre", "1/1000000": "μm micrometer micron",
        "1/1000000000": "nm nanometer", "127/5000": "inch in inches", "381/1250": "ft foot feet",
        "1143/1250": "yd yard", "201168/125": "mi mile", "149597870700": "AU", "1/10000000000": "angstrom å",
        "30856775814913673": "pc parsec", "30856775814913673000": "kpc", "30856775814913673000000": "Mpc",
        "9460730472580800": "ly lightyear light-year",
    },
    "time": {
        "1": "s sec second", "60": "min minute mins", "3600": "h hr hour hrs", "86400": "day", "604800": "week wk",
        "1/1000": "ms millisecond", "1/1000000": "μs microsecond", "1/1000000000": "ns nanosecond",
    },
    "month": {"1": "month", "12": "year yr yrs", "120": "decade", "1200": "century centuries"},
    "mass": {
        "1": "g gram gramme", "1000": "kg kilogram kilo", "1/1000": "mg milligram", "1000000": "ton tonne t",
        "45359237/100000": "lb pound lbs", "45359237/1600000": "oz ounce",
    },
    "volume": {
        "1": "L l liter litre", "1/1000": "mL ml milliliter millilitre", "1/100": "cL",
        "473176473/125000000": "gallon gal",
        "473176473/500000000": "quart qt", "473176473/1000000000": "pint",
    },
    "money": {"1": "dollar $ usd buck", "1/100": "cent ¢"},
    "euro": {"1": "euro €"}, "pound sterling": {"1": "£"}, "yuan": {"1": "yuan rmb ¥"}, "rupee": {"1": "rupee rs"},
    "angle": {"1": "degree deg °", "1/60": "arcminute arcmin", "1/3600": "arcsecond arcsec"},
    "radian": {"1": "radian rad"},
    "temperature": {"1": "°C celsius"}, "fahrenheit": {"1": "°F fahrenheit"}, "kelvin": {"1": "K kelvin"},
    "energy": {"1": "J joule", "1000": "kJ kilojoule", "1/10000000": "erg",
               "801088317/5000000000000000000000000000": "eV", "801088317/5000000000000000000000000": "keV",
               "801088317/5000000000000000000000": "MeV",
               "3600000": "kWh", "523/125": "cal calorie", "4184": "kcal"},
    "power": {"1": "W watt", "1000": "kW kilowatt"},
    "force": {"1": "N newton", "1/100000": "dyne dyn"},
    "pressure": {"1": "Pa pascal", "1000": "kPa", "101325": "atm", "100000": "bar"},
    "current": {"1": "A amp ampere", "1/1000": "mA"}, "charge": {"1": "coulomb"},
    "voltage": {"1": "V volt"}, "resistance": {"1": "ohm Ω"}, "field": {"1": "T tesla", "1/10000": "gauss"},
    "frequency": {"1": "Hz hertz", "1000": "kHz", "1000000": "MHz", "1000000000": "GHz"},
    "amount": {"1": "mol mole"}, "concentration": {"1": "M molar"},
    "share": {"1": "pct percent percentage"},
    "count": {"1": "unit"},
}  # fmt: skip
_SPEEDS = {"mph": {"mile": 1, "hour": -1}, "kmh": {"km": 1, "hour": -1}, "kph": {"km": 1, "hour": -1},
           "kmph": {"km": 1, "hour": -1}, "fps": {"foot": 1, "second": -1}}  # fmt: skip
SHORT = words("m g s h L l J N W V A K t M T")  # letters that are units only where that is sure

UNITS: dict[str, tuple[str, fmpq]] = {}
for _kind, _sizes in _TABLE.items():
    for _size, _names in _sizes.items():
        _over, _, _under = _size.partition("/")
        for _name in _names.split():
            UNITS[_name] = (_kind, fmpq(int(_over), int(_under or 1)))

ARTICLES = {"per": -1, "square": 2, "sq": 2, "cubic": 3, "cu": 3}  # before a unit
_POWERS = {"square", "squared", "sq", "cubic", "cubed"}


def unit_named(word: str) -> dict[str, int] | None:
    """The quantity of a word: {unit: power}; None if it is not the name of a unit."""
    for name in (word, word.lower() if len(word) > 2 else word):
        if name in UNITS:
            return {name: 1}
        if name in _SPEEDS:
            return _SPEEDS[name]
        for plural in ("es", "s"):
            if len(name) > len(plural) + 1 and name.endswith(plural) and name[: -len(plural)] in UNITS:
                return {name[: -len(plural)]: 1}
    return None


def in_words(text: str) -> dict[str, int] | None:
    """The unit that a few words name, such as "square centimetres per second"; None if one of them is not part of a
    unit."""
    found: dict[str, int] = {}
    sign, power = 1, 1
    last: list[str] = []
    for word in text.replace("/", " per ").replace(".", " ").split():
        base, _, raised = word.replace("²", "^2").replace("³", "^3").partition("^")
        if base in ARTICLES:
            if base == "per":
                sign = -1
            else:
                power = ARTICLES[base]
            continue
        if base in ("squared", "cubed") and last:
            for name in last:
                found[name] *= 2 if base == "squared" else 3
            continue
        unit = unit_named(base)
        if unit is None or (raised and not raised.strip("{}-").isdigit()):
            return None
        power *= int(raised.strip("{}")) if raised else 1
        for name, exponent in unit.items():
            found[name] = found.get(name, 0) + sign * power * exponent
        sign, power, last = 1, 1, list(unit)
    return found or None


def dimension(unit: dict[str, int]) -> tuple[frozenset, fmpq]:
    """The quantity of a unit, and its size: a volume is a length to the third power. A unit outside the table is its
    own quantity."""
    kinds: dict[str, int] = {}
    size = fmpq(1)
    for name, power in unit.items():
        kind, one = UNITS.get(name, (name, fmpq(1)))
        if kind == "volume":
            kind, one, raised = "length", one / 1000, 3 * power
        else:
            raised = power
        kinds[kind] = kinds.get(kind, 0) + raised
        size *= one**power
    return frozenset((kind, power) for kind, power in kinds.items() if power), size
