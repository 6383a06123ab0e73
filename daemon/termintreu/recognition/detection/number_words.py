"""Words and signs around digits: which of them say that a telephone number stands there, and which that none does.

Tables only; they are for folded text, but for `MASKED`.
"""

from __future__ import annotations

import re

MASKED = re.compile(
    (
        r"https?://[^\s<>\"]{1,2000}"
        r"|(?<!\w)[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}"
        r"|(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])"
        r"|(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?!\w)"
        r"|(?<!\d)(?:97[89][- ]?)(?:\d[- ]?){9}[\dX](?!\d)"
        r"|(?<![\d+])(?:19|20)\d{2}[-./](?:0?[1-9]|1[0-2])[-./](?:0?[1-9]|[12]\d|"
        r"3[01])(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?(?!\d)"
        r"|(?<![\d+])(?:0?[1-9]|[12]\d|3[01])[./-] ?(?:0?[1-9]|1[0-2])[./-] ?(?:(?:19|20)\d{2}|"
        r"\d{2})(?![\d-])(?: {0,2}\d{1,2}[:.]\d{2})?"
        r"|(?<![\d+])(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])/(?:19|20)?\d{2}(?!\d)"
        r"|(?<!\d)\d{1,2}[:.]\d{2} ?(?:-|–|bis|to) ?\d{1,2}[:.]\d{2}(?: ?(?:uhr|h))?(?!\d)"
        r"|(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?!\d)"
        r"|(?<!\d)(?:19|20)\d{2} ?[-–/] ?(?:19|20)\d{2}(?!\d)"
    ),
    re.IGNORECASE,
)
CONFERENCE_ID = re.compile(
    r"(?<!\w)(?:meeting|webinar|besprechungs|sitzungs|reunion|vergader|video[- ]?konferenz|conference|"
    r"konferenz|telefonkonferenz|event|session|"
    r"user|room|raum)[- ]?(?:id|nummer|number|nr|no|code|key|kennung|kennnummer)\W{0,3}$"
    r"|(?<!\w)(?:konferenzraum|room|raum|conf)(?:[- ]?(?:id|nummer|number|nr|no|code))?\.?\W{0,3}$"
)
"""Of a conference: what follows is its code, unless it is written as a telephone number is."""
FOREIGN_ID = re.compile(
    r"(?<!\w)(?!telefon|rufnummer|konf|conf|meeting|teilnehmer)[a-z]{4,30}-(?:nr|nummer)\.?:?\s?$|"
    r"(?<!\w)(?:zimmer|iban|bic|konto|kto|blz|st\.?-?nr|steuernr|ust-?id(?:-?nr)?|vat|tax|steuer|"
    r"hrb|isbn|issn|doi|ean|imei|sku|flug|flight|fax|telefax|"
    r"invoice|rechnung\w*|order|auftrag\w*|bestell\w*|ticket|booking|buchung\w*|reserv\w*|confirmation|"
    r"bestatigung\w*|"
    r"reference|referenz|ref|case|vorgang\w*|aktenzeichen|az|kunden\w*|kd|customer|member|mitglied\w*|vertrag\w*|contract|"
    r"policy|police|versicherung\w*|account|acct|serial|serien\w*|version|artikel\w*|item|part|passcode|"
    r"passwort|password|"
    r"kennwort|pin|access code|zugangscode|zugriffscode|code|kennung|key|schlussel|token|plz|zip|"
    r"postfach|zug|train|ice|"
    r"gate|seat|sitz|wagen|platz|preis|price|total|summe|betrag|amount|eur|usd|chf|gbp|id|dauer|build|"
    r"commit|bug|issue|pr|jira|sendung\w*|tracking|paket\w*|"
    r"personal\w*|matrikel\w*|az|gz|projekt\w*|project|lfd|pos|seite|page|kapitel)"
    r"(?:\.?[- ]?(?:id|nummer|number|nr|no|num|code|#))?\.?\s?[:#=.]{0,2}\s?(?:ist |is |lautet )?$"
    r"|(?:€|\$|£|#|bridge id:?)\s?$"
)
COUNTED = re.compile(r"(?:no\.|nr\.|nummer:?|nr:?)\s?$")
"""Words that count things, and name a number to call as well: how it is written tells."""
FAX = re.compile(r"(?<!\w)(?:tele)?fax\W{0,3}$")
PHONE_LABEL = re.compile(
    r"(?:tel|tele?(?:f|ph)on\w*|phone(?: (?:number|no|call))?|fon|ph|mob|mobil\w*|mobile|handy(?:nummer|"
    r"nr)?|cell|call(?:s)?(?: (?:you|us|me|him|her|in))?|dial(?:[- ]in)?|"
    r"dial (?:in )?number|ruf|anruf\w*|r(?:u|ue)ckruf\w*|rufnummer|durchwahl|dw|nummer|number|nr|unter|"
    r"uber|ueber|auf|at|on|einwahl\w*|einwahlen|whats-?app(?: (?:number|nummer))?|ring|text|sms|"
    r"toll[- ]?free|toll|freecall|bridge|us|uk|office|buro|zentrale|direct|direkt|festnetz|work|home|"
    r"privat|appeler|bellen|llamar|chiamare|telefonisch|telko|telefoon|kontakt|contact|von|from|zu|to|"
    r"numero|"
    r"puh|tlf|gsm|t|m|p|c|☎|📞|📱|✆)"
    r"(?:\s?\([^()]{1,25}\))?[.:)]{0,2}(?: ?(?:number|nummer|nr\.?|is|ist|lautet|to))?:?\s{0,3}[(\[]?$"
)
NUMBER_OF_PHONE = re.compile(
    r"(?:tele(?:f|ph)on\w*|tel\.?|ruf|einwahl|handy|mobil|mobile|phone|dial-?in|call-?in|festnetz|whatsapp|"
    r"r(?:u|ue)ckruf)[- ]?(?:nummer|number|nr|no)s?\.?:?\s{0,3}$"
)
PLAIN_LABEL = re.compile(r"(?:☎|📞|📱|✆|\btel\b|telefon|phone|mobil|handy|fon\b)")
UNIT_AFTER = re.compile(
    r"^\s?(?:€|\$|£|%|eur\b|usd\b|chf\b|euro\b|uhr\b|h\b|km\b|kg\b|mb\b|gb\b|min\b|stk\b|seiten\b|"
    r"pages\b|punkte\b|points\b|tore\b|x\b(?! ?\d)|°|sec\b|jahre\b|years\b|teilnehmer(?![\w-])|people|@)"
)
