"""Invitations and notes as people and services write them, and what each should be taken for. Data only.

A row is (language, fields of the event, what is expected); an expectation of None is "no call". Only the keys
that are named are compared.
"""

from __future__ import annotations

from typing import Any

Case = tuple[str, dict[str, Any], dict[str, Any] | None]

ZOOM_DE = """Anna lädt Sie zu einem geplanten Zoom-Meeting ein.

Zoom-Meeting beitreten
https://us06web.zoom.us/j/84512345678?pwd=abcDEF.1

Meeting-ID: 845 1234 5678
Kenncode: 123456

Schnelleinwahl mobil
+496938079883,,84512345678#,,,,*123456# Deutschland
+13462487799,,84512345678#,,,,*123456# Vereinigte Staaten

Einwahl nach aktuellem Standort
+49 69 3807 9883 Deutschland
+1 346 248 7799 Vereinigte Staaten (Houston)"""

TEAMS_DE = """________________________________________________________________________________
Microsoft Teams-Besprechung
Nehmen Sie auf dem Computer, in der mobilen App oder im Raumgerät teil
Hier klicken, um an der Besprechung teilzunehmen<https://teams.microsoft.com/l/meetup-join/19%3ameeting_NTg%40thread.v2/0?context=%7b%22Tid%22%3a%221%22%7d>
Besprechungs-ID: 312 456 789 012
Passcode: aB3dE5
Oder rufen Sie an (nur Audio)
+49 69 365057624,,772345678#<tel:+4969365057624,,772345678#>   Germany, Frankfurt am Main
Telefonkonferenz-ID: 772 345 678#
Lokale Nummer suchen<https://dialin.teams.microsoft.com/abc?id=772345678>
________________________________________________________________________________"""

TEAMS_URL = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_NTg%40thread.v2/0?context=%7b%22Tid%22%3a%221%22%7d"

SAFE = (
    "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fteams.microsoft.com%2Fmeet%2F3124567890123"
    "%3Fp%3DxYz12&data=05%7C02%7C&sdata=abc%3D&reserved=0"
)

SIGNATURE = """Agenda folgt.

Mit freundlichen Grüßen
Erika Muster
Muster GmbH, Musterstr. 5, 10115 Berlin
Tel.: +49 30 901820-15
Fax: +49 30 901820-99
USt-IdNr. DE123456789"""

