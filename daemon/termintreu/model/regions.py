"""Which country a line of a dial-in list speaks of: names in English and German, and the short forms in brackets."""

from __future__ import annotations

import re

_NAMES = {
    "US": (
        "united states|usa|u\\.s\\.a?\\.|us toll(?:-free)?|us dial[- ]in|us/canada|vereinigte staaten|"
        "san jose|new york|chicago|tacoma|houston|washington d\\.?c\\.?"
    ),
    "CA": "canada|kanada",
    "GB": "united kingdom|great britain|uk dial[- ]in|england|vereinigtes konigreich|grossbritannien|london",
    "DE": "germany|deutschland|allemagne|frankfurt|berlin|hamburg|munchen|duitsland",
    "AT": "austria|osterreich|oesterreich|wien|vienna",
    "CH": "switzerland|schweiz|suisse|svizzera|zurich",
    "FR": "france|frankreich|paris",
    "IT": "italy|italien|italia",
    "ES": "spain|spanien|espana|madrid",
    "PT": "portugal|lisbon|lissabon",
    "NL": "netherlands|niederlande|nederland|amsterdam",
    "BE": "belgium|belgien|belgique|belgie",
    "LU": "luxembourg|luxemburg",
    "DK": "denmark|danemark|danmark",
    "SE": "sweden|schweden|sverige",
    "NO": "norway|norwegen|norge",
    "FI": "finland|finnland|suomi",
    "IE": "ireland|irland",
    "PL": "poland|polen|polska",
    "CZ": "czech republic|czechia|tschechien|tschechische republik",
    "HU": "hungary|ungarn|magyarorszag",
    "RO": "romania|rumanien",
    "SI": "slovenia|slowenien|slovenija",
    "HR": "croatia|kroatien",
    "GR": "greece|griechenland",
    "TR": "turkey|turkei",
    "RU": "russia|russland",
    "UA": "ukraine",
    "IL": "israel",
    "IN": "india|indien",
    "CN": "china",
    "HK": "hong kong",
    "JP": "japan",
    "KR": "south korea|korea|sudkorea",
    "SG": "singapore|singapur",
    "AU": "australia|australien",
    "NZ": "new zealand|neuseeland",
    "BR": "brazil|brasilien|brasil",
    "MX": "mexico|mexiko",
    "ZA": "south africa|sudafrika",
    "AR": "argentina|argentinien",
}
_PATTERN = re.compile(r"(?<!\w)(?:" + "|".join(f"(?P<{code}>{names})" for code, names in _NAMES.items()) + r")(?!\w)")
_SHORT = re.compile(
    r"\((?P<code>us|uk|gb|de|at|ch|fr|it|es|nl|be|ca|au|in|ie|se|dk|no|fi|pl|pt)\)|^(?P<bare>us|uk|de|at|ch|fr):"
)


def region_in(folded: str) -> str | None:
    """The country (ISO 3166-1) named in a piece of a line, folded; None where there is none, or more than one."""
    piece = folded[-120:] if len(folded) > 240 else folded
    codes = {match.lastgroup for match in _PATTERN.finditer(piece)}
    for match in _SHORT.finditer(piece.strip()):
        code = (match.group("code") or match.group("bare")).upper()
        codes.add("GB" if code == "UK" else code)
    return codes.pop() if len(codes) == 1 else None
