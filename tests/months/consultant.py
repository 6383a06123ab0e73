"""Anna Brandt advises companies in Munich, with three colleagues; May 2026, with two public holidays and two days off.

Half of her appointments ring by themselves. The team's calendar holds other people's holidays, her private one what is
nobody's business.
"""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from tests.months.life import Deed, Entry, Month

CONFIG = """
language = "de"
timezone = "Europe/Berlin"
[me]
name = "Anna Brandt"
emails = ["anna@brandt-beratung.example"]
region = "DE-BY"
[me.working_hours]
mon = ["09:00-12:30", "13:30-17:30"]
tue = ["09:00-12:30", "13:30-17:30"]
wed = ["09:00-12:30", "13:30-17:30"]
thu = ["09:00-12:30", "13:30-17:30"]
fri = ["09:00-14:00"]
[[sources]]
name = "arbeit"
type = "vdir"
path = "{folder}/calendars/arbeit"
[[sources]]
name = "team"
type = "vdir"
path = "{folder}/calendars/team"
not_mine = ["MS *", "Jonas:*"]
[[sources]]
name = "privat"
type = "vdir"
path = "{folder}/calendars/privat"
private = true
[[sources]]
name = "akademie"
type = "vdir"
path = "{folder}/calendars/akademie"
[target]
type = "vdir"
path = "{folder}/own"
[state]
path = "{folder}/state"
[[contacts]]
name = "Gregor Haas"
emails = ["g.haas@haas-maschinen.example"]
phones = ["+49 821 450112"]
[[contacts]]
name = "Karin Auer"
emails = ["auer@auer-logistik.example"]
phones = ["+49 89 2210443"]
[[contacts]]
name = "Dana Whitfield"
emails = ["dana@whitfield.example"]
timezone = "America/New_York"
[[contacts]]
name = "Kenji Sato"
emails = ["sato@sato.example"]
timezone = "Asia/Tokyo"
[[contacts]]
name = "Berta Koch"
emails = ["koch@stadtwerke.example"]
phones = ["+49 911 880020"]
critical = true
"""

TEAM = (
    "Max Steiner <max@brandt-beratung.example> ACCEPTED",
    "Jonas Wild <jonas@brandt-beratung.example>",
    "Silke Rau <silke@brandt-beratung.example>",
)
ZOOM = "https://zoom.us/j/9182736450"
TEAMS = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_abc/0"

SERIES = (
    Entry(
        uid="jour-fixe",
        start="05-04 09:00",
        title="Jour fixe Team",
        place=TEAMS,
        people=TEAM,
        rule="FREQ=WEEKLY",
        alarm=10,
    ),
    Entry(
        uid="falke",
        start="05-05 09:15",
        minutes=15,
        title="Daily Projekt Falke",
        place=TEAMS,
        people=TEAM,
        organizer="Silke Rau <silke@brandt-beratung.example>",
        rule="FREQ=WEEKLY;BYDAY=TU,TH",
        alarm=5,
    ),
    Entry(uid="haas", start="05-05 10:00", title="Telefonat mit Gregor Haas", rule="FREQ=WEEKLY", made="01-20"),
    Entry(
        uid="nordlicht",
        start="05-07 14:00",
        minutes=60,
        title="Projektcall Nordlicht",
        place=ZOOM,
        organizer="Ines Thoma <thoma@nordlicht.example>",
        people=("Ines Thoma <thoma@nordlicht.example> ACCEPTED", "Udo Frey <frey@nordlicht.example>"),
        rule="FREQ=WEEKLY",
        alarm=15,
    ),
    Entry(
        uid="whitfield",
        start="05-06 16:30",
        title="Call mit Dana Whitfield",
        place="https://meet.google.com/abc-defg-hij",
        people=("Dana Whitfield <dana@whitfield.example> ACCEPTED",),
        rule="FREQ=WEEKLY;INTERVAL=2",
        alarm=10,
    ),
    Entry(
        uid="abend",
        start="05-06 18:00",
        title="Telefonat mit Paul Ebner",
        notes="Ich rufe an, Tel. +49 172 8812345.",
        rule="FREQ=WEEKLY;INTERVAL=2",
        alarm=15,
    ),
)