POSITIVE: list[Case] = [
    # Titles, German.
    (
        "de",
        {"summary": "Telefonat mit Frau Müller (ACME)"},
        {"kind": "phone", "counterpart": "Frau Müller", "caller": "me"},
    ),
    (
        "de",
        {"summary": "Rückruf Herr Meier wg. Angebot"},
        {"kind": "phone", "counterpart": "Herr Meier", "caller": "me"},
    ),
    ("de", {"summary": "Rueckruf Fa. Schulze"}, {"kind": "phone", "counterpart": "Fa. Schulze"}),
    (
        "de",
        {"summary": "Anruf bei Dr. Weber, 0171 2345678"},
        {"kind": "phone", "phone": "+491712345678", "counterpart": "Dr. Weber"},
    ),
    ("de", {"summary": "Herrn Krause anrufen"}, {"kind": "phone", "counterpart": "Herr Krause", "caller": "me"}),
    (
        "de",
        {"summary": "Frau Berger zurückrufen (030/901820)"},
        {"kind": "phone", "phone": "+4930901820", "counterpart": "Frau Berger"},
    ),
    ("de", {"summary": "Telko Projekt Phoenix"}, {"kind": "phone"}),
    ("de", {"summary": "Telefonkonferenz Vertrieb"}, {"kind": "phone"}),
    ("de", {"summary": "Telefoninterview mit Bewerber"}, {"kind": "phone"}),
    ("de", {"summary": "Telefontermin: Steuerberater"}, {"kind": "phone", "counterpart": "Steuerberater"}),
    ("de", {"summary": "Telefonische Sprechstunde Dr. Kern"}, {"kind": "phone"}),
    ("de", {"summary": "Kundencall Firma Nord"}, {"kind": "phone", "counterpart": "Firma Nord"}),
    ("de", {"summary": "Call mit Jana wegen Budget"}, {"kind": "phone", "counterpart": "Jana"}),
    ("de", {"summary": "Herr Lang ruft an"}, {"kind": "phone", "caller": "them"}),
    ("de", {"summary": "Erstgespräch (telefonisch)"}, {"kind": "phone"}),
    ("de", {"summary": "Mama anrufen"}, {"kind": "phone", "counterpart": "Mama", "caller": "me"}),
    (
        "de",
        {"summary": "Videokonferenz mit Kanzlei Roth"},
        {"kind": "video", "counterpart": "Kanzlei Roth", "caller": "dial_in"},
    ),
    ("de", {"summary": "Videosprechstunde Hautarzt"}, {"kind": "video"}),
    ("de", {"summary": "Zoom mit Paul"}, {"kind": "video", "vendor": "zoom", "counterpart": "Paul"}),
    ("de", {"summary": "Skypen mit Oma", "location": "Skype"}, {"kind": "video"}),
    ("de", {"summary": "Jour fixe", "location": "MS Teams"}, {"kind": "video", "vendor": "teams"}),
    ("de", {"summary": "Abstimmung Messe", "location": "Microsoft Teams-Besprechung; Raum 2.14"}, {"kind": "video"}),
    ("de", {"summary": "Vorstellungsgespräch", "location": "per Telefon"}, {"kind": "phone"}),
    (
        "de",
        {"summary": "Beratung Baufinanzierung", "location": "telefonisch unter 0800 1234567"},
        {"kind": "phone", "phone": "+498001234567"},
    ),
    (
        "de",
        {"summary": "Angebot besprechen", "location": "Tel. 089/1234567"},
        {"kind": "phone", "phone": "+49891234567", "caller": "me"},
    ),
    ("de", {"summary": "Herr Vogt", "location": "0049 (0)711 123456"}, {"kind": "phone", "phone": "+49711123456"}),
    ("de", {"summary": "Besprechung", "categories": ("Telefonat",)}, {"kind": "phone"}),
    # Titles, English.
    ("en", {"summary": "Call w/ Jane Doe"}, {"kind": "phone", "counterpart": "Jane Doe", "caller": "me"}),
    ("en", {"summary": "Call Bob re: contract"}, {"kind": "phone", "counterpart": "Bob", "caller": "me"}),
    ("en", {"summary": "Phone call with the bank"}, {"kind": "phone", "counterpart": "bank"}),
    ("en", {"summary": "Intro call - Acme Ltd"}, {"kind": "phone", "counterpart": "Acme Ltd"}),
    ("en", {"summary": "Phone interview: Backend Engineer"}, {"kind": "phone"}),
    ("en", {"summary": "Conf call re pricing"}, {"kind": "phone"}),
    ("en", {"summary": "Give Tom a ring"}, {"kind": "phone"}),
    ("en", {"summary": "Catch-up call"}, {"kind": "phone"}),
    ("en", {"summary": "Call back Mrs Smith"}, {"kind": "phone", "counterpart": "Mrs Smith"}),
    ("en", {"summary": "Sara calls me"}, {"kind": "phone", "caller": "them"}),
    ("en", {"summary": "Weekly sync (Zoom)"}, {"kind": "video", "vendor": "zoom"}),
    ("en", {"summary": "FaceTime with Grandma"}, {"kind": "video", "vendor": "facetime", "counterpart": "Grandma"}),
    ("en", {"summary": "1:1 via Google Meet"}, {"kind": "video", "vendor": "google-meet"}),
    ("en", {"summary": "WhatsApp call with Li"}, {"kind": "phone", "counterpart": "Li"}),
    ("en", {"summary": "Consultation", "location": "Phone"}, {"kind": "phone"}),
    ("en", {"summary": "Doctor", "location": "Telephone appointment"}, {"kind": "phone"}),
    (
        "en",
        {"summary": "Board update", "location": "Dial-in: +44 20 3321 5213, PIN 445566#"},
        {"kind": "phone", "phone": "+442033215213", "pin": "445566", "caller": "dial_in"},
    ),
    # Other languages.
    ("fr", {"summary": "Appel avec Mme Dupont"}, {"kind": "phone", "counterpart": "Mme Dupont"}),
    ("fr", {"summary": "Visioconférence équipe"}, {"kind": "video"}),
    (
        "fr",
        {"summary": "RDV téléphonique banque", "location": "+33 1 42 68 53 00"},
        {"kind": "phone", "phone": "+33142685300"},
    ),
    ("nl", {"summary": "Belafspraak makelaar"}, {"kind": "phone"}),
    ("nl", {"summary": "Videogesprek met Piet"}, {"kind": "video"}),
    ("es", {"summary": "Llamada con Pedro"}, {"kind": "phone", "counterpart": "Pedro"}),
    ("es", {"summary": "Videollamada con cliente"}, {"kind": "video"}),
    ("it", {"summary": "Chiamare il commercialista"}, {"kind": "phone"}),
    ("it", {"summary": "Videochiamata con Luca"}, {"kind": "video"}),
    # Services.
    (
        "de",
        {"summary": "Projektstart", "description": ZOOM_DE},
        {
            "kind": "video",
            "url": "https://us06web.zoom.us/j/84512345678?pwd=abcDEF.1",
            "phone": "+496938079883",
            "pin": "84512345678",
            "vendor": "zoom",
            "caller": "dial_in",
        },
    ),
    (
        "de",
        {
            "summary": "Lenkungskreis",
            "location": "Microsoft Teams-Besprechung",
            "description": "Agenda anbei.\n" + TEAMS_DE,
        },
        {"kind": "video", "url": TEAMS_URL, "phone": "+4969365057624", "pin": "772345678", "vendor": "teams"},
    ),
    (
        "de",
        {"summary": "Quartal", "description": f"Zum Meeting: <{SAFE}>"},
        {
            "kind": "video",
            "url": "https://teams.microsoft.com/meet/3124567890123?p=xYz12",
            "vendor": "teams",
            "phone": None,
        },
    ),
    (
        "en",
        {
            "summary": "Review",
            "description": "Join: https://urldefense.com/v3/__https://acme.zoom.us/j/91234567890?pwd=x__;!!abc!def$ .",
        },
        {"kind": "video", "url": "https://acme.zoom.us/j/91234567890?pwd=x"},
    ),
    (
        "en",
        {
            "summary": "Review",
            "description": "https://urldefense.proofpoint.com/v2/url?u=https-3A__acme.webex.com_meet_jane&d=DwMF",
        },
        {"kind": "video", "url": "https://acme.webex.com/meet/jane"},
    ),
    (
        "en",
        {
            "summary": "Review",
            "description": "https://www.google.com/url?q=https://meet.google.com/abc-defg-hij&sa=D&ust=1600",
        },
        {"kind": "video", "url": "https://meet.google.com/abc-defg-hij"},
    ),
    (
        "en",
        {
            "summary": "Ops",
            "description": (
                'To join (see "https://meet.google.com/abc-defg-hij") or dial +44 20 3956 0000 PIN: 555 123 444#'
            ),
        },
        {"kind": "video", "url": "https://meet.google.com/abc-defg-hij", "phone": "+442039560000", "pin": "555123444"},
    ),
    (
        "en",
        {
            "summary": "Ops",
            "description": (
                '<p>Join <a href="https://acme.webex.com/acme/j.php?MTID=m1&amp;x=2">here</a><br>or <a '
                'href="tel:%2B1-650-479-3208,,*01*1282881999%23%23*01*">by phone</a></p>'
            ),
        },
        {
            "kind": "video",
            "url": "https://acme.webex.com/acme/j.php?MTID=m1&x=2",
            "phone": "+16504793208",
            "pin": "1282881999",
            "vendor": "webex",
        },
    ),
    (
        "de",
        {
            "summary": "Elternabend",
            "description": (
                "Raum: https://bbb.schule.example/b/abc-def-ghi-jkl\nTelefon: +49 30 12345678, Konferenz-PIN: 45678#"
            ),
        },
        {
            "kind": "video",
            "url": "https://bbb.schule.example/b/abc-def-ghi-jkl",
            "phone": "+493012345678",
            "pin": "45678",
        },
    ),
    (
        "de",
        {"summary": "Teamrunde", "location": "https://cloud.example.org/call/x7k2m9pq"},
        {"kind": "video", "vendor": "nextcloud-talk", "phone": None},
    ),
    (
        "en",
        {
            "summary": "Sync",
            "description": (
                "1. Click to join: https://chime.aws/1234567890\nMeeting ID: 1234 56 7890\n2. Call in: Germany: "
                "+49 69 1234 5678, Meeting PIN: 1234 56 7890#"
            ),
        },
        {"kind": "video", "vendor": "chime", "pin": "1234567890"},
    ),
    (
        "de",
        {
            "summary": "Planung",
            "description": (
                "An Skype-Besprechung teilnehmen<https://meet.firma.example/max.muster/AB12CD34>\nPer Telefon "
                "teilnehmen\n+49 (89) 123456<tel:+4989123456,,998877#> (Deutschland)\nKonferenzkennung: 998877"
            ),
        },
        {"kind": "video", "vendor": "skype-business", "phone": "+4989123456", "pin": "998877"},
    ),
    (
        "en",
        {
            "summary": "Intro",
            "description": (
                "Event Name: 30 Minute Meeting\nLocation: This is a Google Meet web conference.\nYou can join this "
                "meeting from your computer, tablet, or "
                "smartphone.\nhttps://calendly.com/events/abc-1/google_meet\nInvitee phone: +49 171 "
                "2345678\nCancel: https://calendly.com/cancellations/1"
            ),
        },
        {"kind": "video", "url": "https://calendly.com/events/abc-1/google_meet", "phone": None},
    ),
    (
        "en",
        {"summary": "Demo", "extra": (("X-GOOGLE-CONFERENCE", "https://meet.google.com/qqq-wwww-eee"),)},
        {"kind": "video", "url": "https://meet.google.com/qqq-wwww-eee"},
    ),
    (
        "en",
        {"summary": "Demo", "conferences": (("tel:+1-412-555-0123,,,654321", ("AUDIO", "PHONE"), "Attendee"),)},
        {"kind": "phone", "phone": "+14125550123", "pin": "654321"},
    ),
    (
        "en",
        {
            "summary": "Demo",
            "conferences": (
                ("tel:+1-888-555-0456,,,555123", ("PHONE", "MODERATOR"), "Host"),
                ("https://video.example.com/r/9", ("VIDEO",), ""),
            ),
        },
        {"kind": "video", "url": "https://video.example.com/r/9", "phone": None},
    ),
    ("en", {"summary": "Team", "url": "tel:+4930901820"}, {"kind": "phone", "phone": "+4930901820"}),
    (
        "de",
        {"summary": "Beratung", "description": "Wir rufen Sie zum vereinbarten Zeitpunkt unter 0171 2345678 an."},
        {"kind": "phone", "phone": None, "caller": "them"},
    ),
    (
        "en",
        {"summary": "Consultation", "description": "Our adviser will call you on 07911 123456 at the agreed time."},
        {"kind": "phone", "phone": None, "caller": "them"},
    ),
    (
        "de",
        {
            "summary": "Angebot",
            "description": "Ich rufe Sie unter der 030 901820 an.",
            "organizer": "me@example.org",
            "attendees": (("kunde@firma.example", "Karl Kunde"),),
        },
        {"kind": "phone", "phone": "+4930901820", "caller": "me", "counterpart": "Karl Kunde"},
    ),
    (
        "de",
        {
            "summary": "Angebot",
            "description": "Ich rufe Sie an.",
            "organizer": "karl.kunde@firma.example",
            "attendees": (("me@example.org", ""),),
        },
        {"kind": "phone", "caller": "them", "counterpart": "Karl Kunde"},
    ),
    (
        "de",
        {
            "summary": "Telefonat Angebot",
            "attendees": (("karl.kunde@firma.example", ""),),
            "organizer": "me@example.org",
        },
        {"kind": "phone", "caller": "unclear", "counterpart": "Karl Kunde"},
    ),
    ("de", {"summary": "Telefonat Vertrag", "description": SIGNATURE}, {"kind": "phone", "phone": "+493090182015"}),
    (
        "de",
        {
            "summary": "Telefonat mit Bank",
            "description": "IBAN DE89 3704 0044 0532 0130 00\nKundennummer 0301234567\nTel. 030 901820",
        },
        {"kind": "phone", "phone": "+4930901820", "phones": ("+4930901820",)},
    ),
    (
        "de",
        {
            "summary": "Telefonat mit Hotel",
            "description": "Buchung 2026-0817-3344, Rechnung 4930123456, Preis 1.249,00 EUR, am 24.11.2026 14:00",
        },
        {"kind": "phone", "phone": None},
    ),
    (
        "en",
        {"summary": "Phone call with publisher", "description": "ISBN 978-3-16-148410-0, order no. 49301234567"},
        {"kind": "phone", "phone": None},
    ),
    (
        "de",
        {"summary": "Telko", "description": "Einwahl: +49 (0)69 12345678\nZugangscode: 445 566#\nModerator-PIN: 9988"},
        {"kind": "phone", "phone": "+496912345678", "pin": "445566", "caller": "dial_in"},
    ),
    (
        "de",
        {"summary": "Hybridtermin", "location": "Raum 3.12 / Zoom https://zoom.us/j/5551234567"},
        {"kind": "video", "url": "https://zoom.us/j/5551234567"},
    ),
    ("en", {"summary": "Anna / Bob: budget call"}, {"kind": "phone", "counterpart": "Bob"}),
]

