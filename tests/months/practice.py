"""Helen Moss runs a physiotherapy practice in Bristol with two colleagues; March and April 2026, with the change of the
clocks and Easter. Her consultations by telephone go over the practice's own box, whose list is read.
"""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from tests.call_log_files import Made
from tests.months.life import Deed, Entry, Month

CONFIG = """
language = "en"
timezone = "Europe/London"
[me]
name = "Helen Moss"
emails = ["helen@moss-physio.example"]
region = "GB-ENG"
[me.working_hours]
mon = ["08:30-12:30", "13:30-18:00"]
tue = ["08:30-12:30", "13:30-18:00"]
wed = ["08:30-12:30"]
thu = ["08:30-12:30", "13:30-18:00"]
fri = ["08:30-12:30", "13:30-16:00"]
[[sources]]
name = "practice"
type = "vdir"
path = "{folder}/calendars/practice"
not_mine = ["Ben *", "Priya *"]
[[sources]]
name = "home"
type = "vdir"
path = "{folder}/calendars/home"
private = true
[target]
type = "vdir"
path = "{folder}/own"
[state]
path = "{folder}/state"
[[call_logs]]
name = "box"
type = "fritzbox-csv"
path = "{folder}/calls.csv"
[[contacts]]
name = "Dr Owen Price"
emails = ["owen@clifton-surgery.example"]
phones = ["+44 117 496 0200"]
[[contacts]]
name = "Grace Adeyemi"
phones = ["+44 117 496 0300"]
critical = true
[[contacts]]
name = "Lars Holm"
emails = ["lars@holm-ortho.example"]
timezone = "Europe/Copenhagen"
"""

CONSULTATIONS = """
03-23 08:45 Amy Lister 0101
03-23 11:30 Tom Hardcastle 0102
03-24 08:40 Ruth Pine 0103
03-24 15:00 Ned Garland 0104
03-25 09:00 Isla Boyd 0105
03-26 08:40 Mark Tully 0106
03-26 16:30 Jo Penrose 0107
03-27 10:00 Eve Sharma 0108
03-30 08:45 Amy Lister 0101
03-30 14:00 Sam Okoro 0109
03-31 08:40 Ruth Pine 0103
03-31 16:30 Dawn Field 0110
04-01 09:00 Isla Boyd 0105
04-02 08:40 Mark Tully 0106
04-02 15:00 Hugh Lamb 0111
04-07 08:45 Amy Lister 0101
04-07 11:30 Pam Reeve 0112
04-08 09:00 Ned Garland 0104
04-09 08:40 Kit Wells 0113
04-09 16:30 Jo Penrose 0107
04-10 10:00 Sam Okoro 0109
04-13 08:45 Amy Lister 0101
04-13 11:30 Tom Hardcastle 0102
04-14 08:40 Ruth Pine 0103
04-14 15:00 Vic Stone 0114
04-15 09:00 Isla Boyd 0105
04-16 08:40 Mark Tully 0106
04-17 10:00 Eve Sharma 0108
"""
"""When, with whom, and the last four digits of the number."""


def _consultation(line: str, number: int) -> Entry:
    day, time, first, last, digits = line.split()
    return Entry(
        uid=f"{last.lower()}-{day}",
        start=f"{day} {time}",
        minutes=15,
        title=f"Phone call with {first} {last}",
        notes=f"I call, tel. 0117 496 {digits}",
        alarm=5 if number % 2 else None,
        made="03-10",
    )


LISTED = tuple(_consultation(line, number) for number, line in enumerate(CONSULTATIONS.split("\n")[1:-1]))

MEET = "https://meet.google.com/xyz-mnop-qrs"
TEAM = (
    "Ben Carr <ben@moss-physio.example>",
    "Priya Nair <priya@moss-physio.example>",
    "Wendy Frost <wendy@moss-physio.example> ACCEPTED",
)

