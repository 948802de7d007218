"""Claim and source in, mismatches out: every fact of the claim that can be compared must stand in its source.

Pure functions, no model, a few milliseconds a sentence. Forms are compared, not strings: "29 janvier" is
"January 29", "VIII" is "eighth", Tokaïev is Tokayev is Токаев, le Maroc is Morocco, "l'ambassadrice" is "посол". What
cannot be recognised as the same is reported as missing: the answer then shows the source's own words instead.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kzchat import bindings, bounds, concepts, copies, directions, full_names, listing, occasions, order, roles, wording
from kzchat.amounts import in_another_form
from kzchat.clauses import clauses, telling
from kzchat.languages import has_kazakh_letters, same_language
from kzchat.moments import ISO_DATE, days_of_the_week, moments, months, weekdays
from kzchat.numerals import numbers
from kzchat.proper_names import Vocabulary, names
from kzchat.spelling import without_vowel_signs
from kzchat.words import is_question, lower_case_words

__all__ = ["Mismatch", "mismatches", "missing", "months", "names", "numbers", "translated_sections", "weekdays"]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A fact of the claim that its source does not hold, or holds otherwise."""

    # "number", "month", "day", "date", "name", "place", "function", "office", "opposite", "role", "agent", "occasion",
    # "bound", "order", "negation", "plan", "open", "question" or "word"; "exchange": the model's, failing these
    kind: str
    text: str  # as the claim has it
    instead: str = ""  # what the source has

    @property
    def contradicts(self) -> bool:
        """Whether the source says otherwise, instead of nothing."""
        return bool(self.instead)

    @property
    def reason(self) -> str:
        """For a reader."""
        match self.kind:
            case "opposite":
                return f"the source says “{self.instead}”, not “{self.text}”"
            case "office" | "word" | "bound":
                return f"the source has “{self.instead}”, not “{self.text}”" if self.instead else self._absent
            case "role":
                return f"the source has it the other way round: “{self.instead}”"
            case "agent":
                return f"the source has “{self.instead}”, not “{self.text}”"
            case "occasion":
                return f"in the source, {self.text} is of something else: “{self.instead}”"
            case "order":
                return f"the source has {self.instead} where this has {self.text}"
            case "negation":
                return f"only one of the two denies it (“{self.text}”)"
            case "exchange":
                return f"the model finds it as likely with two names exchanged: “{self.instead}”"
            case "plan" if not self.instead:
                return f"the source does not say what ought to be (“{self.text}”)"
            case "open":
                return f"the source leaves it open (“{self.text}”)"
            case "plan":
                return f"the source only plans or proposes it (“{self.text}”)"
            case "question":
                return "the source only asks it"
            case "function":
                return f"the office “{self.text}” is not in the source"
            case _:
                return f"the {self.kind} {self.text} is not in the source"

    @property
    def _absent(self) -> str:
        return f"the source does not speak of “{self.text}”"


def mismatches(claim: str, source: str, about: str = "") -> list[Mismatch]:
    """What the claim says that the source does not, or says otherwise.

    Args:
        claim: one sentence.
        source: the sentence or sentences it is held against.
        about: what the article says of itself (title, date, outlet, author); it supports names and dates too.
    """
    claim, source, about = map(without_vowel_signs, (claim, source, about))
    found = [
        *_missing(claim, source, about),
        *_concepts(claim, f"{source}\n{about}"),
        *_opposites(claim, source),
        *(Mismatch("role", text, instead) for text, instead in roles.reversed_roles(claim, source)),
        *(Mismatch("role", text, instead) for text, instead in directions.turned(claim, source)),
        *(Mismatch("office", text, instead) for text, instead in bindings.misbound(claim, f"{source}\n{about}")),
        *(Mismatch("bound", text, instead) for text, instead in bounds.unbound(claim, source)),
        *(Mismatch("bound", text, instead) for text, instead in bounds.turned(claim, source)),
        *(Mismatch("occasion", text, instead) for text, instead in occasions.misdated(claim, source)),
    ]
    if cue := wording.contrasted(claim, source):
        found.append(Mismatch("negation", cue, source))
    if is_question(source) and not is_question(claim):
        found.append(Mismatch("question", "?"))  # no word of the claim: `_once` must not take it for another's
    told = concepts.found("obligations", source) or concepts.found("planned", source)
    if "ought" in (said := concepts.found("obligations", claim)) and not told:
        found.append(Mismatch("plan", said["ought"]))
    if same_language(claim, source):
        found.extend(_wording(claim, source, about))
    else:
        found.extend(_across(claim, source))
    return _once(found)


