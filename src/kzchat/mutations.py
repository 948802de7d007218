"""A true sentence in, false ones out: one thing broken in each, to see whether a check notices. Pure but for the dice.

French and English. The claim is the broken sentence, its source the true one, or the true one's translation.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from babel import Locale

from kzchat import concepts
from kzchat.exchange import exchange, exchangeable
from kzchat.moments import months
from kzchat.proper_names import names
from kzchat.words import WORD

KINDS = (
    "date", "number", "name", "place", "negation", "roles", "attribution", "planned", "list", "opposite", "splice",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Material:
    """What a corpus offers in place of what is broken."""

    language: str  # "fr" or "en"
    names: tuple[str, ...]
    items: tuple[str, ...]  # parts of its lists
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mutation:
    """A sentence with one thing broken."""

    kind: str  # of KINDS
    claim: str


def material(sentences: Sequence[str], language: str) -> Material:
    """Collect the names and the parts of lists of some sentences."""
    found = {name for sentence in sentences for run in _runs(sentence) for name in (sentence[slice(*run)],)}
    items = {item for sentence in sentences for item in _list_items(sentence)}
    return Material(language, tuple(sorted(found)), tuple(sorted(items)), tuple(sentences))


def mutations(sentence: str, from_: Material, dice: Random) -> Iterator[Mutation]:
    """Break a sentence in each way that it offers, once each.

    Args:
        sentence: true by definition.
        from_: what is put in the place of what is broken.
        dice: decides where there is a choice; the same seed gives the same sentences.
    """
    for kind, break_ in _BREAKS.items():
        claim = break_(sentence, from_, dice)
        if claim and concepts.plain(claim) != concepts.plain(sentence):
            yield Mutation(kind, claim)


def _replaced(text: str, start: int, end: int, new: str) -> str:
    return text[:start] + new + text[end:]


def _date(sentence: str, from_: Material, dice: Random) -> str | None:
    choices: list[tuple[tuple[int, int], str]] = [
        (match.span(), str(int(match.group()) + dice.choice((-3, -2, -1, 1, 2)))) for match in _YEAR(sentence)
    ]
    for _, written in months(sentence):
        at = sentence.find(written)
        language = "en" if written[0].isupper() else "fr"
        others = [str(name) for name in Locale.parse(language).months["format"]["wide"].values()]
        others = [name for name in others if name.casefold() != written.casefold()]
        if at >= 0 and not written[0].isdigit():
            choices.append(((at, at + len(written)), dice.choice(others)))
    if not choices:
        return None
    (start, end), new = dice.choice(choices)
    return _replaced(sentence, start, end, new)


_YEAR = re.compile(r"(?<![\d.,])(?:1[5-9]|20)\d\d(?![\d%])").finditer
_NUMBER = re.compile(r"(?<![\w.,/-])(?!(?:1[5-9]|20)\d\d\b)\d{1,4}(?![\w.,/-]*\d)").finditer


def _number(sentence: str, from_: Material, dice: Random) -> str | None:
    choices = list(_NUMBER(sentence))
    if not choices:
        return None
    match = dice.choice(choices)
    value = int(match.group())
    return _replaced(sentence, *match.span(), str(value + dice.choice((1, 2, 3, 10, max(2, value)))))


_TITLE = re.compile(r"^(?:M|Mme|Mr|Mrs|Dr|Le|La|Les|The)$")


def _runs(sentence: str) -> list[tuple[int, int]]:
    """Where the names stand: runs of capitalised words, but for the one that begins the sentence."""
    known = set(names(sentence))
    runs: list[tuple[int, int]] = []
    for match in WORD.finditer(sentence):
        bare = re.sub(r"^(?:[ldcjmnstLDCJMNST]|qu|Qu)[’']", "", match.group())
        start = match.end() - len(bare)
        if bare not in known or _TITLE.match(bare):
            continue
        if runs and sentence[runs[-1][1] : match.start()] == " ":
            runs[-1] = (runs[-1][0], match.end())
        elif start > 0 or bare != match.group():
            runs.append((start, match.end()))
    return runs


def _name(sentence: str, from_: Material, dice: Random) -> str | None:
    runs = [run for run in _runs(sentence) if not concepts.found("places", sentence[slice(*run)])]
    others = [name for name in from_.names if name not in sentence and not concepts.found("places", name)]
    if not runs or not others:
        return None
    return _replaced(sentence, *dice.choice(runs), dice.choice(others))


_COUNTRIES = {
    "fr": "la France,l’Espagne,le Portugal,la Tunisie,le Sénégal,la Turquie,la Chine,le Japon,le Canada,le Mexique",
    "en": "France,Spain,Portugal,Tunisia,Senegal,Turkey,China,Japan,Canada,Mexico",
}
_COUNTRY = re.compile(r"(?<![\w’'-])(?:l[’'](?=[A-Z])|(?:le|la) (?=[A-Z]))?[A-Z]\w+")
_CAPITALS = ("Paris", "Madrid", "Lisbonne", "Tunis", "Dakar", "Ankara", "Tokyo", "Ottawa")


def _place(sentence: str, from_: Material, dice: Random) -> str | None:
    territories = {str(name) for name in Locale.parse(from_.language).territories.values()}
    found = [m for m in _COUNTRY.finditer(sentence) if re.sub(r"^(?:l[’']|le |la )", "", m.group()) in territories]
    if not found:
        return None
    match = dice.choice(found)
    others = [name for name in _COUNTRIES[from_.language].split(",") if name.split()[-1] not in sentence]
    new = dice.choice(others)
    if not re.match(r"l[’']|le |la ", match.group()):
        new = re.sub(r"^(?:l[’']|le |la )", "", new)
    return _replaced(sentence, *match.span(), new)


def _negation(sentence: str, from_: Material, dice: Random) -> str | None:
    if from_.language == "fr":
        without = re.sub(r"\b(?:ne |n[’'])(\S+) pas\b", r"\1", sentence, count=1)
        if without != sentence:
            return without
        match = re.search(r" (a|ont|est|sont|était|avait|fut|sera|doit|peut|reste|restent) (?=\w)", sentence)
        if not match:
            return None
        verb = match.group(1)
        return _replaced(sentence, *match.span(), f" {'n’' if verb[0] in 'aeéiou' else 'ne '}{verb} pas ")
    without = re.sub(r"\b(is|are|was|were|has|have|had|will|can|did|does|do) not\b", r"\1", sentence, count=1)
    if without != sentence:
        return without
    match = re.search(r" (is|are|was|were|has|have|had|will|can|should|must) (?=\w)", sentence)
    return _replaced(sentence, *match.span(), f" {match.group(1)} not ") if match else None


def _roles(sentence: str, from_: Material, dice: Random) -> str | None:
    runs = _runs(sentence)
    pairs = [(a, b) for i, a in enumerate(runs) for b in runs[i + 1 :] if exchangeable(sentence, a, b, apart=2)]
    if not pairs:
        return None
    return exchange(sentence, *dice.choice(pairs))


_ATTRIBUTION = re.compile(
    r"(?:[Ss]elon|[Dd][’']après|[Aa]ccording to)(?: (?:le|la|les|l[’']|the|M\.|Mme))? "
    r"(?P<who>[A-ZÉ][\w’'-]+(?: [A-ZÉ][\w’'-]+)*)"
)


def _attribution(sentence: str, from_: Material, dice: Random) -> str | None:
    match = _ATTRIBUTION.search(sentence)
    others = [name for name in from_.names if match and name not in sentence]
    return _replaced(sentence, *match.span("who"), dice.choice(others)) if match and others else None


_PLANS = {
    "fr": (
        (r"\b(?:prévoit|envisage|projette) d[e’'] ?", "vient de "),
        (r"\b(?:devrait|pourrait|entend|souhaite|compte|va) (?=\w+(?:er|ir|re|oir)\b)", "vient de "),
        (r"\b(?:devraient|pourraient|entendent|souhaitent|vont) (?=\w+(?:er|ir|re|oir)\b)", "viennent de "),
        (r"\bsera (?=\w+(?:é|ée|i|ie|u|ue)\b)", "a été "),
        (r"\bseront (?=\w+(?:és|ées|is|ies|us|ues)\b)", "ont été "),
    ),
    "en": (
        (r"\b(?:plans|intends|hopes|aims|wants|expects) to (?=\w)", "has managed to "),
        (r"\b(?:plan|intend|hope|aim|want|expect) to (?=\w)", "have managed to "),
        (r"\b(?:will|would|could|should|may|might) be (?=\w+(?:ed|en)\b)", "was "),
        (r"\bis expected to be (?=\w+(?:ed|en)\b)", "was "),
    ),
}


def _planned(sentence: str, from_: Material, dice: Random) -> str | None:
    for pattern, done in _PLANS[from_.language]:
        if re.search(pattern, sentence):
            return re.sub(pattern, done, sentence, count=1)
    return None


_LIST = re.compile(
    r"(?P<a>[a-zà-ÿ][\w’' -]{3,40}), (?P<b>(?:l[ae]s? |l[’']|de la |du |des |the )?[a-zà-ÿ][\w’' -]{3,40})"
    r"(?:,? (?:et|and|ainsi que) )(?P<c>(?:l[ae]s? |l[’']|de la |du |des |the )?[a-zà-ÿ][\w’'-]{3,40})"
)


def _list_items(sentence: str) -> list[str]:
    match = _LIST.search(sentence)
    return [match["b"], match["c"]] if match else []


def _list(sentence: str, from_: Material, dice: Random) -> str | None:
    match = _LIST.search(sentence)
    others = [item for item in from_.items if item not in sentence]
    return _replaced(sentence, *match.span("b"), dice.choice(others)) if match and others else None


_ANTONYMS = {
    "fr": "renforcer affaiblir,renforcement affaiblissement,avant après,après avant,tous certains,toutes certaines,"
    "augmentation diminution,augmenté diminué,hausse baisse,croissance baisse,soutenir rejeter,soutient rejette,"
    "favorable défavorable,ouvert fermé,ouverture fermeture,nord sud,sud nord,oriental occidental,premier dernier,"
    "première dernière,accepté refusé,gagné perdu,victoire défaite,début fin,plus moins,publics privés,public privé,"
    "paix guerre,stabilité instabilité,convergence divergence,intérieur extérieur,vendu acheté,"
    "exportations importations",
    "en": "strengthen weaken,strengthening weakening,before after,after before,all some,increase decrease,"
    "increased decreased,growth decline,support reject,supported rejected,open close,opened closed,north south,"
    "south north,eastern western,first last,accepted refused,won lost,victory defeat,beginning end,more less,"
    "public private,peace war,stability instability,internal external,sold bought,exports imports,rise fall",
}


def _opposite(sentence: str, from_: Material, dice: Random) -> str | None:
    pairs = [pair.split() for pair in _ANTONYMS[from_.language].split(",")]
    found = [(word, other) for word, other in pairs if re.search(rf"(?<![\w’'-]){word}(?![\w’'-])", sentence)]
    if not found:
        return None
    word, other = dice.choice(found)
    return re.sub(rf"(?<![\w’'-]){word}(?![\w’'-])", other, sentence, count=1)


def _splice(sentence: str, from_: Material, dice: Random) -> str | None:
    head, comma, tail = sentence.partition(", ")
    others = [other for other in from_.sentences if other != sentence and ", " in other]
    if not comma or len(WORD.findall(head)) < 4 or len(WORD.findall(tail)) < 3 or not others:
        return None
    return f"{head}, {dice.choice(others).split(', ', 1)[1]}"


_BREAKS: dict[str, Callable[[str, Material, Random], str | None]] = {
    "date": _date,
    "number": _number,
    "name": _name,
    "place": _place,
    "negation": _negation,
    "roles": _roles,
    "attribution": _attribution,
    "planned": _planned,
    "list": _list,
    "opposite": _opposite,
    "splice": _splice,
}
