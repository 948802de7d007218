"""A line in, who it says wrote it out; and the patterns of the names of people, places and agencies. Pure."""

import re

UPPER = "A-ZÀ-ÖØ-ÞŒА-ЯЁӘҒҚҢӨҰҮҺІİ"
_CAPITALISED = rf"[{UPPER}][\w’'.-]*"
PLACE = (
    rf"(?:{_CAPITALISED}(?:[ -](?:de |du |des |of |la |el )?{_CAPITALISED}){{0,2}}|"
    r"[\u0621-\u064a]+(?: [\u0621-\u064a]+)?)"
)

AGENCY = (
    r"(?P<name>MAP|AFP|APS|TAP|AP|Reuters|REUTERS|TASS|ТАСС|Kazinform|KAZINFORM|Qazinform|QAZINFORM|Казинформ|КАЗИНФОРМ|"
    r"ҚазАқпарат|ҚАЗАҚПАРАТ|Xinhua|XINHUA|Синьхуа|EFE|DPA|dpa|ANSA|Anadolu|Interfax|INTERFAX|Интерфакс|ИНТЕРФАКС|"
    r"РИА Новости|RIA Novosti|Sputnik|Bloomberg|UPI|MENA|WAM|QNA|SPA|БелТА|BelTA|Kyodo|"
    r"و ?م ?ع|أ ?ف ?ب|رويترز|واس|وام|شينخوا|كازينفورم|تاس)"
)

_LABEL = (
    r"(?:Par|By|Auteure?s?|Authors?|Written by|Rédigé par|Écrit par|Propos recueillis par|Автор(?:ы|лар|лары)?|Текст|"
    r"Жазған|Мәтін|بقلم|كتبت?|إعداد|الكاتب)"
)
_PARTICLE = r"(?:de|du|des|da|di|del|della|van|von|den|der|ben|bin|ibn|el|al|ould|bint|d’|d')"
_WORD_OF_NAME = rf"(?:[{UPPER}][\w’'.]*(?:-[\w’'.]+)*|{_PARTICLE}[ -]?[{UPPER}][\w’'-]*)"
_NAME = rf"{_WORD_OF_NAME}(?: {_WORD_OF_NAME}){{1,4}}"
_NOT_A_NAME = r"(?!(?:L[ae’']|Les|The|Un|Une|Our|Notre)\b)"
_BEHIND_NAME = r"(?:(?:[ \t]*[,|•·(–—-]|[ \t]+(?:le|on|publié le|published on) (?=\d))[^\n]{0,80}?)?(?<![.!?…])"
_BYLINE_LABELLED = re.compile(rf"^{_LABEL}[ \u00a0]*[:：][ \u00a0]*(?P<name>[^\n]{{3,80}})$", re.IGNORECASE)
_BYLINE_PLAIN = re.compile(
    rf"^(?:Par|PAR|By|BY|Written by|Rédigé par|Écrit par|Propos recueillis par)[ \u00a0]+{_NOT_A_NAME}"
    rf"(?P<name>{_NAME}(?:(?:,| et| and| &) {_NAME})*){_BEHIND_NAME}$"
)
_BYLINE_ARABIC = re.compile(r"^بقلم[ \u00a0]*[:：]?[ \u00a0]*(?P<name>[\u0621-\u064a]+(?: [\u0621-\u064a]+){1,4})$")
_ROLE = re.compile(
    r"(?!(?:L[ae]s?|The|Une?)\b)(?:[^\W\d_]+[ -]){0,2}(?:présidente?|directeur|"
    r"directrice|professeure?|journaliste|ambassad\w+|cherch\w+|expert\w*|"
    r"rédact\w+|ministre|avocat\w*|écrivain\w*|économiste|politologue|analyste|correspondant\w*|président-fondateur|"
    r"president|director|professor|journalist|researcher|editor|minister|fellow|analyst|correspondent|economist|writer|"
    r"президент|директор|профессор|журналист|эксперт|посол|корреспондент|редактор|политолог|сарапшы|елші|тілші|"
    r"رئيس\w*|مدير\w*|أستاذ\w*|صحفي\w*|كاتب\w*|باحث\w*|سفير\w*|خبير\w*)\b",
    re.IGNORECASE,
)


def byline(line: str) -> str | None:
    """The name on a line that is a byline and nothing else, as written."""
    for pattern in (_BYLINE_LABELLED, _BYLINE_PLAIN, _BYLINE_ARABIC):
        if match := pattern.match(line):
            name = match["name"]
            if pattern is _BYLINE_LABELLED:
                name = re.split(r"\s[|•·–—]\s|\s-\s|,? (?:publié|published|le) ", name)[0]
                if not re.match(rf"[{UPPER}\u0621-\u064a«“\"@]", name) or len(name.split()) > 10:
                    continue
            return name.strip(" .,")
    return None


def is_affiliation(line: str) -> bool:
    """Whether a line under a byline says who the author is."""
    return _ROLE.match(line) is not None