def missing(claim: str, source: str, about: str = "") -> list[Mismatch]:
    """The numbers, dates and names of the claim that its source does not hold; arguments as for `mismatches`."""
    return _missing(*map(without_vowel_signs, (claim, source, about)))


def _missing(claim: str, source: str, about: str) -> list[Mismatch]:
    ground = f"{source}\n{about}"
    names_apart = (Mismatch("name", text) for text in full_names.torn(claim, ground))
    return _once([*_numbers(claim, source, about), *_dates(claim, ground, about), *_names(claim, ground), *names_apart])


def _once(found: list[Mismatch]) -> list[Mismatch]:
    """Without those about words that an earlier one is about: a missing country is a missing name too."""
    kept: list[Mismatch] = []
    for mismatch in found:
        if not any(other.text in mismatch.text or mismatch.text in other.text for other in kept):
            kept.append(mismatch)
    return kept


def _numbers(claim: str, source: str, about: str) -> Iterator[Mismatch]:
    known = {value for value, _ in numbers(source)} | _numbers_of_about(about, any(months(claim)))
    small = concepts.found("small_numbers", f"{source}\n{about}")
    for value, text in numbers(claim):
        spelt_out = not text[0].isdigit()
        if spelt_out and value == "1":
            continue  # "it came first": what is first and what last is compared as opposites
        if value in known or (spelt_out and (value in small or (value == "2" and _two_sides(source)))):
            continue
        if (small or not _counts_its_list(claim, value, text)) and not in_another_form(value, text, claim, source):
            yield Mismatch("number", text)


def _counts_its_list(claim: str, value: str, text: str) -> bool:
    """Whether a number says how many a list of the claim's has: "A, B and C are the three ports"."""
    definite = re.search(rf"(?<!\w)(?:the|these|those|les|ces|des|aux)\s+{re.escape(text)}(?!\w)", claim, re.IGNORECASE)
    return definite is not None and value in map(str, listing.lengths(claim))


def _two_sides(source: str) -> bool:
    """Whether it names two countries: "both" and "les deux pays" then need no number."""
    return len(concepts.found("places", source)) > 1


def _dates(claim: str, ground: str, about: str) -> Iterator[Mismatch]:
    offered = moments(ground)
    known = {month for month, _ in months(ground)} | {moment.month for moment in offered}
    yield from (Mismatch("month", text) for month, text in months(claim) if month not in known)
    days = days_of_the_week(ground)
    yield from (Mismatch("day", text) for day, text in weekdays(claim) if day not in days)
    article = ISO_DATE.search(about)
    year = int(article.group(1)) if article else None
    for moment in moments(claim):
        rivals = [other for other in offered if other.month == moment.month]
        if not any(moment.within(other, year or moment.year) for other in rivals):
            yield Mismatch("date", moment.text, rivals[0].text if rivals else "")


_FULL_NAME = re.compile(r"\s([A-ZÀ-Þ][\w’'-]+)\s([A-ZÀ-Þ][\w’'-]+)")
_INITIALS = {"US": "US", "UK": "GB", "UAE": "AE", "DRC": "CD", "RDC": "CD", "RCA": "CF"}


def _names(claim: str, ground: str) -> Iterator[Mismatch]:
    vocabulary = Vocabulary.of(ground)
    translated = concepts.words(translated_sections(claim, ground), claim, ground)
    countries, kazakh = concepts.found("places", ground), has_kazakh_letters(claim)
    for name in names(claim):
        if _INITIALS.get(name) in countries or _is_title(name, claim, ground, vocabulary):
            continue
        if not vocabulary.has(name, kazakh) and not any(part in translated for part in concepts.plain(name).split("'")):
            yield Mismatch("name", name)


def _is_title(name: str, claim: str, ground: str, vocabulary: Vocabulary) -> bool:
    """Whether a claim begins with a word that says what somebody is whose full name follows: "Curator Odile Roux".

    "City Council" is no such name, nor is one that has another capitalised word in front of it in the ground.
    """
    full = _FULL_NAME.match(claim, len(name)) if claim.startswith(name) else None
    if full is None or all(part.casefold() in lower_case_words() for part in full.groups()):
        return False
    before = re.search(rf"(?<!^)(?<![.!?]\s)\b[A-ZÀ-Þ][\w’'-]+\s{re.escape(full[1])}\s{re.escape(full[2])}", ground)
    return before is None and all(vocabulary.has(part) for part in full.groups())