CALLS = (
    Entry(uid="seidl", start="05-05 14:00", title="Telefonat mit Max Seidl", made="04-20", alarm=15),
    Entry(uid="auer-1", start="05-06 10:00", title="Telefonat mit Karin Auer", made="04-22", alarm=15),
    Entry(
        uid="lindner",
        start="05-07 11:00",
        title="Videocall Lindner GmbH",
        organizer="Eva Lindner <eva@lindner.example>",
        people=("Eva Lindner <eva@lindner.example> ACCEPTED",),
        mine="NEEDS-ACTION",
        made="04-30",
    ),
    Entry(
        uid="maier",
        start="05-08 09:00",
        minutes=180,
        title="Telefonat mit Ulrike Maier (vormittags)",
        notes="Tel. 089 4411220",
        made="04-29",
    ),
    Entry(
        uid="sommer",
        start="05-11 13:30",
        title="Videocall mit Lea Sommer",
        people=("Lea Sommer <lea@sommer-design.example> ACCEPTED",),
        made="04-28",
        alarm=15,
    ),
    Entry(
        uid="oeztuerk",
        start="05-12 11:00",
        title="Telefonat mit Herrn Öztürk",
        notes="Tel. +49 89 771200",
        made="05-05",
        seen="05-05 11:20",
        alarm=15,
    ),
    Entry(
        uid="peters",
        start="05-13 10:00",
        title="Abstimmung mit Jan Peters",
        place=ZOOM,
        people=("Jan Peters <jan@peters-bau.example> ACCEPTED",),
        made="05-04",
        seen="05-04 15:00",
        alarm=10,
    ),
    Entry(
        uid="kunze",
        start="05-12 16:30",
        title="Telefonat mit Rita Kunze",
        notes="Sie ruft an.",
        made="05-04",
        seen="05-04 15:30",
    ),
    Entry(
        uid="lang",
        start="05-18 14:00",
        minutes=120,
        title="Rückruf Frau Lang zwischen 14 und 16 Uhr",
        notes="Tel. 089 552010",
        made="05-15",
        seen="05-15 11:00",
    ),
    Entry(
        uid="auer-2",
        start="05-19 15:00",
        title="Telefonat mit Karin Auer",
        made="05-06",
        seen="05-06 10:40",
        alarm=15,
    ),
    Entry(
        uid="huber",
        start="05-20 11:00",
        title="Telefonat mit Sepp Huber",
        notes="Interessent, Tel. 08151 44520",
        status="TENTATIVE",
        made="05-11",
        seen="05-11 09:50",
        alarm=15,
    ),
    Entry(
        uid="sato",
        start="05-21 08:00",
        title="Call mit Kenji Sato",
        place=ZOOM,
        people=("Kenji Sato <sato@sato.example> ACCEPTED",),
        made="05-07",
        seen="05-07 09:40",
        alarm=30,
    ),
    Entry(
        uid="voss",
        start="05-22 10:00",
        minutes=60,
        title="Strategiegespräch Voss",
        place=ZOOM,
        people=("Clara Voss <voss@voss-mode.example>",),
        made="05-12",
        seen="05-12 17:00",
    ),
    Entry(
        uid="koch-1",
        start="05-07 16:00",
        title="Telefonat mit Berta Koch",
        people=("Berta Koch <koch@stadtwerke.example> ACCEPTED",),
        made="04-15",
    ),
    Entry(
        uid="koch-2",
        start="05-28 11:00",
        title="Telefonat mit Berta Koch",
        people=("Berta Koch <koch@stadtwerke.example> ACCEPTED",),
        made="05-07",
        seen="05-07 16:40",
    ),
    Entry(
        uid="ring",
        start="05-11 10:30",
        title="Telefonat mit Doris Ring",
        notes="Tel. 089 300411",
        made="05-04",
        seen="05-04 11:00",
        alarm=10,
    ),
    Entry(
        uid="ott",
        start="05-11 11:00",
        title="Telefonat mit Ludwig Ott",
        notes="Tel. 089 300777",
        made="05-05",
        seen="05-05 11:00",
    ),
    Entry(
        uid="bauer",
        start="05-13 15:00",
        title="Telefonat mit Ilse Bauer",
        notes="Tel. 0911 332211",
        made="03-20",
        alarm=15,
    ),
    Entry(
        uid="beck",
        start="05-15 10:00",
        title="Telefonat mit Tom Beck",
        notes="Ich rufe ihn an, 0171 5550123",
        made="05-08",
        seen="05-08 10:00",
        alarm=15,
    ),
    Entry(
        uid="fuchs",
        start="05-15 13:30",
        title="Call mit Vera Fuchs",
        place=TEAMS,
        organizer="Vera Fuchs <vera@fuchs.example>",
        people=("Vera Fuchs <vera@fuchs.example> ACCEPTED",),
        mine="TENTATIVE",
        made="05-07",
        seen="05-07 12:00",
    ),
    Entry(
        uid="graf",
        start="05-18 10:30",
        title="Telefonat mit Nina Graf",
        made="05-11",
        seen="05-11 16:00",
        people=("Nina Graf <graf@graf-immo.example>",),
        notes="Tel. 089 1200450",
        alarm=15,
    ),
    Entry(
        uid="holzmann-tel",
        start="05-20 14:00",
        title="Telefonat mit Frau Holzmann, Nachlese Workshop",
        made="05-12",
        seen="05-12 17:10",
    ),
    Entry(
        uid="jaeger",
        start="05-21 15:30",
        title="Telefonat mit Kurt Jäger",
        notes="Tel. 08031 90110",
        made="05-18",
        seen="05-18 16:00",
        alarm=15,
    ),
    Entry(
        uid="kern",
        start="05-26 11:00",
        title="Zoom mit Familie Kern, Nachfolge",
        place=ZOOM,
        people=("Otto Kern <otto@kern.example> ACCEPTED", "Inge Kern <inge@kern.example>"),
        made="05-13",
        seen="05-13 12:00",
        alarm=15,
    ),
    Entry(
        uid="lenz",
        start="05-27 10:00",
        title="Telefonat mit Heike Lenz",
        notes="Tel. 089 667788",
        made="05-20",
        seen="05-20 16:00",
        alarm=15,
    ),
    Entry(
        uid="moser",
        start="05-27 16:00",
        title="Telefonat mit Alois Moser",
        made="05-21",
        seen="05-21 10:00",
        notes="Er meldet sich bei mir.",
        alarm=15,
    ),
    Entry(
        uid="dietl",
        start="05-22 12:00",
        title="Telefonat mit Sabine Dietl",
        notes="Tel. 089 9090111",
        made="05-19",
        seen="05-19 12:00",
    ),
    Entry(
        uid="bank",
        start="05-13 11:00",
        title="Anruf Hausbank wegen Kreditlinie",
        notes="Hr. Pohl, 089 4455667",
        made="05-11",
        seen="05-11 12:00",
    ),
)

