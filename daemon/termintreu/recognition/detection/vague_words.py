"""The words of vague times, folded: parts of the day, "about", "before", "after", hours in words. Pure data.

A new word is one entry in its list, and its example in the tests of windows.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


HOURS = {
    **dict.fromkeys(("eins", "one"), 1),
    **dict.fromkeys(("zwei", "two"), 2),
    **dict.fromkeys(("drei", "three"), 3),
    **dict.fromkeys(("vier", "four"), 4),
    **dict.fromkeys(("funf", "fuenf", "five"), 5),
    **dict.fromkeys(("sechs", "six"), 6),
    **dict.fromkeys(("sieben", "seven"), 7),
    **dict.fromkeys(("acht", "eight"), 8),
    **dict.fromkeys(("neun", "nine"), 9),
    **dict.fromkeys(("zehn", "ten"), 10),
    **dict.fromkeys(("elf", "eleven"), 11),
    **dict.fromkeys(("zwolf", "zwoelf", "twelve"), 12),
}
"""Hours in words."""
BESIDE_THE_HOUR = {
    "halb": -30,
    "dreiviertel": -15,
    "viertel vor": -15,
    "viertel nach": 15,
    "half past": 30,
    "quarter past": 15,
    "quarter to": -15,
}
"""Minutes from the hour that is named after them."""
NOON = ("mittag", "noon", "midday", "lunchtime", "lunch")
"""Twelve o'clock in words."""

BETWEEN = (
    *("zwischen", "zw.", "zw", "irgendwann zwischen", "in der zeit von", "in der zeit zwischen", "im zeitraum von"),
    *("between", "sometime between", "some time between", "anytime between", "any time between", "entre"),
)
"""Before two hours: they are a window, with or without a word for clock time."""
FROM = ("from", "von")
AND = ("-", "bis", "und", "and", "to", "until", "till", "til", "et", "y", "e", "oder", "or")
"""Between two hours."""
LOOSE_AND = frozenset({"und", "and", "et", "y", "e"})
"""The same, where a word for "between" must stand before them."""

SINCE = (
    *("ab", "nach", "fruhestens", "fruehestens", "nicht vor", "irgendwann nach", "jederzeit ab"),
    *("from", "after", "not before", "no earlier than", "not earlier than", "any time after", "anytime after"),
)
UNTIL = (
    *("bis", "vor", "spatestens", "spaetestens", "bis spatestens", "bis spaetestens", "irgendwann vor"),
    *("by", "before", "until", "till", "no later than", "not later than", "any time before", "anytime before"),
)
SOON_AFTER = (
    *("kurz nach", "gleich nach", "bald nach", "etwas nach"),
    *("shortly after", "just after", "right after", "soon after", "a bit after", "a little after"),
)
SOON_BEFORE = (
    *("kurz vor", "gleich vor", "etwas vor"),
    *("shortly before", "just before", "right before", "a bit before", "a little before"),
)
ABOUT = (
    *("gegen", "so gegen", "um die", "so um die", "so um", "ca.", "ca", "circa", "zirka", "etwa", "um etwa"),
    *("ungefahr", "ungefaehr", "ungefahr um", "ungefaehr um", "um ungefahr", "um ca.", "um ca", "um circa"),
    *(
        "around",
        "about",
        "toward",
        "towards",
        "at about",
        "at around",
        "at approx.",
        "at approximately",
        "at roughly",
        "approx.",
        "approx",
    ),
    *("approximately", "roughly", "vers", "alrededor de las", "~", "±", "+/-", "+-"),
)
BARE = frozenset(
    {"gegen", "so gegen", "um die", "so um die", "so um", "um etwa", "um ca", "um circa", "um ungefahr", "at about"}
    | {"at around", "at approx", "at approximately", "at roughly", "ungefahr um", "ungefaehr um", "±", "nicht vor"}
    | {"any time after", "anytime after", "any time before", "anytime before", "irgendwann nach", "irgendwann vor"}
    | {"no earlier than", "not earlier than", "not before", "no later than", "not later than", "jederzeit ab"}
    | {"bis spatestens", "bis spaetestens", *SOON_AFTER, *SOON_BEFORE}
)
"""Before a bare number: a time of the day is meant, as long as nothing is counted (`GO_ON`)."""
BARE_AT_THE_END = frozenset({"ab", "around", "after", "before", "by", "nach", "vor"})
"""The same, where nothing follows the number."""
OR_SO = (
    *("plus/minus", "plus minus", "plusminus", "plus-minus", "+/-", "+-", "+ / -", "±"),
    *(
        "ca.)",
        "ca)",
        "circa)",
        "herum",
        "rum",
        "oder so",
        "or so",
        "or thereabouts",
        "thereabouts",
        "ungefahr",
        "ungefaehr",
        "give or take",
    ),
)
"""Behind a time: that is not meant to the minute."""
GO_ON = _words(
    "mit bei wegen wg bzgl zu zum zur an am im in auf um und oder per via von fur fuer nach vor bis tel telefonisch "
    "anrufen anruf anrufe zuruckrufen zurueckrufen zuruck ruckruf rueckruf rufen ruft rufe telefonieren telefonat "
    "melden meldet melde klingeln durchrufen sprechen erreichbar moglich moeglich frei nochmal nochmals erneut bitte "
    "heute morgen montag dienstag mittwoch donnerstag freitag samstag sonntag mo di mi do fr sa herum rum ungefahr "
    "herr herrn hr frau fr dr prof fam familie ist sind hat haben geht passt ich wir er sie ihr du es "
    "with to for re about at on by from or and please call callback calling phone ring ringing speak talk chat back "
    "today tomorrow monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri mr mrs ms "
    "is are works ok okay free i we he she they you it will avec pour con para"
)
"""What may follow a bare hour. Any other word may be what is counted: "gegen 10 Mitbewerber"."""
COUNTED = _words(
    "note noten preis preise kosten kapitel seite seiten absatz temperatur alter kinder klasse klassen stufe punkte "
    "nummer nr zimmer raum groesse grosse version faktor verhaltnis chapter chapters page pages price prices score "
    "scores grade grades age ages kids children rating level room item items number numbers version size"
)
"""Before bare numbers: no hours are meant."""
RINGS = ("anrufen", "zuruckrufen", "zurueckrufen", "telefonieren", "durchrufen", "durchklingeln", "klingeln")
"""Behind a bare hour and a name or two: "gegen 10 Huber anrufen"."""

