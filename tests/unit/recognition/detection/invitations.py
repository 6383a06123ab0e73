"""Dial-in blocks as services append them, in both languages, and what mails put around them. Data only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A dial-in block, and what is to be read in it."""

    name: str
    text: str
    phone: str | None = None
    """E.164."""
    pin: str | None = None
    url: str | None = None


BLOCKS: tuple[Block, ...] = (
    Block(
        name="zoom-de",
        text="""Thema: Quartalsabgleich
Uhrzeit: 12. Mai 2026 10:00 AM Amsterdam, Berlin, Rom, Stockholm, Wien
Beitreten Zoom Meeting
https://us06web.zoom.us/j/83620914477?pwd=Qk9xVGp0.1

Meeting-ID: 836 2091 4477
Kenncode: 418822

---

Mobile Einwahl mit einem Fingertipp
+496950500952,,83620914477#,,,,*418822# Deutschland
+496971049922,,83620914477#,,,,*418822# Deutschland

---

Einwahl nach aktuellem Standort
• +49 69 5050 0952 Deutschland
• +49 69 7104 9922 Deutschland

Meeting-ID: 836 2091 4477
Kenncode: 418822
Ortseinwahl suchen: https://us06web.zoom.us/u/kdRq1""",
        phone="+496950500952",
        pin="83620914477",
        url="https://us06web.zoom.us/j/83620914477?pwd=Qk9xVGp0.1",
    ),
    Block(
        name="zoom-en",
        text="""Anna Beispiel is inviting you to a scheduled Zoom meeting.

Join Zoom Meeting
https://us02web.zoom.us/j/97455120386?pwd=YzFhbGx5

Meeting ID: 974 5512 0386
Passcode: 550917

One tap mobile
+13462487799,,97455120386# US (Houston)
+16694449171,,97455120386# US

Dial by your location
+1 346 248 7799 US (Houston)
+44 203 481 5237 United Kingdom
+49 69 7104 9922 Germany
Find your local number: https://us02web.zoom.us/u/kcTy""",
        phone="+496971049922",
        pin="97455120386",
        url="https://us02web.zoom.us/j/97455120386?pwd=YzFhbGx5",
    ),
    Block(
        name="zoom-without-one-tap",
        text="""Zoom-Meeting beitreten
https://acme.zoom.us/j/6514420938

Meeting-ID: 651 442 0938
Passcode: 771204

Einwahl:
Deutschland: +49 69 3807 9883
Schweiz: +41 43 210 70 42
Österreich: +43 12 535 501""",
        phone="+496938079883",
        pin="6514420938",
        url="https://acme.zoom.us/j/6514420938",
    ),
    Block(
        name="teams-de",
        text="""________________________________________________________________________________
Microsoft Teams-Besprechung
Nehmen Sie auf dem Computer, in der mobilen App oder im Raumgerät teil
Hier klicken, um an der Besprechung teilzunehmen<https://teams.microsoft.com/l/meetup-join/19%3ameeting_QWx0%40thread.v2/0?context=%7b%22Tid%22%3a%227%22%7d>
Besprechungs-ID: 381 220 945 117
Passcode: wQ7rTz
Teams herunterladen<https://www.microsoft.com/en-us/microsoft-teams/download-app> | Im Web beitreten<https://www.microsoft.com/microsoft-teams/join-a-meeting>
Oder rufen Sie an (nur Audio)
+49 89 211297466,,604118273#<tel:+4989211297466,,604118273#>   Germany, München
Telefonkonferenz-ID: 604 118 273#
Lokale Nummer suchen<https://dialin.teams.microsoft.com/8d?id=604118273> | PIN zurücksetzen<https://dialin.teams.microsoft.com/usp/pstnconferencing>
Weitere Infos<https://aka.ms/JoinTeamsMeeting> | Besprechungsoptionen<https://teams.microsoft.com/meetingOptions/?organizerId=1>
________________________________________________________________________________""",
        phone="+4989211297466",
        pin="604118273",
        url="https://teams.microsoft.com/l/meetup-join/19%3ameeting_QWx0%40thread.v2/0?context=%7b%22Tid%22%3a%227%22%7d",
    ),
    Block(
        name="teams-en-new",
        text="""________________________________________________________________________________
Microsoft Teams Need help?<https://aka.ms/JoinTeamsMeeting?omkt=en-GB>
Join the meeting now<https://teams.microsoft.com/meet/38122094511765?p=hT4sVbLq>
Meeting ID: 381 220 945 117 65
Passcode: nK9dE3
________________________________
Dial in by phone
+44 20 3855 5885,,92714405#<tel:+442038555885,,92714405#> United Kingdom, City of London
Find a local number<https://dialin.teams.microsoft.com/2f?id=92714405>
Phone conference ID: 927 144 05#
For organizers: Meeting options<https://teams.microsoft.com/meetingOptions/?x=1> | Reset dial-in PIN<https://dialin.teams.microsoft.com/usp/pstnconferencing>
________________________________________________________________________________""",
        phone="+442038555885",
        pin="92714405",
        url="https://teams.microsoft.com/meet/38122094511765?p=hT4sVbLq",
    ),
    Block(
        name="meet-en",
        text="""-::~:~::~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~::~:~::-
Join with Google Meet: https://meet.google.com/fgh-ijkl-mno
Or dial: (GB) +44 20 3910 5104 PIN: 316447208#
More phone numbers: https://tel.meet/fgh-ijkl-mno?pin=8806612345678&hs=7

Learn more about Meet at: https://support.google.com/a/users/answer/9282720

Please do not edit this section.
-::~:~::~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~::~:~::-""",
        phone="+442039105104",
        pin="316447208",
        url="https://meet.google.com/fgh-ijkl-mno",
    ),
    Block(
        name="meet-de",
        text="""Über Google Meet teilnehmen: https://meet.google.com/pqr-stuv-wxy
Oder telefonisch unter: (DE) +49 40 8081617349 PIN: 204 918 377#
Weitere Telefonnummern: https://tel.meet/pqr-stuv-wxy?pin=1198273645""",
        phone="+494080816173" + "49",
        pin="204918377",
        url="https://meet.google.com/pqr-stuv-wxy",
    ),
    Block(
        name="webex-de",
        text="""-- Nicht den Text unterhalb dieser Linie löschen oder ändern --

Wenn es soweit ist, treten Sie dem Webex-Meeting hier bei.

Weitere Methoden zum Beitreten:

Über den Meeting-Link beitreten
https://acme.webex.com/acme/j.php?MTID=m3f9a0c7

Mit Meeting-Kennnummer beitreten
Meeting-Kennnummer (Zugriffscode): 2744 118 9036
Meeting Passwort: pHs8Kx (74857 beim Einwählen über ein Telefon)

Hier tippen, um mit Mobilgerät beizutreten (nur für Teilnehmer)
+49-619-6781-9736,,27441189036#74857# Germany Toll

Über Telefon beitreten
+49-619-6781-9736 Germany Toll
Globale Einwahlnummern""",
        phone="+4961967819736",
        pin="27441189036",
        url="https://acme.webex.com/acme/j.php?MTID=m3f9a0c7",
    ),
    Block(
        name="webex-en",
        text="""Join from the meeting link
https://globex.webex.com/globex/j.php?MTID=mb81e55d

Join by meeting number
Meeting number (access code): 2631 774 5508
Meeting password: Gm3TqpA2

Join by phone
+44-20-7660-8149 United Kingdom Toll
+1-408-418-9388 United States Toll
Global call-in numbers""",
        phone="+442076608149",
        pin="26317745508",
        url="https://globex.webex.com/globex/j.php?MTID=mb81e55d",
    ),
    Block(
        name="goto-en",
        text="""Please join my meeting from your computer, tablet or smartphone.
https://meet.goto.com/734905512

You can also dial in using your phone.
Access Code: 734-905-512
United Kingdom: +44 20 3713 5028
United States: +1 (571) 317-3122

Get the app now and be ready when your first meeting starts: https://meet.goto.com/install""",
        phone="+442037135028",
        pin="734905512",
        url="https://meet.goto.com/734905512",
    ),
    Block(
        name="goto-de",
        text="""Nehmen Sie an meinem Meeting per Computer, Tablet oder Smartphone teil.
https://global.gotomeeting.com/join/291663485

Sie können sich auch über ein Telefon einwählen.
Deutschland: +49 721 9881 4161
Zugangscode: 291-663-485""",
        phone="+4972198814161",
        pin="291663485",
        url="https://global.gotomeeting.com/join/291663485",
    ),
    Block(
        name="skype-business",
        text=""".........................................................................................................................................
Join Skype Meeting<https://meet.initech.example/bill.l/7QK2MZ4T>
Trouble Joining? Try Skype Web App<https://meet.initech.example/bill.l/7QK2MZ4T?sl=1>

Join by phone
+44 161 496 0330 (Manchester)          English (United Kingdom)
Find a local number<https://dialin.initech.example>

Conference ID: 4481206
Forgot your dial-in PIN?<https://dialin.initech.example> |Help<https://go.microsoft.com/fwlink/?LinkId=389737>
.........................................................................................................................................""",
        phone="+441614960330",
        pin="4481206",
        url="https://meet.initech.example/bill.l/7QK2MZ4T",
    ),
    Block(
        name="jitsi",
        text="""Klicken Sie auf den folgenden Link, um dem Meeting beizutreten:
https://meet.jit.si/WochenrundeNordwest

=====

Um sich stattdessen per Telefon einzuwählen: +49.89.380.38719 PIN: 2907718443#

Einwahlnummern: https://meet.jit.si/static/dialInInfo.html?room=WochenrundeNordwest""",
        phone="+498938038719",
        pin="2907718443",
        url="https://meet.jit.si/WochenrundeNordwest",
    ),
    Block(
        name="bigbluebutton",
        text="""Zugang zum Raum: https://bbb.hochschule.example/b/kle-3fa-9qx-hhz
Zugangscode: 662190
Einwahl per Telefon: 0221 4710 940
Konferenz-PIN: 30877""",
        phone="+492214710940",
        pin="30877",
        url="https://bbb.hochschule.example/b/kle-3fa-9qx-hhz",
    ),
    Block(
        name="nextcloud-talk",
        text="""Nextcloud Talk: https://cloud.verein.example/call/q7m2x9vb
Teilnahme per Telefon
Einwahlnummer: +49 30 23125 644
Meeting-ID: 4471 0926
Ihre PIN: 8130""",
        phone="+493023125644",
        pin="44710926",
        url="https://cloud.verein.example/call/q7m2x9vb",
    ),
    Block(
        name="whereby",
        text="Join the video meeting: https://whereby.com/nordlicht-studio",
        url="https://whereby.com/nordlicht-studio",
    ),
    Block(
        name="chime",
        text="""1. Click to join the meeting: https://chime.aws/5510276634
Meeting ID: 5510 27 6634

2. You can use your phone. Call in using your phone:
Germany: +49 69 9918 7213
Meeting PIN: 5510 27 6634#
One-click Mobile Dial-in: +4969 99187213,,5510276634#""",
        phone="+496999187213",
        pin="5510276634",
        url="https://chime.aws/5510276634",
    ),
    Block(
        name="ringcentral",
        text="""Join the RingCentral video meeting:
https://v.ringcentral.com/join/446120983

One tap to join audio only from a smartphone:
+44 20 3966 3070,,446120983# United Kingdom (London)

Or dial:
+44 20 3966 3070 United Kingdom (London)
Access Code / Meeting ID: 446120983
International numbers available: https://v.ringcentral.com/teleconference""",
        phone="+442039663070",
        pin="446120983",
        url="https://v.ringcentral.com/join/446120983",
    ),
    Block(
        name="dialpad",
        text="""Join the Dialpad meeting: https://meetings.dialpad.com/room/maplehill
Or dial in: +1 (415) 555-0172
PIN: 90418 (followed by #)
Organizer PIN: 7788""",
        phone="+14155550172",
        pin="90418",
        url="https://meetings.dialpad.com/room/maplehill",
    ),
    Block(
        name="blizz",
        text="""TeamViewer Meeting beitreten: https://go.teamviewer.com/v15/m44120987
Telefoneinwahl: +49 30 300149 822
Konferenz-ID: m44-120-987
Telefon-PIN: 44120987#""",
        phone="+4930300149822",
        pin="44120987",
        url="https://go.teamviewer.com/v15/m44120987",
    ),
    Block(
        name="own-exchange-de",
        text="""Telefonkonferenz
Einwahl: 0711/960-4455
Konferenzraum 12, PIN 4711
Moderator-PIN: 9900""",
        phone="+497119604455",
        pin="4711",
    ),
    Block(
        name="own-exchange-3cx",
        text="""Einwahlnummer intern: 800
Einwahlnummer extern: +49 911 27744 800
Konferenz-PIN: 640 218#""",
        phone="+4991127744800",
        pin="640218",
    ),
    Block(
        name="bridge-en",
        text="""Conference call details
Dial-in number (UK): 0330 606 0403
Dial-in number (US): (605) 313-5111
Host access code: 880011#
Participant access code: 447702#""",
        phone="+443306060403",
        pin="447702",
    ),
    Block(
        name="bridge-de-two-roles",
        text="""Einwahldaten zur Telko
Deutschland: 069 9 1721 4260
Schweiz: 044 583 18 05
Moderatoren-Code: 512 330
Teilnehmercode: 512 331""",
        phone="+4969917214260",
        pin="512331",
    ),
    Block(
        name="bridge-toll-free",
        text="""Toll-free: 0800 589 1850
Toll: +49 69 2222 20512
Passcode: 338 904 6#""",
        phone="+498005891850",
        pin="3389046",
    ),
    Block(
        name="bridge-on-one-line",
        text="Dial-in: +49 (0)40 1888 10577, access code 60 91 24, then press #",
        phone="+494018881" + "0577",
        pin="609124",
    ),
    Block(
        name="lifesize",
        text="""Join the meeting: https://call.lifesizecloud.com/15520987
Call in by Phone (audio only)
United Kingdom: +44 20 3974 5500
Meeting extension: 15520987#""",
        phone="+442039745500",
        pin="15520987",
        url="https://call.lifesizecloud.com/15520987",
    ),
)

GREETINGS: tuple[str, ...] = (
    "Mit freundlichen Grüßen\nErika Muster\nMuster GmbH\nTel.: +49 30 901820-15\nMobil: 0171 3920099\nFax: 030 90182",
    "Viele Grüße\n\nJonas Weiß\nVertrieb\nT +49 221 4710-33 | M +49 171 3920088",
    "LG\nSina\n0171 3920077",
    "VG Tom\n--\nTom Baller\nDurchwahl 069 90009-45",
    "Kind regards,\nPriya Nair\nDirect: +44 20 7946 0301\nMobile: +44 7700 900123",
    "Best,\nSam\nm: (415) 555-0134",
    "Best regards\nDr. Olu Adeyemi\nHead of Research | Tel 020 7946 0555",
    "Cheers,\nMo\n-- \nMo Farrow\nOffice 0161 496 0808",
)
"""How mails end, with the writer's own numbers, none of which is to be dialled."""

OPENINGS: tuple[str, ...] = (
    "Hallo Frau Beispiel,\n\nanbei die Unterlagen. Wir gehen die Punkte 1-4 durch.",
    "Hi Anna,\n\nlooking forward to talking through the draft.",
)