OTHER_CALLS = (
    Entry(
        uid="huddle",
        start="03-23 08:15",
        minutes=15,
        title="Team call",
        place=MEET,
        people=TEAM,
        rule="FREQ=WEEKLY",
        alarm=5,
    ),
    Entry(
        uid="holm",
        start="03-25 11:00",
        title="Video call with Lars Holm",
        place=MEET,
        people=("Lars Holm <lars@holm-ortho.example> ACCEPTED",),
        rule="FREQ=WEEKLY",
        alarm=10,
    ),
    Entry(
        uid="price-1",
        start="03-26 11:30",
        title="Call with Dr Owen Price",
        people=("Owen Price <owen@clifton-surgery.example> ACCEPTED",),
        alarm=15,
    ),
    Entry(uid="adeyemi-1", start="03-27 14:00", title="Phone call with Grace Adeyemi", notes="I call.", made="03-13"),
    Entry(
        uid="adeyemi-2",
        start="04-10 14:00",
        title="Phone call with Grace Adeyemi",
        notes="I call.",
        made="02-20",
        alarm=15,
    ),
    Entry(
        uid="insurer",
        start="03-31 10:00",
        minutes=180,
        title="Call with Avon Insurance between 10 and 1",
        notes="They want to go through the March invoices. Tel. 0117 496 0400",
        made="03-20",
    ),
    Entry(
        uid="bupa",
        start="04-01 11:30",
        title="Call with Gillian Marsh",
        made="03-24",
        seen="03-24 12:00",
        people=("Gillian Marsh <g.marsh@cover.example>",),
        notes="Tel. 0117 496 0500",
    ),
    Entry(
        uid="trainer",
        start="04-02 11:00",
        title="Video call with Kelly Rowe",
        organizer="Kelly Rowe <kelly@rowe-training.example>",
        people=("Kelly Rowe <kelly@rowe-training.example> ACCEPTED",),
        mine="ACCEPTED",
        made="03-25",
        seen="03-25 12:10",
        alarm=15,
    ),
    Entry(
        uid="landlord",
        start="04-09 11:00",
        title="Phone call with Mr Bishop",
        made="03-26",
        seen="03-26 17:00",
        alarm=15,
    ),
    Entry(
        uid="solicitor",
        start="03-30 11:00",
        minutes=45,
        title="Call with Farah Aziz",
        organizer="Farah Aziz <farah@aziz-law.example>",
        people=("Farah Aziz <farah@aziz-law.example> ACCEPTED", "Rob Kent <rob@kent-rent.example>"),
        mine="NEEDS-ACTION",
        place="https://zoom.us/j/123123123",
        made="03-24",
        seen="03-24 09:00",
    ),
    Entry(
        uid="late-shift",
        start="04-08 18:30",
        title="Phone call with Dana Cole",
        notes="I call, 0117 496 0600",
        made="03-31",
        seen="03-31 12:00",
        alarm=15,
    ),
    Entry(
        uid="registrar",
        start="04-14 11:30",
        title="Call with Sue Barnes",
        notes="Tel. 0117 496 0700",
        people=("Sue Barnes <sue@college.example> ACCEPTED",),
        made="03-26",
        seen="03-26 11:00",
        alarm=15,
    ),
    Entry(
        uid="supplier",
        start="04-13 15:00",
        title="Call with Neil Ford",
        notes="He calls me.",
        made="04-07",
        seen="04-07 12:00",
    ),
    Entry(
        uid="marsh-2",
        start="04-17 11:30",
        title="Call with Gillian Marsh",
        made="04-01",
        seen="04-01 12:10",
        people=("Gillian Marsh <g.marsh@cover.example> ACCEPTED",),
        notes="Tel. 0117 496 0500",
        alarm=15,
    ),
    Entry(
        uid="locum",
        start="04-16 14:00",
        title="Call with Beth Lowe",
        notes="Maybe our locum for May, tel. 0117 496 0888",
        status="TENTATIVE",
        made="04-09",
        seen="04-09 12:00",
    ),
    Entry(
        uid="easter",
        start="04-06 11:00",
        title="Phone call with Fred Noakes",
        notes="I call, 0117 496 0800",
        made="03-23",
        seen="03-23 12:00",
    ),
)

OTHERS = (
    Entry(uid="ben-leave", start="03-30", days=5, title="Annual leave Ben"),
    Entry(uid="priya-sick", start="04-08", title="Priya off sick"),
    Entry(uid="ben-call", start="03-24 10:00", title="Ben phone call with patient"),
    Entry(uid="priya-list", start="03-25 14:00", minutes=180, title="Priya clinic"),
    Entry(uid="clinic-mon", start="03-23 09:15", minutes=90, title="Clinic", rule="FREQ=WEEKLY;BYDAY=MO,TU,TH"),
    Entry(
        uid="course",
        start="04-14 09:30",
        minutes=180,
        title="Course: dry needling",
        place="Bath, Hall 2",
        made="04-07",
        seen="04-07 09:00",
    ),
    Entry(uid="leave", start="04-17", title="Annual leave", made="04-08", seen="04-08 10:00"),
    Entry(uid="fire", start="03-26 10:00", title="Fire alarm test", free=True),
    Entry(uid="lunch", start="03-27 12:30", minutes=60, title="Lunch with Wendy", place="The Orchard"),
    Entry(uid="accounts", start="03-31 13:30", minutes=60, title="Accounts"),
    Entry(uid="easter-hols", start="03-30", days=12, title="School holidays", calendar="home", free=True),
    Entry(
        uid="mum",
        start="03-29 18:00",
        title="Call with Mum",
        notes="Tel. 0117 496 0900",
        calendar="home",
        rule="FREQ=WEEKLY",
    ),
    Entry(uid="joan", start="04-04", title="Call Aunt Joan", calendar="home"),
    Entry(uid="dentist", start="04-15 14:30", minutes=45, title="Dentist", place="12 Park Row", calendar="home"),
    Entry(uid="birthday", start="04-11", title="Dad's birthday", calendar="home"),
    Entry(uid="choir", start="03-24 19:00", minutes=90, title="Choir", calendar="home", rule="FREQ=WEEKLY", alarm=60),
    Entry(uid="physio-day", start="04-18", title="National physio day", free=True),
)


