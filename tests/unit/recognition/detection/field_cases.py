"""Cases as calendars of many trades and older conference providers hold them. Data only."""

from __future__ import annotations

from tests.unit.recognition.detection.cases import Case

FIELD: list[Case] = [
    # Numbers and codes as conference providers write them.
    (
        "en",
        {
            "summary": "Design council",
            "description": (
                "Toll Free Dial-In Number\n   1.800.253.0199\nModerator Code(s):\n   55512340# (Council - "
                "Moderator)\nParticipant Code(s):\n   9081726# (Council - Participant)"
            ),
        },
        {"kind": "phone", "phone": "+18002530199", "pin": "9081726"},
    ),
    (
        "en",
        {"summary": "Region North", "location": "Live Meeting/Toll-Free #877-253-0199, Participant Code #5566778"},
        {"kind": "video", "vendor": "livemeeting", "phone": "+18772530199", "pin": "5566778"},
    ),
    (
        "en",
        {"summary": "Crew sync", "location": "1-718-253-0168 Participants 2579001#"},
        {"kind": "phone", "phone": "+17182530168", "pin": "2579001"},
    ),
    (
        "en",
        {"summary": "Night shift bridge", "location": "1-800-253-0199 xx 445599"},
        {"kind": "phone", "phone": "+18002530199", "pin": "445599"},
    ),
    (
        "en",
        {
            "summary": "Hack week opening",
            "description": (
                "-----------------------\nTo join the online meeting\n-----------------------\n"
                "Go to https://acme.webex.com/acme/j.php?MTID=m12\n-----------------------\n"
                "To join the teleconference only\n-----------------------\n"
                "Call-in number: +91-80-4411-0900 (India)\nAttendee access code: 275 111 222"
            ),
        },
        {"kind": "video", "vendor": "webex", "phone": "+918044110900", "pin": "275111222"},
    ),
    (
        "en",
        {
            "summary": "Results",
            "description": (
                "The dial-in number for the live audio call is (833) 253-0187. The conference ID for the call is "
                "839 111 222. A webcast of the conference call is at http://investor.example.com."
            ),
        },
        {"kind": "phone", "phone": "+18332530187", "pin": "839111222", "url": None},
    ),
    (
        "de",
        {
            "summary": "Elternbeirat TelKo",
            "description": "Einwahlnummer: 03222 7654321\nZugangscode: 445566#\nModerator-PIN: 9876",
        },
        {"kind": "phone", "phone": "+4932227654321", "pin": "445566"},
    ),
    (
        "de",
        {"summary": "Runde Einkauf", "location": "Telko: +49 69 222235555 / 112233#"},
        {"kind": "phone", "phone": "+4969222235555", "pin": "112233"},
    ),
    (
        "en",
        {
            "summary": "Reading group",
            "description": "https://us02web.zoom.us/j/81112223334?pwd=x\nMeeting ID: 811 1222 3334\nPasscode: 145511",
        },
        {"kind": "video", "pin": None},
    ),
    (
        "en",
        {
            "summary": "Town hall",
            "description": "https://bluejeans.com/711222333\nDial-in +1.408.740.7256 (US)\nMeeting ID: 711 222 333",
        },
        {"kind": "video", "phone": "+14087407256", "pin": "711222333"},
    ),
    (
        "en",
        {"summary": "Feedback", "location": "Microsoft Teams", "description": "Phone Conference ID: 000 000 000"},
        {"kind": "video", "pin": None},
    ),
    ("de", {"summary": "Anruf Fa. Kern", "description": "0711/253010, erreichbar ab 9"}, {"phone": "+49711253010"}),
    # Places.
    ("fr", {"summary": "Point produit", "location": "T\u00c3\u00a9l\u00c3\u00a9phone"}, {"kind": "phone"}),
    ("it", {"summary": "Appuntamento cliente", "location": "Telefono"}, {"kind": "phone"}),
    ("en", {"summary": "Stand-up", "location": "Zoom Meeting Room"}, {"kind": "video", "vendor": "zoom"}),
    ("de", {"summary": "Erstgespräch KI", "location": "Remote (Link folgt)"}, {"kind": "video"}),
    ("en", {"summary": "Strategy call", "location": "Online Strategy Call (Acme)"}, {"kind": "video"}),
    ("en", {"summary": "Catch-up", "location": "WhatsApp video"}, {"kind": "video"}),
    ("en", {"summary": "Assignment 3", "location": "Online via the course page"}, None),
    # Descriptions.
    (
        "en",
        {"summary": "Intro call with Brook Ltd", "description": "We will confirm and send a video link by email."},
        {"kind": "video", "counterpart": "Brook Ltd"},
    ),
    ("en", {"summary": "Screening - A. Cole", "description": "Call candidate on 415-253-0199"}, {"kind": "phone"}),
    ("en", {"summary": "Boiler service", "description": "12-6pm slot, the engineer will call ahead"}, None),
    # Titles that are calls.
    ("sl", {"summary": "kliči šolo zaradi izleta"}, {"kind": "phone"}),
    ("sl", {"summary": "pokliči Majo"}, {"kind": "phone"}),
    ("de", {"summary": "Zoom Frau Krause"}, {"kind": "video", "vendor": "zoom"}),
    ("de", {"summary": "Facetime Papa"}, {"kind": "video", "vendor": "facetime"}),
    ("de", {"summary": "Teams Lindner AG"}, {"kind": "video", "vendor": "teams"}),
    ("de", {"summary": "Zweite Runde Bewerber (virtuell)"}, {"kind": "video"}),
    ("en", {"summary": "ring Dan back"}, {"kind": "phone"}),
    ("en", {"summary": "Electrician to call me back"}, {"kind": "phone"}),
    ("en", {"summary": "Return missed call from solicitor"}, {"kind": "phone"}),
    ("en", {"summary": "Reference call for A. Cole"}, {"kind": "phone"}),
    ("en", {"summary": "Telephonic hearing"}, {"kind": "phone"}),
    ("de", {"summary": "Kundentelefonat Reiter"}, {"kind": "phone"}),
    ("de", {"summary": "Interview (Telefon) mit SZ"}, {"kind": "phone"}),
    # Who the counterpart is.
    ("de", {"summary": "Befund Frau Kaya telefonisch besprechen"}, {"counterpart": "Frau Kaya"}),
    ("de", {"summary": "Dachdecker zurückrufen - Angebot ok"}, {"counterpart": "Dachdecker"}),
    ("de", {"summary": "Amtsgericht anrufen, Az. 12 C 345/26"}, {"counterpart": "Amtsgericht"}),
    ("de", {"summary": "Mona kurz durchklingeln"}, {"counterpart": "Mona"}),
    ("en", {"summary": "Phone call with Jo S."}, {"counterpart": "Jo S."}),
    ("de", {"summary": "Tel. m. RA Vogel"}, {"counterpart": "RA Vogel"}),
    # Titles that are none.
    ("de", {"summary": "Fortbildung: Notfälle am Telefon"}, None),
    ("de", {"summary": "Kino: Der Anruf"}, None),
    ("de", {"summary": "Telefonkette testen"}, None),
    ("de", {"summary": "Telefonat-Protokoll ablegen"}, None),
    ("en", {"summary": "Phone in between"}, None),
    ("en", {"summary": "API callback refactor"}, None),
    ("en", {"summary": "Locksmith call-out fee"}, None),
    ("en", {"summary": "Pick up photos - call ahead"}, None),
    ("en", {"summary": "Call for volunteers"}, None),
    ("en", {"summary": "Skype shutdown"}, None),
]