NEGATIVE: list[Case] = [
    (language, {"summary": title}, None)
    for language, title in (
        ("en", "Call for Papers: ICSE 2027 (deadline)"),
        ("en", "Call for proposals closes"),
        ("en", "On-call: primary"),
        ("en", "Oncall rotation handover"),
        ("en", "Roll call"),
        ("en", "Casting call, Studio 4"),
        ("en", "Last call for submissions"),
        ("en", "Call of Duty evening"),
        ("en", "Curtain call"),
        ("en", "Cold call training"),
        ("en", "Call center migration"),
        ("en", "API call limits workshop"),
        ("en", "Phone bill due"),
        ("en", "Buy a new phone"),
        ("en", "Phone system upgrade"),
        ("en", "PyCon conference, Pittsburgh"),
        ("en", "Conference dinner"),
        ("en", "Prepare for call with Acme"),
        ("en", "Zoom lens pickup"),
        ("en", "Teams offsite in Lisbon"),
        ("en", "Video editing course"),
        ("en", "Better Call Saul marathon"),
        ("en", "Wake-up call"),
        ("en", "Bird calls walk"),
        ("en", "Signal processing lecture"),
        ("en", "Dentist"),
        ("de", "Rufbereitschaft"),
        ("de", "Wartung Telefonanlage"),
        ("de", "Neue Telefonanlage: Einweisung"),
        ("de", "Telefonrechnung bezahlen"),
        ("de", "Telefontraining für Azubis"),
        ("de", "Schulung Kaltakquise am Telefon"),
        ("de", "Vorbereitung Telefonat Müller"),
        ("de", "Rückrufaktion Airbag, Werkstatt"),
        ("de", "Anrufbeantworter besprechen"),
        ("de", "Konferenz in Leipzig"),
        ("de", "Pressekonferenz Rathaus"),
        ("de", "Notruf-Übung"),
        ("de", "Aufruf zur Einreichung: Frist"),
        ("de", "Videoabend bei Tom"),
        ("de", "Telefonvertrag kündigen"),
        ("de", "Zoo Zoom Erlebniswelt"),
        ("de", "Zahnarzt"),
        ("fr", "Appel d'offres : date limite"),
        ("fr", "Appel à candidatures"),
        ("es", "Convocatoria de ponencias"),
        ("it", "Conferenza stampa"),
    )
] + [
    (
        "en",
        {
            "summary": "Flight LH 2030 FRA-BER",
            "description": "Booking reference 220 1234567890, hotline +49 69 86799799",
        },
        None,
    ),
    (
        "de",
        {
            "summary": "Hotel Adler",
            "location": "Hauptstr. 5, 79098 Freiburg",
            "description": "Tel. +49 761 123456\nBuchungsnr. 0761 998877",
        },
        None,
    ),
    ("de", {"summary": "ICE 1689 Hamburg - Hannover", "description": "Auftragsnummer 8F3K2Q 030 2970"}, None),
    ("de", {"summary": "Friseur", "location": "Salon Kurz, Tel. 030 123456, Torstr. 8, 10119 Berlin"}, None),
    ("de", {"summary": "Teamtag", "description": SIGNATURE}, None),
    (
        "de",
        {
            "summary": "Physiotherapie",
            "description": "Falls Sie verhindert sind, rufen Sie uns bitte unter 030 901820 an.",
        },
        None,
    ),
    (
        "en",
        {
            "summary": "Dental cleaning",
            "description": "Questions? Call us at +1 212 555 0100. To cancel, call 24 hours ahead.",
        },
        None,
    ),
    ("de", {"summary": "Kreisliga", "description": "1. SV Nord 12 9 2 1 34:12 29\n2. TSV Süd 12 8 3 1 30:15 27"}, None),
    ("en", {"summary": "Webinar: better gardens", "url": "https://example.org/register"}, None),
    ("en", {"summary": "Concert", "conferences": (("https://stream.example.com/live", (), "Live stream"),)}, None),
    ("en", {"summary": "Chat room", "conferences": (("xmpp:room@example.com", ("CHAT",), ""),)}, None),
    ("en", {"summary": "Recording", "description": "Watch: https://acme.zoom.us/rec/share/abc"}, None),
    (
        "en",
        {"summary": "Lunch", "description": "Settings: https://teams.microsoft.com/meetingOptions/?organizerId=1"},
        None,
    ),
    ("de", {"summary": "Rechnung 4930901820 prüfen"}, None),
    ("de", {"summary": "Telefonat mit Meier #skip"}, None),
    ("de", {"summary": "Telefonat mit Meier", "description": "#ignorieren"}, None),
    ("en", {"summary": "Visit", "location": "Telephone House, 12 High Street, London"}, None),
    ("de", {"summary": "Sommerfest", "location": "Online-Anmeldung bis 1. Juli"}, None),
    ("en", {"summary": "Element Call", "categories": ("Lightning Talk",)}, None),
]

CASES = POSITIVE + NEGATIVE
