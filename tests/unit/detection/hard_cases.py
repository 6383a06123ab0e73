"""Cases made to be hard: words, places and numbers that only look like calls, and calls said in passing. Data only."""

from __future__ import annotations

from tests.unit.detection.cases import Case

HARD: list[Case] = [
    (
        "en",
        {
            "summary": "DevOps bridge",
            "description": (
                "Dial-in Numbers\nUS: 1-866-555-0142\nIntl: +1 404 555 0142\nParticipant code: "
                "884422\nHost code: 119933"
            ),
        },
        {"kind": "phone", "phone": "+18665550142", "pin": "884422"},
    ),
    (
        "en",
        {"summary": "Sales kickoff", "location": "Conference Call: 888-555-0123 x 445566#"},
        {"kind": "phone", "phone": "+18885550123", "pin": "445566"},
    ),
    (
        "en",
        {
            "summary": "All hands",
            "location": "https://acme.zoom.us/j/99912345678",
            "description": (
                "Conference room 4B or Zoom. Dial by your location\n        +1 929 205 6099 US (New "
                "York)\nMeeting ID: 999 1234 5678"
            ),
        },
        {"kind": "video", "phone": "+19292056099", "pin": "99912345678"},
    ),
    (
        "en",
        {
            "summary": "IETF WG interim",
            "description": (
                "Meeting link: https://ietf.webex.com/ietf/j.php?MTID=m123\nMeeting number: 641 234 "
                "567\nAudio: 1-650-479-3208 Call-in toll number (US/Canada)\nAccess code: 641 234 567"
            ),
        },
        {"kind": "video", "phone": "+16504793208", "pin": "641234567"},
    ),
    ("en", {"summary": "Kids piano lesson", "location": "Skype"}, {"kind": "video"}),
    ("en", {"summary": "Therapy", "location": "Telehealth"}, {"kind": "video"}),
    ("en", {"summary": "Call the plumber"}, {"kind": "phone", "counterpart": "plumber", "caller": "me"}),
    ("en", {"summary": "Reminder: call landlord about heating"}, {"kind": "phone", "counterpart": "landlord"}),
    (
        "en",
        {"summary": "TC with J. Roberts", "location": "+44 7700 900123"},
        {"kind": "phone", "phone": "+447700900123", "counterpart": "J. Roberts"},
    ),
    ("en", {"summary": "Telecon: mission ops"}, {"kind": "phone"}),
    (
        "en",
        {"summary": "Screening call - Data Engineer", "location": "Phone: +49 (0) 176 / 123 456 78"},
        {"kind": "phone", "phone": "+4917612345678"},
    ),
    ("en", {"summary": "Anna <> Bob"}, None),
    (
        "en",
        {"summary": "Office hours", "description": "Join the meeting: https://meet.example.org/office-hours"},
        {"kind": "video", "url": "https://meet.example.org/office-hours"},
    ),
    ("en", {"summary": "Bi-weekly call"}, {"kind": "phone"}),
    (
        "en",
        {
            "summary": "TSC Call",
            "description": "https://zoom-lfx.platform.linuxfoundation.org/meeting/98765432101?password=abc",
        },
        {"kind": "video", "url": "https://zoom-lfx.platform.linuxfoundation.org/meeting/98765432101?password=abc"},
    ),
    ("en", {"summary": "Doc appointment (video visit)"}, {"kind": "video"}),
    ("en", {"summary": "Standup", "location": "Slack huddle"}, {"kind": "video"}),
    (
        "en",
        {"summary": "Standup", "location": "https://us02web.zoom.us/j/123456789?pwd=abc>"},
        {"kind": "video", "url": "https://us02web.zoom.us/j/123456789?pwd=abc"},
    ),
    (
        "en",
        {
            "summary": "Workshop",
            "location": "Conference Room A, Zoom Link in description",
            "description": "https://us02web.zoom.us/j/123456789",
        },
        {"kind": "video"},
    ),
    ("en", {"summary": "Team meeting", "location": "Microsoft Teams Meeting"}, {"kind": "video", "vendor": "teams"}),
    (
        "en",
        {"summary": "Interview with Acme", "location": "Phone call (Acme will call 415-555-0132)"},
        {"kind": "phone", "phone": None, "caller": "them"},
    ),
    (
        "en",
        {
            "summary": "Call: John Smith",
            "description": "Mobile: +44 7911 123456\nOffice: +44 20 7946 0018\nFax: +44 20 7946 0019",
        },
        {
            "kind": "phone",
            "phone": "+447911123456",
            "phones": ("+447911123456", "+442079460018"),
            "counterpart": "John Smith",
        },
    ),
    (
        "en",
        {"summary": "Follow up with Dana", "location": "Cell 212-555-0187"},
        {"kind": "phone", "phone": "+12125550187"},
    ),
    ("en", {"summary": "Lawyer", "location": "212.555.0187"}, {"kind": "phone", "phone": "+12125550187"}),
    ("en", {"summary": "Ring garage about MOT"}, {"kind": "phone"}),
    ("en", {"summary": "Phone mum"}, {"kind": "phone", "counterpart": "mum"}),
    ("en", {"summary": "Speak with accountant by phone"}, {"kind": "phone"}),
    ("de", {"summary": "Tel. Schmidt"}, {"kind": "phone", "counterpart": "Schmidt"}),
    ("de", {"summary": "Tel. Fr. Lang 15 Uhr"}, {"kind": "phone"}),
    ("de", {"summary": "TelKo mit IT"}, {"kind": "phone", "counterpart": "IT"}),
    ("de", {"summary": "Tel-Termin Jobcenter"}, {"kind": "phone"}),
    ("de", {"summary": "Anrufen: Frau Vogel"}, {"kind": "phone", "counterpart": "Frau Vogel", "caller": "me"}),
    ("de", {"summary": "Bei Finanzamt anrufen"}, {"kind": "phone", "counterpart": "Finanzamt", "caller": "me"}),
    ("de", {"summary": "Mit Peter telefonieren"}, {"kind": "phone", "counterpart": "Peter", "caller": "me"}),
    ("de", {"summary": "Anruf von Dr. Kern"}, {"kind": "phone", "counterpart": "Dr. Kern", "caller": "them"}),
    ("de", {"summary": "Dr. Kern ruft zurück"}, {"kind": "phone", "caller": "them"}),
    (
        "de",
        {"summary": "Infogespräch", "description": "Das Gespräch findet telefonisch statt. Wir rufen Sie an."},
        {"kind": "phone", "caller": "them"},
    ),
    ("de", {"summary": "Fachgespräch Förderung", "location": "Online (Zoom)"}, {"kind": "video", "vendor": "zoom"}),
    (
        "de",
        {
            "summary": "Mitgliederversammlung",
            "location": "Online",
            "description": "Die Zugangsdaten folgen per E-Mail.",
        },
        {"kind": "video"},
    ),
    ("de", {"summary": "Abstimmung", "location": "virtuell", "attendees": (("a@b.de", "A B"),)}, {"kind": "video"}),
    ("de", {"summary": "Sprechstunde", "location": "BigBlueButton"}, {"kind": "video"}),
    (
        "de",
        {"summary": "Vorstandssitzung", "location": "https://jitsi.verein.example/Vorstand2026"},
        {"kind": "video", "vendor": "jitsi"},
    ),
    (
        "de",
        {"summary": "Orga", "description": "Wir treffen uns auf Jitsi: https://treffen.verein.example/orga"},
        {"kind": "video"},
    ),
    ("de", {"summary": "Handwerker", "location": "Mobil: 0151 23456789"}, {"kind": "phone", "phone": "+4915123456789"}),
    ("de", {"summary": "Kunde Weber", "description": "☎ 030 / 901 820"}, None),
    (
        "de",
        {"summary": "Telefonat Kunde Weber", "description": "☎ 030 / 901 820"},
        {"kind": "phone", "phone": "+4930901820", "counterpart": "Kunde Weber"},
    ),
    (
        "de",
        {"summary": "Rückruf", "description": "Herr Maier bittet um Rückruf unter 0711-123456."},
        {"kind": "phone", "phone": "+49711123456"},
    ),
    (
        "de",
        {"summary": "Telefonat mit Versicherung", "description": "Vertragsnr. 0301 234567\nHotline 0800 - 123 45 67"},
        {"kind": "phone", "phone": "+498001234567"},
    ),
    (
        "de",
        {
            "summary": "Telefonkonferenz",
            "description": "Einwahlnummer: 069 / 123 456 78\nKonferenzraum: 445566\nPIN: 7788",
        },
        {"kind": "phone", "phone": "+496912345678"},
    ),
    (
        "de",
        {"summary": "Telefonkonferenz", "description": "Einwahl über 030-12345678, PIN 4711#"},
        {"kind": "phone", "phone": "+493012345678", "pin": "4711"},
    ),
    ("de", {"summary": "Durchsprache", "location": "Telefon 12345 (intern)"}, {"kind": "phone", "phone": None}),
    ("de", {"summary": "Rückmeldung an Kunden per Telefon"}, {"kind": "phone"}),
    ("de", {"summary": "Telefonseelsorge Dienst"}, None),
    ("de", {"summary": "Telefondienst Büro"}, None),
    ("de", {"summary": "Handy reparieren"}, None),
    ("de", {"summary": "Anruf-Sammeltaxi 18:10"}, None),
    ("de", {"summary": "Konferenzraum buchen"}, None),
    ("de", {"summary": "Lehrerkonferenz"}, None),
    ("de", {"summary": "Klassenkonferenz 7b", "location": "Raum 12"}, None),
    ("de", {"summary": "Pressetermin", "location": "Rathaus, Tel. 030 901820"}, None),
    ("de", {"summary": "Bluthochdruck-Kontrolle", "location": "Praxis Dr. Kern, Tel. 030 901820"}, None),
    ("de", {"summary": "Müllabfuhr", "description": "Fragen? Tel. 030 901820"}, None),
    (
        "de",
        {"summary": "Reifenwechsel", "description": "Bitte melden Sie sich telefonisch, wenn Sie später kommen."},
        None,
    ),
    ("de", {"summary": "Call for Papers DHd 2027"}, None),
    ("de", {"summary": "Deadline Call Horizon Europe"}, None),
    ("de", {"summary": "Horizon Call schließt"}, None),
    ("de", {"summary": "Skype for Business Abschaltung"}, None),
    ("de", {"summary": "Teams-Schulung im Raum 3"}, None),
    ("de", {"summary": "Umstieg auf Zoom: Infoveranstaltung", "location": "Aula"}, None),
    ("de", {"summary": "Videokonferenzanlage Wartung"}, None),
    ("en", {"summary": "Zoom license renewal"}, None),
    ("en", {"summary": "Install Microsoft Teams"}, None),
    ("en", {"summary": "Team lunch", "description": "Please call the restaurant at +49 30 901820 if late"}, None),
    ("en", {"summary": "School conference week"}, None),
    ("en", {"summary": "Parent-teacher conference", "location": "Room 204"}, None),
    ("en", {"summary": "WWDC conference call for volunteers"}, None),
    ("en", {"summary": "Phone screen replacement"}, None),
    ("en", {"summary": "Voice lesson"}, None),
    ("en", {"summary": "Signal maintenance on line 3"}, None),
    ("en", {"summary": "Call to Prayer"}, None),
    ("en", {"summary": "Marathon", "description": "Bib pickup 10:00, bib number 12345 67890"}, None),
    ("en", {"summary": "Car service", "location": "Joe Garage, 555-0143"}, None),
    (
        "en",
        {
            "summary": "Meetup",
            "location": "WeWork, 12 Main St",
            "description": "RSVP https://meetup.com/x/events/301234567",
        },
        None,
    ),
    ("en", {"summary": "Premier League: ARS 2-1 TOT"}, None),
    ("en", {"summary": "AA1234 JFK-LAX", "description": "Confirmation ABC123, phone 1-800-433-7300"}, None),
    ("en", {"summary": "Town hall stream", "description": "Watch live: https://www.youtube.com/watch?v=abc"}, None),
    ("en", {"summary": "Hackathon", "description": "Discord: https://discord.gg/abc"}, None),
    ("en", {"summary": "Physician call schedule"}, None),
    ("en", {"summary": "Jane on call"}, None),
    (
        "en",
        {"summary": "Board meeting", "location": "HQ", "description": "Minutes of the last conference call attached."},
        None,
    ),
    ("fr", {"summary": "Point téléphonique", "location": "01 42 68 53 00"}, {"kind": "phone", "phone": "+33142685300"}),
    ("fr", {"summary": "Appeler le notaire"}, {"kind": "phone"}),
    (
        "fr",
        {
            "summary": "Réunion",
            "location": "Réunion Microsoft Teams",
            "description": (
                "Rejoignez sur votre ordinateur\nCliquez ici pour participer à la "
                "réunion<https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0>\nOu "
                "composez le numéro (audio seulement)\n+33 1 70 99 53 "
                "51,,123456789#<tel:+33170995351,,123456789#>\nID de conférence téléphonique : 123 456 "
                "789#"
            ),
        },
        {"kind": "video", "phone": "+33170995351", "pin": "123456789"},
    ),
    ("nl", {"summary": "Bellen met Jan"}, {"kind": "phone", "counterpart": "Jan"}),
    ("nl", {"summary": "Overleg", "location": "Microsoft Teams-vergadering"}, {"kind": "video"}),
    ("es", {"summary": "Llamar al dentista"}, {"kind": "phone"}),
    ("it", {"summary": "Call con il cliente"}, {"kind": "phone"}),
    ("en", {"summary": "Discovery Call: Acme x Globex"}, {"kind": "phone"}),
    ("en", {"summary": "Investor call"}, {"kind": "phone"}),
    ("en", {"summary": "Quick call?"}, {"kind": "phone"}),
    ("en", {"summary": "Sprint retro - Teams"}, {"kind": "video"}),
    (
        "en",
        {"summary": "Mortgage advisor", "description": "Advisor will ring you on your mobile."},
        {"kind": "phone", "caller": "them"},
    ),
    (
        "en",
        {
            "summary": "Recruiter chat",
            "description": "I will call you at the number you provided: +49 171 1112223",
            "organizer": "rec@x.com",
        },
        {"kind": "phone", "phone": None, "caller": "them"},
    ),
    (
        "en",
        {
            "summary": "Intro with Sam",
            "description": "Sam, please call me on +49 30 555000 when ready",
            "organizer": "me@example.org",
            "attendees": (("sam@x.com", "Sam Hill"),),
        },
        {"kind": "phone", "caller": "them", "phone": None, "counterpart": "Sam Hill"},
    ),
    (
        "en",
        {"summary": "Project sync", "location": "Dial in 0800 7234567 code 9911#"},
        {"kind": "phone", "phone": "+498007234567", "pin": "9911", "caller": "dial_in"},
    ),
    (
        "en",
        {"summary": "Project sync", "description": "Please use the bridge: +1 (515) 604-9999, access code 123-456#"},
        {"kind": "phone", "phone": "+15156049999", "pin": "123456"},
    ),
    (
        "en",
        {
            "summary": "HR",
            "description": "https://us02web.zoom.us/j/85512345678\n\nBest regards\nAnn\nTel +1 212 555 0133",
        },
        {"kind": "video", "phone": None},
    ),
    (
        "en",
        {"summary": "Steering", "description": "Join by browser: https://v.ringcentral.com/join/123456789"},
        {"kind": "video"},
    ),
    ("en", {"summary": "Training", "location": "https://global.gotowebinar.com/register/123456"}, None),
    ("en", {"summary": "Book club", "location": "https://meet.google.com/landing"}, None),
    ("en", {"summary": "Pairing", "location": "https://app.gather.town/app/abc/room"}, {"kind": "video"}),
    ("en", {"summary": "Demo day", "description": "Watch on Zoom: https://zoom.us/rec/play/abc"}, None),
    (
        "en",
        {"summary": "Lunch & learn", "description": "Meeting ID: 123 456 7890\nPasscode: abc\nJoin Zoom Meeting"},
        {"kind": "video", "phone": None},
    ),
    ("en", {"summary": "Team building: bowling"}, None),
    ("en", {"summary": "Phonebooth installation"}, None),
    ("en", {"summary": "Conference: FOSDEM"}, None),
    ("en", {"summary": "Video shoot"}, None),
    ("en", {"summary": "House call vet"}, None),
    ("en", {"summary": "Call to action workshop"}, None),
    ("en", {"summary": "Calling all volunteers cleanup"}, None),
    ("en", {"summary": "Jury duty call-in number 123"}, None),
    ("en", {"summary": "Payphone exhibition"}, None),
    ("en", {"summary": "Telephone line repair"}, None),
    ("en", {"summary": "BT engineer: phone line install"}, None),
    ("en", {"summary": "iPhone repair"}, None),
    ("en", {"summary": "Headphones delivery"}, None),
    ("en", {"summary": "Skype shutdown"}, None),
    ("en", {"summary": "Q3 earnings call notes"}, None),
    ("en", {"summary": "CFP: call for participation"}, None),
    ("en", {"summary": "Duty phone handover"}, None),
    ("en", {"summary": "First call resident"}, None),
    ("en", {"summary": "Margin call (movie)"}, None),
    ("en", {"summary": "No calls / focus time"}, None),
    ("en", {"summary": "Focus time - no meetings"}, None),
    ("en", {"summary": "Block: no phone"}, None),
    ("en", {"summary": "Cancel phone contract"}, None),
    ("en", {"summary": "Fire alarm test"}, None),
    ("de", {"summary": "Telefon-Hotline besetzen"}, None),
    ("de", {"summary": "Telefonzentrale Vertretung"}, None),
    ("de", {"summary": "Telefonumfrage auswerten"}, None),
    ("de", {"summary": "Zuruf Theaterprobe"}, None),
    ("de", {"summary": "Anrufung Schiedsstelle"}, None),
    ("de", {"summary": "Rückruf Rindfleisch Lidl"}, None),
    ("de", {"summary": "Telekom Techniker"}, None),
    ("de", {"summary": "Handyvertrag verlängern"}, None),
    ("de", {"summary": "Video: Schnitt"}, None),
    ("de", {"summary": "Konferenz der Datenschutzbeauftragten"}, None),
    ("de", {"summary": "Teamsitzung Raum 4"}, None),
    ("de", {"summary": "Videothek"}, None),
    ("de", {"summary": "Protokoll Telko schreiben"}, None),
    ("de", {"summary": "Einladung Telko verschicken"}, None),
    ("de", {"summary": "Agenda für Telko erstellen"}, None),
    ("de", {"summary": "Keine Anrufe"}, None),
    ("de", {"summary": "Telefon aus"}, None),
    ("de", {"summary": "Call-Center-Besichtigung"}, None),
    ("de", {"summary": "Bereitschaft Telefon"}, None),
    ("de", {"summary": "Termin mit Steuerberater"}, None),
    ("de", {"summary": "Müller Tel."}, {"kind": "phone"}),
    ("de", {"summary": "Telefonat (intern)"}, {"kind": "phone"}),
    ("de", {"summary": "Kurzer Call zum Angebot"}, {"kind": "phone"}),
    ("de", {"summary": "Sales-Call ACME"}, {"kind": "phone"}),
    ("de", {"summary": "Abstimmungscall"}, {"kind": "phone"}),
    ("de", {"summary": "Erinnerung: Frau Koch anrufen"}, {"kind": "phone", "counterpart": "Frau Koch"}),
    ("de", {"summary": "Kunde XY zurückrufen"}, {"kind": "phone", "counterpart": "Kunde XY"}),
    ("de", {"summary": "Arzt anrufen wegen Befund"}, {"kind": "phone", "counterpart": "Arzt"}),
    ("de", {"summary": "tel. Rücksprache Dr. Hahn"}, {"kind": "phone"}),
    ("de", {"summary": "Telefonische Beratung Verbraucherzentrale"}, {"kind": "phone"}),
    ("de", {"summary": "Bewerbungsgespräch via MS Teams"}, {"kind": "video"}),
    ("de", {"summary": "Online-Meeting mit Designer"}, {"kind": "video", "counterpart": "Designer"}),
    ("de", {"summary": "Web-Meeting Lieferant"}, {"kind": "video"}),
    ("de", {"summary": "Teams-Call mit Vertrieb"}, {"kind": "video", "counterpart": "Vertrieb"}),
    ("de", {"summary": "Videotelefonie mit Enkeln"}, {"kind": "video"}),
    ("de", {"summary": "Baubesprechung", "location": "Videokonferenz"}, {"kind": "video"}),
    ("de", {"summary": "Gespräch Bank", "location": "Telefonkonferenz"}, {"kind": "phone"}),
    ("de", {"summary": "Gespräch", "location": "Rückruf unter 0221 / 47 11-0"}, {"kind": "phone"}),
    ("de", {"summary": "Dr. Frey", "location": "+43 (0)1 5123456"}, {"kind": "phone", "phone": "+4315123456"}),
    ("de", {"summary": "Treuhand", "location": "044 123 45 67 (CH)"}, {"kind": "phone", "phone": "+41441234567"}),
    (
        "de",
        {
            "summary": "Team",
            "description": (
                "Einwahldaten:\nhttps://fa-mueller.webex.com/meet/pr1234\nTel: +49-619-6781-9736 "
                "Zugriffscode: 123 456 789"
            ),
        },
        {"kind": "video", "phone": "+4961967819736", "pin": "123456789"},
    ),
    (
        "de",
        {
            "summary": "Kassenprüfung",
            "description": "Hallo,\nwir machen das per Telefon, ich rufe dich an.",
            "organizer": "x@y.de",
        },
        {"kind": "phone", "caller": "them"},
    ),
    (
        "de",
        {
            "summary": "Kita-Elterngespräch",
            "location": "Kita Sonnenschein",
            "description": "Rückfragen unter 030 123456",
        },
        None,
    ),
    (
        "de",
        {
            "summary": "Impfung",
            "location": "Praxis",
            "description": "Praxis-Tel.: 030 123456. Absagen bitte telefonisch.",
        },
        None,
    ),
    ("de", {"summary": "Umzug", "description": "Umzugsfirma: +49 30 123456"}, None),
    ("de", {"summary": "Zug nach Köln", "description": "RE 10123 ab 10:15 Gl. 4, Fahrkarte 123456789012"}, None),
    ("de", {"summary": "Paket", "description": "Sendungsnr. 00340434161094042557"}, None),
    (
        "de",
        {"summary": "Ausstellung", "location": "Museum für Kommunikation", "url": "https://www.mfk-berlin.de/telefon"},
        None,
    ),
    (
        "en",
        {
            "summary": "Kubernetes SIG Node",
            "location": "https://zoom.us/j/4799874685?pwd=a",
            "description": "Agenda: https://docs.google.com/document/d/1",
        },
        {"kind": "video"},
    ),
    (
        "en",
        {"summary": "Board Mtg", "location": "+1-605-475-4000 code 332211"},
        {"kind": "phone", "phone": "+16054754000", "pin": "332211"},
    ),
    (
        "en",
        {
            "summary": "Rust lang team",
            "description": "Meet: https://meet.jit.si/ferris-rules\nZulip: https://rust-lang.zulipchat.com",
        },
        {"kind": "video"},
    ),
    ("en", {"summary": "Daily Scrum", "location": "Google Hangouts"}, {"kind": "video"}),
    ("en", {"summary": "OpenStack TC", "location": "#openstack-tc IRC"}, None),
    ("en", {"summary": "Parents call"}, {"kind": "phone"}),
    (
        "en",
        {
            "summary": "Phone consult: Dr Patel",
            "location": "Phone",
            "description": "Dr Patel will phone you. Please keep your line free.",
        },
        {"kind": "phone", "caller": "them"},
    ),
    (
        "en",
        {
            "summary": "Meeting with Bob",
            "location": "Starbucks, 5th Ave",
            "description": "Cell if needed: +1 917 555 0100",
        },
        None,
    ),
    ("en", {"summary": "Mass at St Marys"}, None),
    ("en", {"summary": "Dinner at Ring o Bells"}, None),
    ("en", {"summary": "Garbage pickup"}, None),
    ("en", {"summary": "US Open tennis"}, None),
    ("en", {"summary": "Thanksgiving Day"}, None),
    ("en", {"summary": "Oil change"}, None),
    ("en", {"summary": "Vet - rabies booster"}, None),
    (
        "en",
        {
            "summary": "Delta DL401",
            "location": "JFK Terminal 4",
            "description": "Confirmation #HX4R2T. Depart 7:05 PM. Customer service 800-221-1212",
        },
        None,
    ),
    (
        "en",
        {
            "summary": "Dinner reservation at Nopa",
            "location": "560 Divisadero St, San Francisco, CA",
            "description": "Party of 4. Phone: (415) 864-8643",
        },
        None,
    ),
    ("en", {"summary": "Airbnb check-in", "description": "Host phone: +34 612 345 678\nConfirmation HMABC123"}, None),
    (
        "en",
        {
            "summary": "Webex: Quarterly review",
            "description": (
                "Host: J\nhttps://acme.webex.com/acme/j.php?MTID=mabc\nWednesday, 2:00 pm\nMeeting "
                "number: 2345 678 9012\nPassword: abc\nJoin by phone\n+49-619-6781-9736 Germany "
                "Toll\nAccess code: 234 567 89012"
            ),
        },
        {"kind": "video", "phone": "+4961967819736", "pin": "23456789012"},
    ),
    (
        "en",
        {
            "summary": "Catch up",
            "description": '<html><body><p>Join:</p><a href="https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fzoom.us%2Fj%2F555%3Fpwd%3Dab&amp;data=02">link</a></body></html>',
        },
        {"kind": "video", "url": "https://zoom.us/j/555?pwd=ab"},
    ),
    (
        "en",
        {
            "summary": "Town hall",
            "extra": (
                ("X-MICROSOFT-SKYPETEAMSMEETINGURL", "https://teams.microsoft.com/l/meetup-join/19%3ax%40thread.v2/0"),
                ("X-MICROSOFT-ONLINEMEETINGTOLLNUMBER", "+49 69 365057624"),
                ("X-MICROSOFT-ONLINEMEETINGCONFERENCEID", "123456"),
            ),
        },
        {"kind": "video", "phone": "+4969365057624", "pin": "123456"},
    ),
    ("en", {"summary": "Public lecture: The telephone and society", "location": "Hall B"}, None),
    ("en", {"summary": "Talk: Building a phone OS"}, None),
    ("en", {"summary": "Hackathon: call detection"}, None),
    (
        "en",
        {"summary": "Interview: Jane Roe", "location": "BlueJeans", "description": "https://bluejeans.com/123456789"},
        {"kind": "video"},
    ),
    ("en", {"summary": "Check in with mentor", "categories": ("Phone Call",)}, {"kind": "phone"}),
    ("en", {"summary": "Holiday in Portugal", "description": "Emergency contact: +351 912 345 678"}, None),
    (
        "en",
        {"summary": "Gas meter reading", "description": "We will arrive between 9 and 12. Questions: 0800 123 4567"},
        None,
    ),
    ("en", {"summary": "Delivery window", "description": "Driver will call you 30 minutes before arrival"}, None),
    ("de", {"summary": "Lieferung Waschmaschine", "description": "Der Fahrer ruft Sie 30 Minuten vorher an."}, None),
    (
        "de",
        {"summary": "Heizungsablesung", "description": "Termin zwischen 9 und 12 Uhr. Rückfragen: 030 123456"},
        None,
    ),
    ("de", {"summary": "Mittagessen mit Jan", "location": "Vapiano"}, None),
    (
        "de",
        {
            "summary": "Elternsprechtag",
            "location": "Schule",
            "description": "Anmeldung telefonisch im Sekretariat: 030 123456",
        },
        None,
    ),
    (
        "de",
        {
            "summary": "Standup",
            "location": "https://teams.microsoft.com/l/meetup-join/19%3ax%40thread.v2/0?context=%7b%7d",
        },
        {"kind": "video"},
    ),
    (
        "de",
        {
            "summary": "Kick-off",
            "description": (
                "Hallo zusammen,\n\nhier der Link: "
                "https://us02web.zoom.us/j/81234567890?pwd=QUFB\nKenncode: 998877\n\nViele "
                "Grüße\nTom\n--\nTom Test | Tel +49 30 1234567"
            ),
        },
        {"kind": "video", "phone": None, "url": "https://us02web.zoom.us/j/81234567890?pwd=QUFB"},
    ),
    (
        "de",
        {"summary": "Quartalsgespräch Bank", "location": "Telefonisch, Hr. Lux ruft an"},
        {"kind": "phone", "caller": "them"},
    ),
    (
        "de",
        {"summary": "Termin Rechtsanwältin Beck", "description": "telefonisch unter 0221 9876543"},
        {"kind": "phone", "phone": "+492219876543"},
    ),
    (
        "de",
        {"summary": "Coaching", "location": "Telefon: +49 160 5555555"},
        {"kind": "phone", "phone": "+491605555555"},
    ),
    (
        "de",
        {
            "summary": "WG: Einladung: Telefonkonferenz Haushalt",
            "description": "Einwahl: 0800 5892011\nKonferenzcode: 1122334#",
        },
        {"kind": "phone", "phone": "+498005892011", "pin": "1122334"},
    ),
    ("de", {"summary": "Weihnachtsfeier"}, None),
    ("de", {"summary": "TÜV"}, None),
    ("de", {"summary": "Steuererklärung abgeben"}, None),
    ("de", {"summary": "Urlaub"}, None),
    ("de", {"summary": "Geburtstag Oma"}, None),
    ("de", {"summary": "Elternabend 3b"}, None),
    ("de", {"summary": "Feuerwehr Übungsdienst"}, None),
    ("de", {"summary": "Kino: Call Me By Your Name"}, None),
    ("de", {"summary": "Betriebsversammlung", "location": "Kantine / MS Teams"}, {"kind": "video"}),
    (
        "de",
        {
            "summary": "Arzttermin",
            "location": "Dr. Kern, Hauptstr. 1, 10115 Berlin",
            "description": "Tel.: 030 1234567, Fax: 030 1234568",
        },
        None,
    ),
    (
        "de",
        {"summary": "Rückrufbitte Fr. Stein", "description": "Tel: 0176-55512345"},
        {"kind": "phone", "phone": "+4917655512345"},
    ),
    (
        "de",
        {"summary": "Anruf Versicherung (Schadensnr. 4711-0815-2026)"},
        {"kind": "phone", "phone": None, "counterpart": "Versicherung"},
    ),
    ("de", {"summary": "☎ Petra"}, {"kind": "phone", "counterpart": "Petra"}),
    (
        "de",
        {"summary": "📞 Steuerberater 0711/123456"},
        {"kind": "phone", "phone": "+49711123456", "counterpart": "Steuerberater"},
    ),
    ("fr", {"summary": "Entretien", "location": "Visio Teams"}, {"kind": "video"}),
    ("fr", {"summary": "Appel de loyer"}, None),
    ("fr", {"summary": "Rappel : vaccin"}, None),
    ("es", {"summary": "Reunión", "location": "Google Meet"}, {"kind": "video"}),
    ("it", {"summary": "Riunione", "location": "Riunione di Microsoft Teams"}, {"kind": "video"}),
    ("nl", {"summary": "Sollicitatie", "location": "Telefonisch"}, {"kind": "phone"}),
    (
        "de",
        {"summary": "Erstgespräch", "location": "Frau Vogel, 0151 23456789"},
        {"kind": "phone", "phone": "+4915123456789"},
    ),
    ("de", {"summary": "Kontrolle", "location": "Praxis Frau Dr. Vogel, 0151 23456789"}, None),
    (
        "de",
        {"summary": "Auto abholen", "description": "Wir sind telefonisch unter 0431 1234567 erreichbar."},
        None,
    ),
    (
        "de",
        {"summary": "Gespräch mit Frau Sommer", "description": "Ich rufe sie um 10 an: 0176 12345678"},
        {"kind": "phone", "phone": "+4917612345678", "caller": "me"},
    ),
    (
        "de",
        {"summary": "Gespräch mit Frau Sommer", "description": "Ich rufe Sie um 10 an: 0176 12345678"},
        {"kind": "phone", "phone": None},
    ),
]
