"""Every line of the lexicon does what its example says, and no line is dead."""

from __future__ import annotations

from collections import Counter

import pytest

from termintreu.recognition.detection import detect
from termintreu.recognition.detection.grammar.tokens import Tagged, line_of, tagged
from termintreu.recognition.detection.lexicon import SERVICES, TAGS, Entry, entries
from tests.unit.recognition.detection.helpers import ME, occurrence

ENTRIES = tuple(entries())
WORDS = tuple(entry for entry in ENTRIES if entry.file != SERVICES)
CALLS = {
    "phone_call": "phone", "several_calls": "phone", "english_phone_call": "phone",
    "call": "phone", "phone_letters": "phone",
    "by_telephone": "phone", "telephone": "phone", "mobile": "phone", "ring": "phone", "rings": "phone",
    "third_person": "phone", "give": "phone", "gives": "phone", "ring_or_noun": "phone", "speak_to": "phone",
    "report": "phone", "hotline": "phone", "video_call": "video", "video_letters": "video", "video": "video",
    "online": "video", "service_words": "video", "meeting": "video", "personal_meeting": "video", "link": "video",
    "kin": "phone", "self": "phone", "will": "phone", "particle": "phone", "held": "phone",
}  # fmt: skip
"""Tags whose examples are calls, and of which kind."""
NO_CALLS = frozenset(
    {"cancelled", "moved", "negation", "recording", "beforehand", "arrival", "delivery", "done", "when", "about",
     "arranging", "work", "object", "call_object", "new", "no_call", "presence", "venue"}
)  # fmt: skip


def _holds(title: Tagged, entry: Entry) -> bool:
    """Whether a title has a token of that tag that says that word, or ends in it."""
    word = line_of(entry.word.removeprefix("-")).folded.replace(".", "").replace("-", " ")
    for token in title.tokens:
        said = title.line.folded[token.start : token.end].replace(".", "").replace("-", " ")
        if token.tag == TAGS[entry.tag] and (said == word or (entry.word.startswith("-") and said.endswith(word))):
            return True
    return False


@pytest.mark.parametrize("tag", sorted({entry.tag for entry in WORDS}))
def test_every_word_stands_in_its_example_under_its_tag(tag: str) -> None:
    dead = [
        f"{entry.file}: {entry.word}: {entry.said}"
        for entry in WORDS
        if entry.tag == tag and not _holds(tagged(line_of(entry.said)), entry)
    ]
    assert [] == dead


@pytest.mark.parametrize("tag", sorted(CALLS))
def test_an_example_with_a_word_for_calls_is_a_call(tag: str) -> None:
    wrong = []
    for entry in WORDS:
        found = detect(occurrence(summary=entry.said), me=ME) if entry.tag == tag else None
        if entry.tag == tag and (found is None or found.kind != CALLS[tag]):
            wrong.append(f"{entry.file}: {entry.said}: {found.kind if found else None}")
    assert [] == wrong


@pytest.mark.parametrize("tag", sorted(NO_CALLS))
def test_an_example_with_a_word_for_what_is_no_call_is_none(tag: str) -> None:
    assert [] == [
        f"{entry.file}: {entry.said}"
        for entry in WORDS
        if entry.tag == tag and detect(occurrence(summary=entry.said), me=ME) is not None
    ]


def test_a_meeting_by_any_service_is_a_video_call_by_it() -> None:
    wrong = []
    for entry in ENTRIES:
        if entry.file != SERVICES or entry.tag == "messenger":
            continue
        found = detect(occurrence(summary=f"Besprechung ({entry.word})"), me=ME)
        if found is None or (found.kind, found.vendor) != ("video", entry.said):
            wrong.append(entry.word)
    assert [] == wrong


def test_no_word_stands_twice_in_a_file() -> None:
    count = Counter((entry.file, entry.word) for entry in ENTRIES)
    assert [] == [word for word, times in count.items() if times > 1]