# Names that languages translate; what a claim and its source share of them need not be spelt alike.
_TRANSLATED = ("places", "functions", "institutions")


def translated_sections(text: str, ground: str) -> tuple[str, ...]:
    """The concepts by which a name of a text may stand in the ground; across languages also its common words."""
    return _TRANSLATED if same_language(text, ground) else (*_TRANSLATED, "name_words")


def _concepts(claim: str, ground: str) -> Iterator[Mismatch]:
    for section, kind in (("places", "place"), ("functions", "function")):
        known = concepts.found(section, ground)
        here: dict[int, list[concepts.Match]] = {}
        for match in concepts.matches(section, claim):
            here.setdefault(match.start, []).append(match)
        for start, matches in here.items():  # a word may stand for several: "رئيس" heads a state or a company
            if not any(match.concept in known for match in matches):
                yield Mismatch(kind, claim[start : max(match.end for match in matches)])


def _opposites(claim: str, source: str) -> Iterator[Mismatch]:
    said, stated = (concepts.found("opposites", text) for text in (claim, source))
    if wording.denies(claim) != wording.denies(source):
        return  # "did not support" is "rejected"
    for pole, text in said.items():
        other = _other(pole)
        if other in stated and other not in said and pole not in stated:
            yield Mismatch("opposite", text, stated[other])
    for number, pole in _in_other_clauses(claim, source, said):
        yield Mismatch("opposite", number, stated.get(_other(pole), number))
    for new, old in copies.replaced_words(claim, source):
        if {_other(pole) for pole in concepts.found("opposites", new)} & set(concepts.found("opposites", old)):
            yield Mismatch("opposite", new, old)


def _in_other_clauses(claim: str, source: str, said: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Numbers of the claim whose clause in the source says the opposite: "exports rose by 12 %, imports fell by 4"."""
    parts = clauses(source)
    for value, text in numbers(claim):
        holding = [clause for clause in parts if value in {each for each, _ in numbers(clause)}]
        if len(parts) < 2 or len(holding) != 1:
            continue
        there = concepts.found("opposites", holding[0])
        for pole in said:
            if _other(pole) in there and pole not in there and _other(pole) not in said:
                yield text, pole


def _other(pole: str) -> str:
    return pole[:-1] + ("-" if pole.endswith("+") else "+")


def _wording(claim: str, source: str, about: str) -> Iterator[Mismatch]:
    for text, instead in order.misplaced(claim, source):
        yield Mismatch("order", text, instead)
    for text, instead in copies.edited(claim, source):
        yield Mismatch("order", text, instead)
    if strange := wording.foreign(claim, f"{source}\n{about}") or copies.put_in(claim, source, about):
        yield Mismatch("word", strange)
    yield from (Mismatch("word", part) for part in listing.strange_parts(claim, source))
    yield from (Mismatch("agent", text, instead) for text, instead in roles.other_agents(claim, source))
    if cue := wording.denied(claim, source):
        yield Mismatch("negation", cue, source)
    if cue := wording.only_planned(claim, source):
        yield Mismatch("plan", cue, source)
    elif cue := wording.left_open(claim, source):
        yield Mismatch("open", cue, source)


def _across(claim: str, source: str) -> Iterator[Mismatch]:
    """What can be compared of the wording of two languages."""
    told = telling(claim, source) or clauses(source)
    if cue := wording.denied_in_one(claim, source, told):
        yield Mismatch("negation", cue, source)
    if cue := _planned_there(claim, source):
        yield Mismatch("plan", cue, source)
    for text, instead in order.reordered(claim, source):
        yield Mismatch("order", text, instead)


def _planned_there(claim: str, source: str) -> str | None:
    """The word by which every clause of the source that tells of the claim's numbers and places only plans it."""
    if concepts.found("planned", claim) or concepts.found("to_come", claim):
        return None
    cues = [next(iter(concepts.found("planned", clause).values()), "") for clause in telling(claim, source)]
    if not cues or not all(cues):
        return None
    only_may = all(concepts.found("hedges", cue) for cue in cues)
    return None if only_may and concepts.found("abilities", claim) else cues[0]


def _numbers_of_about(about: str, claim_names_a_month: bool) -> set[str]:
    """The numbers of a title, and of an article's date: its year, and its day where the claim is about a date."""
    supported = {value for value, _ in numbers(ISO_DATE.sub(" ", about))}
    for year, _, day in (match.groups() for match in ISO_DATE.finditer(about)):
        supported.add(year)
        if claim_names_a_month:
            supported.add(str(int(day)))
    return supported