def _log() -> tuple[Made, ...]:
    """Each consultation takes eight minutes, but for those that went otherwise."""
    other = {
        "okoro-03-30": None,
        "wells-04-09": ("04-09 08:58", 500),
        "stone-04-14": ("04-14 15:01", 0),
        "okoro-04-10": None,
        "lamb-04-02": ("04-02 15:07", 400),
    }
    made = []
    for entry in LISTED:
        at, seconds = other.get(entry.uid, (entry.start, 480)) or ("", 0)
        if at:
            made.append(Made(f"2026-{at}", "out", entry.notes.partition("tel. ")[2].replace(" ", ""), seconds))
    made += [
        Made("2026-03-26 11:30", "out", "01174960200", 900),
        Made("2026-03-27 14:00", "out", "01174960300", 900),
        Made("2026-03-30 15:50", "out", "01174960109", 300),
        Made("2026-03-31 12:50", "out", "01174960400", 1200),
        Made("2026-04-01 11:31", "out", "01174960500", 700),
        Made("2026-04-07 14:02", "out", "01174960800", 600),
        Made("2026-04-16 14:00", "out", "01174960888", 600),
        Made("2026-04-08 18:31", "out", "01174960600", 700),
        Made("2026-04-09 11:00", "out", "01174960850", 300),
        Made("2026-04-10 11:31", "out", "01174960109", 600),
        Made("2026-04-10 14:00", "out", "01174960300", 600),
    ]
    return tuple(made)


def _deeds() -> tuple[Deed, ...]:
    return (
        Deed(at="03-24 12:10", does=lambda one: one.change("solicitor", mine="ACCEPTED")),
        Deed(at="03-27 15:00", does=lambda one: one.discard("warning", "easter")),
        Deed(at="03-30 16:00", does=lambda one: one.tick("recovery", "okoro-03-30")),
        Deed(at="03-31 12:15", does=lambda one: one.reply("bupa", "g.marsh@cover.example", "ACCEPTED")),
        Deed(at="03-31 17:00", does=lambda one: one.change("easter", start="04-07 14:00")),
        Deed(at="04-01 09:30", does=lambda one: one.change("trainer", place="https://zoom.us/j/777")),
        Deed(at="04-01 11:00", does=lambda one: one.tick("amends", "okoro-03-30")),
        Deed(at="04-07 15:00", does=lambda one: one.change("landlord", notes="Tel. 0117 496 0850")),
        Deed(at="04-07 16:00", does=lambda one: one.change("registrar", start="04-15 11:30")),
        Deed(at="04-08 12:00", does=lambda one: one.tick("warning", "marsh-2")),
        Deed(at="04-09 12:00", does=lambda one: one.reply("registrar", "sue@college.example", "DECLINED")),
        Deed(at="04-09 14:50", does=lambda one: one.reply("registrar", "sue@college.example", "ACCEPTED")),
        Deed(at="04-09 15:00", does=lambda one: one.change("registrar", start="04-20 11:30")),
        Deed(at="04-10 09:35", does=lambda one: one.change("okoro-04-10", start="04-10 11:30")),
        Deed(at="04-10 10:30", does=lambda one: one.tick("warning", "okoro-04-10")),
        Deed(at="04-13 09:00", does=lambda one: one.change("sharma-04-17", start="04-20 10:00")),
        Deed(at="04-15 16:30", does=lambda one: one.change("locum", status="CONFIRMED")),
        Deed(at="04-15 12:10", does=lambda one: one.tick("retry", "stone-04-14")),
    )


MONTH = Month(
    name="practice",
    first=date(2026, 3, 23),
    weeks=4,
    zone=ZoneInfo("Europe/London"),
    config=CONFIG,
    emails=("helen@moss-physio.example",),
    calendar="practice",
    entries=(*LISTED, *OTHER_CALLS, *OTHERS),
    deeds=_deeds(),
    answers={"03-26": "-", "04-13": "#noshow Ford"},
    logged=_log(),
    grave=(
        ("conflict", "registrar"),
        ("declined", "registrar"),
        ("absence", "marsh-2"),
        ("absence", "sharma-04-17"),
        ("late_change", "okoro-04-10"),
        ("missed_by_us", "okoro-03-30"),
        ("odd_time", "easter"),
        ("window_closing", "insurer"),
    ),
)