OTHERS = (
    Entry(
        uid="workshop",
        start="05-12 09:30",
        minutes=390,
        title="Workshop Holzmann AG",
        place="Holzmann AG, Nürnberg, Ring 4",
        people=(
            "Petra Holzmann <p@holzmann.example> ACCEPTED",
            "Olaf Stein <o@holzmann.example> ACCEPTED",
            "Ria Lutz <r@holzmann.example>",
        ),
        made="03-30",
        alarm=60,
    ),
    Entry(uid="bahn", start="05-12 07:00", minutes=90, title="Bahn nach Nürnberg", made="04-02"),
    Entry(uid="angebot", start="05-06 13:30", minutes=120, title="Angebot Nordlicht schreiben"),
    Entry(uid="mittag", start="05-13 12:00", minutes=60, title="Mittagessen mit Petra", place="Café Luitpold"),
    Entry(uid="steuer", start="05-20 09:00", minutes=90, title="Steuerunterlagen"),
    Entry(uid="urlaub", start="05-28", days=2, title="Urlaub", made="05-18", seen="05-18 09:30"),
    Entry(uid="klausurtag", start="05-21 13:30", minutes=90, title="Konzept Voss fertig machen"),
    Entry(uid="max-urlaub", start="05-11", days=5, title="Urlaub Max", calendar="team"),
    Entry(uid="luca", start="05-26", days=4, title="Ferien Luca", calendar="team"),
    Entry(uid="ms-tel", start="05-18 09:30", title="MS Telefonat mit Kunde Weber", calendar="team"),
    Entry(uid="jonas", start="05-19 10:00", minutes=240, title="Jonas: Audit Salzburg", calendar="team"),
    Entry(uid="teamabend", start="05-21 18:30", minutes=180, title="Teamabend", place="Augustiner", calendar="team"),
    Entry(uid="handwerker", start="05-06", title="Handwerker im Büro", calendar="team", free=True),
    Entry(uid="ida", start="05-09", title="Tante Ida anrufen", calendar="privat"),
    Entry(uid="papa", start="05-16", title="Geburtstag Papa", calendar="privat"),
    Entry(
        uid="mama",
        start="05-10 18:00",
        title="Telefonat mit Mama",
        notes="Tel. 08041 7712",
        calendar="privat",
        rule="FREQ=WEEKLY",
    ),
    Entry(uid="yoga", start="05-05 18:00", minutes=75, title="Yoga", calendar="privat", rule="FREQ=WEEKLY", alarm=60),
    Entry(uid="zahnarzt", start="05-19 13:30", minutes=60, title="Zahnarzt", place="Dr. Kiel", calendar="privat"),
    Entry(
        uid="elternabend",
        start="05-20 19:30",
        minutes=90,
        title="Elternsprechstunde per Video: https://meet.jit.si/klasse4b",
        calendar="privat",
    ),
    Entry(
        uid="webinar",
        start="05-19 11:00",
        minutes=60,
        title="Webinar: Neues im Arbeitsrecht",
        place="https://zoom.us/j/5550001112",
        calendar="akademie",
    ),
    Entry(uid="akademie", start="05-23", title="Anmeldeschluss Herbstkurse", calendar="akademie", free=True),
)