_WEEKDAY = r"(?:(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch)"
_DAY_DE = rf"(?:(?:{_WEEKDAY}|heute|morgen|ubermorgen)[ -]?)"
_SHORT_DAY_DE = r"(?:(?:mo|di|mi|do|fr|sa|so)\.? )"
_DAY_EN = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tues?|wed|thu(?:rs?)?|fri|sat|sun|tomorrow|today|this|next day)"
)
_EARLY_DE, _LATE_DE = r"(?:fruh(?:e[rnms]?|eren)?)", r"(?:spat(?:e[rnms]?|eren)?)"
_IN_DE = r"(?:am |im laufe? des |im verlaufe? des |gegen |zum |wahrend des )?"
_IN_EN = (
    r"(?:in the (?:course of the )?|in the middle of the |during the |over the course of the |later in the |on the )"
)

_MORNING, _NOON_TIME, _AFTERNOON, _EVENING, _DAWN = (8, 12), (11.5, 14), (12, 18), (17, 21), (7, 10)
PARTS_OF_DAY: tuple[tuple[str, float, float], ...] = (
    (rf"{_IN_DE}{_EARLY_DE} {_DAY_DE}?vormittags?|fruh am vormittag|early morning", 8, 10),
    (rf"{_IN_DE}{_LATE_DE} {_DAY_DE}?vormittags?|spat am vormittag|late(?:r in the)? morning", 10, 12),
    (r"mid-? ?morning", 9, 11.5),
    (rf"{_IN_DE}{_EARLY_DE} {_DAY_DE}?nachmittags?|fruh am nachmittag|(?:early in the|early) afternoon", 12, 15),
    (rf"{_IN_DE}{_LATE_DE} {_DAY_DE}?nachmittags?|spat am nachmittag|(?:late in the|late) afternoon", 15, 18),
    (r"mid-? ?afternoon", 14, 16),
    (rf"{_IN_DE}{_EARLY_DE} {_DAY_DE}?abends?|fruh am abend|(?:early in the|early) evening", 17, 19),
    (rf"{_IN_DE}{_LATE_DE} {_DAY_DE}?abends?|spat am abend|(?:late in the|late) evening", 19, 21),
    (
        (
            rf"{_IN_DE}{_SHORT_DAY_DE}?{_DAY_DE}?-?vormittags?|{_IN_EN}(?:late )?morning|"
            rf"{_DAY_EN} (?:morning|am(?=$|[,)]))|"
            r"(?<=[(,] )morning|mornings|(?<!good )morning(?=$)|dans la matinee|le matin|before (?:noon|lunch)|"
            r"(?:noch )?vor dem mittag(?:essen)?|vor der mittagspause|vor mittag|vorm mittag|"
            r"in den vormittagsstunden|in the am"
        ),
        *_MORNING,
    ),
    (
        (
            rf"{_IN_DE}{_SHORT_DAY_DE}?{_DAY_DE}?-?nachmittags?|{_IN_EN}afternoon|"
            rf"{_DAY_EN} (?:afternoon|pm(?=$|[,)]))|(?<=[(,] )afternoon|afternoons|afternoon(?=$)|dans l'apres-midi|"
            r"por la tarde|after lunch|nach (?:dem|der) mittag\w*|in den nachmittagsstunden|in the pm|nel pomeriggio"
        ),
        *_AFTERNOON,
    ),
    (
        (
            rf"morgens|am (?:fruhen )?morgen|fruhmorgens|(?:gleich |ganz )?in der fruh|fruh am morgen|"
            r"ganz fruh|in den morgenstunden|"
            rf"(?:{_WEEKDAY}|heute|morgen|gleich) fruh|early in the morning|first thing(?: in the morning)?|"
            rf"{_WEEKDAY}[ -]?morgens?"
        ),
        *_DAWN,
    ),
    (
        (
            rf"mittags|uber mittag|(?:um die|zur|in der|wahrend der) mittags(?:zeit|pause|stunde)|"
            rf"um (?:den )?mittag herum|"
            rf"um (?:den )?mittag rum|z'mittag|at lunch ?time|over (?:the )?lunch(?: hour)?|noonish|"
            rf"around lunch(?:time)?|lunchtime|"
            rf"during lunch|in the lunch break|(?:{_WEEKDAY}|heute|morgen)[ -]?mittag|around midday|about midday"
        ),
        *_NOON_TIME,
    ),
    (
        (
            rf"abends|(?:am|gegen|zum) abend|heute abend|{_IN_EN}evening|{_DAY_EN} evening|evenings|evening(?=$)|"
            rf"{_SHORT_DAY_DE}?{_DAY_DE}abends?|dans la soiree|nach feierabend|"
            rf"in den (?:fruhen |spaten )?abendstunden|after work|after hours|tonight"
        ),
        *_EVENING,
    ),
    (
        (
            r"im laufe? des tages|tagsuber|uber den tag|den ganzen tag(?: uber)?|irgendwann|jederzeit|"
            r"during the day|(?:at )?some ?(?:time|point)(?: on (?:mon|tues|wednes|thurs|fri)day| today|"
            r" tomorrow| this week)?"
            r"|any ?time(?: today| tomorrow| on \w+day)?|in the course of the day|throughout the day|all day|"
            r"dans la journee|uhrzeit (?:noch )?(?:offen|unklar|folgt|tba|tbd)|time (?:tbd|tba|to be confirmed)"
        ),
        8,
        18,
    ),
)
"""Patterns, and from when until when they mean, in hours. The narrower ones come first."""
STEMS = (
    *("mittag", "morning", "noon", "abend", "evening", "fruh", "morgen", "lunch", "matin", "soiree", "journee"),
    *("tarde", "pomeriggio", "first", "work", "hours", "tonight", "tag", "irgend", "jeder", "day", "some", "any"),
    *("uhrzeit", "time", " am", " pm"),
)
"""Without one of these in a line, there is no part of a day in it."""
FIRM = r"(?: (?:gmbh|ag|kg|ltd|inc|llc|plc|verlag|media|group|coffee|show|post|star|news|briefing)(?!\w))"
"""Behind such words: a name, no time."""
END_OF_DAY = (
    r"eod|eob|cob|end of (?:the )?(?:day|business)|close of business|by the end of the day|"
    r"bis (?:zum )?(?:feierabend|abend|tagesende)|bis ende des tages"
)
OTHER_HOURS = (
    r"\w*(?:offnungs|geschafts|buro|sprech|service|arbeits|telefon|laden|schalter|betriebs|praxis|kern)zeit(?:en)?|"
    r"(?:office|business|opening|working|service|support|core|shop|store|school|desk|trading) hours|"
    r"mo(?:\.|ntag)? ?(?:-|bis) ?(?:fr|do|sa|so)\w*|mon(?:day)? ?(?:-|to) ?(?:fri|thu|sat|sun)\w*"
)
"""When an office is open: what stands behind is no promise of a call."""