def _deeds() -> tuple[Deed, ...]:
    return (
        Deed(at="05-04 11:30", does=lambda one: one.change("seidl", notes="Tel. +49 160 4455661")),
        Deed(at="05-06 09:40", does=lambda one: one.change("lindner", mine="ACCEPTED", place=ZOOM)),
        Deed(
            at="05-07 09:20",
            does=lambda one: one.change("maier", start="05-08 10:30", minutes=30, title="Telefonat mit Ulrike Maier"),
        ),
        Deed(at="05-08 12:00", does=lambda one: one.change("sommer", place=ZOOM)),
        Deed(at="05-07 10:20", does=lambda one: one.tick("warning", "koch-1")),
        Deed(at="05-06 14:00", does=lambda one: one.change("oeztuerk", start="05-13 14:00")),
        Deed(at="05-11 14:10", does=lambda one: one.reply("peters", "jan@peters-bau.example", "DECLINED")),
        Deed(at="05-12 14:00", does=lambda one: one.remove("peters")),
        Deed(at="05-11 16:00", does=lambda one: one.discard("warning", "nordlicht@2026-05-14")),
        Deed(at="05-14 18:00", does=lambda one: one.change("fuchs", mine="ACCEPTED")),
        Deed(at="05-15 12:00", does=lambda one: one.tick("warning", "jour-fixe@2026-05-25")),
        Deed(at="05-18 10:00", does=lambda one: one.reply("graf", "graf@graf-immo.example", "ACCEPTED")),
        Deed(at="05-18 15:55", does=lambda one: one.tick("warning", "lang")),
        Deed(at="05-19 09:30", does=lambda one: one.change("auer-2", start="05-20 15:00")),
        Deed(at="05-19 10:40", does=lambda one: one.tick("warning", "auer-2")),
        Deed(at="05-19 16:40", does=lambda one: one.change("huber", status="CONFIRMED")),
        Deed(at="05-19 17:00", does=lambda one: one.change("holzmann-tel", notes="Tel. 0911 40050")),
        Deed(at="05-20 17:20", does=lambda one: one.discard("warning", "sato")),
        Deed(at="05-21 11:15", does=lambda one: one.reply("voss", "voss@voss-mode.example", "ACCEPTED")),
        Deed(at="05-20 11:00", does=lambda one: one.change("koch-2", start="06-02 11:00")),
        Deed(at="05-22 09:10", does=lambda one: one.tick("warning", "nordlicht@2026-05-28")),
        Deed(at="05-26 09:30", does=lambda one: one.reply("kern", "inge@kern.example", "ACCEPTED")),
        Deed(at="05-13 17:00", does=lambda one: one.tick("recovery", "ott")),
    )


MONTH = Month(
    name="consultant",
    first=date(2026, 5, 4),
    weeks=4,
    zone=ZoneInfo("Europe/Berlin"),
    config=CONFIG,
    emails=("anna@brandt-beratung.example",),
    calendar="arbeit",
    entries=(*SERIES, *CALLS, *OTHERS),
    deeds=_deeds(),
    answers={"05-11": "#verpasst Ott", "05-15": "-", "05-22": "1 #verschoben", "05-27": "#nichterschienen"},
    grave=(
        ("conflict", "oeztuerk"),
        ("declined", "peters"),
        ("absence", "koch-2"),
        ("absence", "nordlicht@2026-05-28"),
        ("late_change", "auer-2"),
        ("odd_time", "jour-fixe@2026-05-25"),
        ("odd_time", "nordlicht@2026-05-14"),
        ("window_closing", "lang"),
        ("missed_by_us", "ott"),
    ),
)
