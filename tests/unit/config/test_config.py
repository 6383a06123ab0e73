from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import Field

from termintreu.config import Config, RemindersConfig
from termintreu.config.check import check
from termintreu.config.descriptions import describe
from termintreu.config.file import find_config, likely_zone, load_config, machine_zone, state_folder
from termintreu.config.meaning import FREESWITCH_NEEDS
from termintreu.config.places import line_of, places
from termintreu.config.schema import Section
from termintreu.config.values import Duration
from termintreu.model.errors import ConfigError, InvalidAnswer
from termintreu_connectors.call_logs import freeswitch
from termintreu_connectors.call_logs.log_files import Piece

GOOD = """\
[[sources]]
name = "work"
type = "caldav"
url = "https://cloud.example.com/dav/"
username = "anna"
password = { env = "PASSWORD" }

[target]
source = "work"
"""


class BufferParams(Section):
    """[rules.no_buffer]"""

    minutes: int = Field(default=10, ge=0)
    """A gap shorter than this is too short."""
    words: tuple[str, ...] = ()
    """Words."""
    strict: Literal["yes", "no"] = "no"
    """Strict."""
    after: Duration = timedelta(hours=1)
    """After."""


class ChainParams(Section):
    """[rules.chain]"""

    calls: int = 3
    """Calls in a row."""


RULES: Mapping[str, type[Section]] = {"no_buffer": BufferParams, "chain": ChainParams}


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        check(text, RULES, Path("config.toml"))
    return caught.value.problems


def warnings(text: str) -> tuple[str, ...]:
    return check(text, RULES, Path("config.toml")).warnings


def test_a_good_file_has_neither_problems_nor_warnings() -> None:
    loaded = check(GOOD, RULES, Path("config.toml"))

    assert ((), frozenset()) == (loaded.warnings, loaded.disabled)
    assert "https://cloud.example.com/dav/" == loaded.config.sources[0].url
    assert {"no_buffer": BufferParams(), "chain": ChainParams()} == loaded.rule_params


def test_rules_get_their_parameters_and_are_disabled_by_name() -> None:
    text = GOOD + '[rules]\ndisabled = ["chain"]\n[rules.no_buffer]\nminutes = 15\nwords = ["a"]\nafter = "90m"\n'

    loaded = check(text, RULES, Path("config.toml"))

    assert BufferParams(minutes=15, words=("a",), after=timedelta(minutes=90)) == loaded.rule_params["no_buffer"]
    assert frozenset({"chain"}) == loaded.disabled


BAD = """\
langage = "de"
timezone = "Europe/Berln"

[me]
name = "Anna"
emails = ["anna@beispiel.de", "anna"]
region = "DE-XX"
phones = ["+49 30 901820", "none yet"]
[me.working_hours]
mon = ["09:00-12:30", "18:00-17:00"]

[[sources]]
name = "work"
type = "caldva"
url = "https://cloud.example.com/dav/"
pol = "2m"

[[sources]]
name = "work"
type = "vdir"
url = "https://x"

[[sources]]
name = "crm"
type = "ics"
url = "https://crm.example.com/feed.ics"
poll = "5 minutes"
allow_private = "yes"

[target]
source = "wrok"

[schedule]
poll = 5

[limits]
events = 1

[rules]
disabled = ["chian"]
[rules.no_bufer]
minutes = 1
[rules.no_buffer]
minuts = 4
minutes = "ten"
strict = "jes"

[[contacts]]
emails = ["erika@muster.example"]
timezone = "Wien"

[[call_logs]]
type = "asterisk"
encoding = "latin-99"
"""


def test_every_problem_is_told_at_once_with_its_place_and_what_is_right() -> None:
    expected = [
        (
            'config.toml:1: langage: unknown key; did you mean "language"? (allowed: address_books, alerts, call_logs,',
            "",
        ),
        ('config.toml:2: timezone: found "Europe/Berln"; an IANA time zone', 'did you mean "Europe/Berlin"?'),
        ('config.toml:6: me.emails[1]: found "anna"; an e-mail address such as', ""),
        ('config.toml:7: me.region: found "DE-XX"; allowed: "DE", "DE-BB",', '"DE-TH"'),
        ('config.toml:8: me.phones[1]: found "none yet", which is no phone number;', ""),
        ('config.toml:10: me.working_hours.mon[1]: found "18:00-17:00"; a span of the day', ""),
        ('config.toml:14: sources[0].type: found "caldva"; allowed: "caldav", "ics", "vdir"', 'did you mean "caldav"?'),
        ('config.toml:16: sources[0].pol: unknown key; did you mean "poll"?', ""),
        ('config.toml:18: sources[1]: a source of type "vdir" needs path', ""),
        ('config.toml:19: sources[1].name: found "work" twice; names must differ', ""),
        ('config.toml:27: sources[2].poll: found "5 minutes"; a duration such as "90s", "5m", "1h30m" or "14d"', ""),
        ('config.toml:28: sources[2].allow_private: found "yes", a string; true or false is wanted', ""),
        ('config.toml:31: target.source: found "wrok", but there is no such source', 'did you mean "work"?'),
        ("config.toml:34: schedule.poll: found 5; a duration such as", ""),
        ("config.toml:37: limits.events: found 1; at least 100 is wanted", ""),
        (
            'config.toml:40: rules.disabled[0]: found "chian"; there is no such rule; did you mean "chain"?',
            "no_buffer)",
        ),
        ('config.toml:41: rules.no_bufer: there is no such rule; did you mean "no_buffer"?', ""),
        ('config.toml:44: rules.no_buffer.minuts: unknown key; did you mean "minutes"?', ""),
        ('config.toml:45: rules.no_buffer.minutes: found "ten", a string; a whole number is wanted', ""),
        ('config.toml:46: rules.no_buffer.strict: found "jes"; allowed: "yes", "no"; did you mean "yes"?', ""),
        ("config.toml:48: contacts[0].name: is missing", ""),
        ('config.toml:50: contacts[0].timezone: found "Wien"; an IANA time zone', ""),
        ('config.toml:52: call_logs[0]: a call log of type "asterisk" needs path', ""),
        ('config.toml:54: call_logs[0].encoding: found "latin-99"; a text encoding', ""),
    ]

    found = problems(BAD)

    assert [beginning for beginning, _ in expected] == [
        each[: len(beginning)] for each, (beginning, _) in zip(found, expected, strict=True)
    ]
    assert [] == [each for each, (_, end) in zip(found, expected, strict=True) if end not in each]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = \n", "config.toml:1:5: not valid TOML: Invalid value"),
        ('a = 1\nb = "x', "config.toml: not valid TOML at the end of the file: Unterminated string"),
        ("[me]\nname 3", "config.toml:2:6: not valid TOML: Expected '=' after a key in a key/value pair"),
        (f"a = {'9' * 5000}", "config.toml: not valid TOML: a number is too long, or lists are nested too deeply"),
        (f"a = {'[' * 9999}", "config.toml: not valid TOML: a number is too long, or lists are nested too deeply"),
    ],
)
def test_what_is_no_toml_is_told_with_line_and_column(text: str, message: str) -> None:
    assert [message] == problems(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "config.toml: sources: is missing"),
        ("sources = []\n", "config.toml:1: sources: found a list; at least 1 of them is wanted"),
        ('sources = "x"\n', 'config.toml:1: sources: found "x", a string; a list is wanted'),
        ("sources = [4]\n", "config.toml:1: sources[0]: found 4, a whole number; a table is wanted"),
        ("rules = 4\n" + GOOD, "config.toml:1: rules: found 4, a whole number; a table is wanted"),
        ("target = 4\n", "config.toml:1: target: found 4, a whole number; a table is wanted"),
        (
            GOOD + "[rules]\nchain = 4\n",
            "config.toml:11: rules.chain: found a whole number; a table of parameters is wanted",
        ),
        (
            GOOD + "[rules]\ndisabled = 4\n",
            "config.toml:11: rules.disabled: found a whole number; a list of rules is wanted",
        ),
        (GOOD + "[me]\nname = 2026-01-01\n", "config.toml:11: me.name: found a date or time; a string is wanted"),
        (
            GOOD + '[state]\nretention = "999999w"\n',
            'config.toml:11: state.retention: found "999999w"; a duration of at most ten years is wanted',
        ),
        (GOOD + '[schedule]\npoll = "0m"\n', 'config.toml:11: schedule.poll: found "0m"; at least "2s" is wanted'),
        (
            GOOD + "[limits]\nbody = 1e9\n",
            "config.toml:11: limits.body: found 1000000000.0, a number; a whole number is wanted",
        ),
        (
            GOOD + "[limits]\nbody = true\n",
            "config.toml:11: limits.body: found true; a whole number is wanted",
        ),
        (
            GOOD + "[[contacts]]\nname = 'x'\ncritical = 1\n",
            "config.toml:12: contacts[0].critical: found 1, a whole number; true or false is wanted",
        ),
        (
            GOOD + '[me]\nregion = "UK"\n',
            'config.toml:11: me.region: found "UK"; no country has the code "UK"; did you mean "GB"?',
        ),
        (
            GOOD + '[me]\nregion = "Bayern"\n',
            (
                'config.toml:11: me.region: found "Bayern"; a country such as "DE", '
                'or one with its state such as "DE-BY", is wanted'
            ),
        ),
        (
            GOOD + '[[address_books]]\ntype = "vcard"\nurl = "https://x.example/"\n',
            'config.toml:10: address_books[0]: an address book of type "vcard" needs path',
        ),
        (
            GOOD + '[[address_books]]\ntype = "carddav"\nurl = "https://x.example/"\npath = "~/p"\n',
            'config.toml:10: address_books[0]: an address book of type "carddav" takes url, not path',
        ),
        (
            GOOD + '[[address_books]]\ntype = "cardav"\nurl = "https://x.example/"\n',
            (
                'config.toml:11: address_books[0].type: found "cardav"; allowed: "vcard", "carddav"; '
                'did you mean "carddav"?'
            ),
        ),
        (
            GOOD + '[[address_books]]\nname = "work"\ntype = "vcard"\npath = "~/p"\n',
            'config.toml:11: address_books[0].name: found "work" twice; names must differ',
        ),
        (
            GOOD + '[[address_books]]\ntype = "vcard"\npath = "~/p"\npoll = "0s"\n',
            'config.toml:13: address_books[0].poll: found "0s"; at least "2s" is wanted',
        ),
        (
            GOOD + '[[address_books]]\ntype = "carddav"\nurl = "http://x.example/"\nusername = "a"\n',
            (
                "config.toml:12: address_books[0].url: found http with a log-in, which anybody on the way could read; "
                "https is wanted"
            ),
        ),
        (GOOD + 'type = "vdir"\n', "config.toml:8: target: either source, or type with its url or path, is wanted"),
        (
            GOOD.replace('"caldav"', '"ics"'),
            (
                'config.toml:9: target.source: found "work", which is a feed; '
                "another source is wanted, for a feed cannot be written to"
            ),
        ),
        *(
            (
                GOOD + f"{key} = {name}\n",
                f'config.toml:10: target.{key}: found {name}; a name such as "Termintreu" is wanted',
            )
            for key in ("reminders", "tasks")
            for name in ('""', '"  "')
        ),
        (
            GOOD + '[[call_logs]]\ntype = "fritzbox"\npath = "/var/calls.csv"\n',
            (
                'config.toml:12: call_logs[0].path: a call log of type "fritzbox" is asked over the network, and takes '
                'url, not path; did you mean type "fritzbox-csv"?'
            ),
        ),
        (
            GOOD
            + '[[call_logs]]\ntype = "freeswitch"\npath = "/var/cdr"\n'
            + 'columns = ["${caller_id_number}", "destination_number", "start_stmp", "uuid"]\n',
            (
                "config.toml:13: call_logs[0].columns: billsec, start_stamp are missing; "
                'found "start_stmp"; did you mean "start_stamp"?'
            ),
        ),
        (
            GOOD + '"a key" = 1\n',
            (
                'config.toml:10: target."a key": unknown key '
                "(allowed: login, password, path, reminders, source, tasks, type, url, username)"
            ),
        ),
    ],
)
def test_a_single_mistake_is_one_message(text: str, message: str) -> None:
    assert message in problems(text)
    assert len(problems(text)) <= 2


@pytest.mark.parametrize("missing", [None, *sorted(FREESWITCH_NEEDS)])
def test_the_columns_that_are_asked_for_are_those_that_the_format_needs(missing: str | None) -> None:
    columns = tuple(name for name in freeswitch.DEFAULT_COLUMNS if name in FREESWITCH_NEEDS - {missing})
    form = freeswitch.FreeSwitch(ZoneInfo("Europe/Berlin"), None, columns)
    refused = pytest.raises(InvalidAnswer, match=f"columns must name {missing}")
    with refused if missing else contextlib.nullcontext():
        form.parse(Piece(stream=io.BytesIO(), end=0, first_line=1, after=None))


@pytest.mark.requirement(24)
@pytest.mark.parametrize(
    ("url", "message"),
    [
        (
            "http://cloud.example.com/dav/",
            "found http with a log-in, which anybody on the way could read; https is wanted",
        ),
        ("http://192.168.1.2/", "found http with a log-in, which anybody on the way could read; https is wanted"),
        ("https://anna:geheim@cloud.example.com/", "a log-in stands in the address; put it into username and password"),
        ("cloud.example.com/dav/", "a whole address is wanted, beginning with https://"),
        ("ftp://cloud.example.com/dav/", 'found "ftp:"; a whole address is wanted, beginning with https://'),
        ("https:///dav/", "a whole address is wanted, beginning with https://"),
        ("https://cloud.example.com:port/", "a whole address is wanted, beginning with https://"),
        ("https://[::1/", "a whole address is wanted, beginning with https://"),
    ],
)
def test_an_address_that_is_unsafe_or_none_is_a_problem(url: str, message: str) -> None:
    text = GOOD.replace("https://cloud.example.com/dav/", url)

    assert [f"config.toml:4: sources[0].url: {message}"] == problems(text)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.1:5232", "[::1]:5232", "radicale.localhost"])
def test_http_with_a_login_is_right_on_loopback(host: str) -> None:
    assert () == warnings(GOOD.replace("https://cloud.example.com", f"http://{host}"))


@pytest.mark.parametrize("host", ["127.0.0.1.example.com", "localhost.example.com", "notlocalhost"])
def test_a_host_that_only_looks_like_loopback_is_none(host: str) -> None:
    assert 1 == len(problems(GOOD.replace("https://cloud.example.com", f"http://{host}")))


FEED = '[[sources]]\nname = "crm"\ntype = "ics"\nurl = "{}"\n'


@pytest.mark.parametrize("scheme", ["webcal", "webcals", "WEBCAL"])
def test_webcal_may_stand_wherever_https_may(scheme: str) -> None:
    book = '[[address_books]]\ntype = "carddav"\nurl = "https://x.example/"\n'
    for text in (GOOD, GOOD + FEED.format("https://crm.example.com/x.ics"), GOOD + book):
        assert () == warnings(text.replace("https://", f"{scheme}://"))


def test_a_feed_in_the_open_is_warned_about() -> None:
    (warning,) = warnings(GOOD + FEED.format("http://crm.example.com/secret-path.ics"))

    assert warning.startswith("config.toml:13: sources[1].url: the feed is plain http")
    assert "secret-path" not in warning
    for url in ("https://crm.example.com/x.ics", "webcal://crm.example.com/x.ics", "http://localhost/x.ics"):
        assert () == warnings(GOOD + FEED.format(url))


def test_a_password_in_the_file_is_warned_about() -> None:
    (warning,) = warnings(GOOD.replace('{ env = "PASSWORD" }', '"geheim-1"'))

    assert warning.startswith("config.toml:6: sources[0].password: the password stands in the file; ")
    assert "geheim" not in warning


@pytest.mark.parametrize(
    ("password", "message"),
    [
        (
            '{ enviroment = "X" }',
            'sources[0].password.enviroment: unknown key; did you mean "env"? (allowed: credential, env,',
        ),
        ('{ hunter2 = "X" }', "sources[0].password: unknown key (allowed: credential, env, file, command, keyring)"),
        ('{ fille = "X" }', 'sources[0].password.fille: unknown key; did you mean "file"? (allowed: credential, env,'),
        ('{ env = "X", file = "y" }', "sources[0].password: exactly one of credential, env, file, command, keyring is"),
        ("{}", "sources[0].password: exactly one of credential, env, file, command, keyring is wanted"),
        ("1234", 'sources[0].password: found a whole number; a table such as { env = "NAME" } is wanted'),
        ('["x"]', "sources[0].password: found a list; a table such as"),
        ('{ command = "pass caldav" }', 'sources[0].password.command: a list of strings such as ["pass", "caldav"]'),
        ("{ command = [] }", 'sources[0].password.command: a list of strings such as ["pass", "caldav"] is wanted'),
        ("{ env = 4 }", "sources[0].password.env: found a whole number; a string that is not empty is wanted"),
    ],
)
def test_a_password_that_comes_from_nowhere_is_a_problem(password: str, message: str) -> None:
    assert problems(GOOD.replace('{ env = "PASSWORD" }', password))[0].startswith(f"config.toml:6: {message}")


PLACES = [
    "password = {}",
    "passwrd = {}",
    "passwd = [{}]",
    "password = [{}]",
    "password = {{ secret = {} }}",
    "password = {{ env = {}, file = {} }}",
    "password = {{ deep = {{ deeper = {} }} }}",
    "token.password = {}",
    "password = {}\npoll = {}",
    "password = {}\ncalendars = {}",
    "secret = {}\nallow_private = {}\nvisits = {}",
    "auth = [{{ password = {} }}]",
    "password = {}\npassword = {}",
    "password = {} {}",
    "password = {{ x = {}",
]


@pytest.mark.requirement(26)
@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(PLACES),
    st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=6, max_size=30),
    st.booleans(),
)
def test_a_secret_in_a_wrong_place_stands_in_no_message(place: str, secret: str, as_url: bool) -> None:
    def with_secret(word: str) -> str:
        text = f"{FEED.format('https://x.example/')}{place.format(*[json.dumps(word)] * 3)}\n[target]\nsource = 4\n"
        login = f"https://anna:{word.replace(chr(34), '').replace(chr(92), '')}@x/"
        return text.replace("https://x.example/", login) if as_url else text

    text = with_secret(secret)
    # One that is a word of the messages themselves shows nothing.
    assume(secret.strip() not in "\n".join(problems(with_secret("¤¤¤¤¤¤¤¤¤¤"))))

    found = "\n".join(problems(text))

    assert "config.toml" in found
    assert secret not in found
    assert secret not in repr(problems(text))


def test_a_password_that_stands_once_more_in_a_wrong_place_is_not_shown_there() -> None:
    text = GOOD.replace('{ env = "PASSWORD" }', '"geheim-1"\npoll = "geheim-1"\ncalendars = "geheim-1"')

    assert ["found a string; a duration such as", "found a string; a list is wanted"] == [
        each.split(": ", 2)[2][: len(expected)]
        for each, expected in zip(
            problems(text), ["found a string; a duration such as", "found a string; a list is wanted"], strict=True
        )
    ]


def test_a_key_that_is_given_twice_in_a_line_is_not_shown() -> None:
    text = GOOD.replace('{ env = "PASSWORD" }', "{ geheim-1 = 1, geheim-1 = 2 }")

    assert ["config.toml:6:40: not valid TOML: Duplicate inline table key"] == problems(text)


def test_a_wrong_key_does_not_hide_what_is_wrong_with_its_table() -> None:
    assert [
        (
            'config.toml:13: sources[1].type: found "vdri"; allowed: "caldav", "ics", "vdir", "google", "microsoft"; '
            'did you mean "vdir"?'
        ),
        'config.toml:15: sources[2]: a source of type "vdir" needs path',
        "config.toml:18: sources[2].visits: found 1, a whole number; true or false is wanted",
    ] == problems(
        GOOD + '\n[[sources]]\nname = "a"\ntype = "vdri"\n\n[[sources]]\nname = "b"\ntype = "vdir"\nvisits = 1\n'
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GOOD.replace("url", "ur"), 'config.toml:4: sources[0].ur: unknown key; did you mean "url"?'),
        (GOOD + "[[contacts]]\nnam = 'x'\n", 'config.toml:11: contacts[0].nam: unknown key; did you mean "name"?'),
        (GOOD.replace("source =", "sorce ="), 'config.toml:9: target.sorce: unknown key; did you mean "source"?'),
        (GOOD.replace("env =", "evn ="), 'config.toml:6: sources[0].password.evn: unknown key; did you mean "env"?'),
    ],
)
def test_what_is_lacking_for_a_slip_of_the_pen_is_not_told_a_second_time(text: str, expected: str) -> None:
    assert [expected] == [each[: len(expected)] for each in problems(text)]


@pytest.mark.requirement(26)
def test_a_loaded_password_stands_in_no_representation() -> None:
    loaded = check(GOOD.replace('{ env = "PASSWORD" }', '"geheim-1"'), RULES, Path("config.toml"))

    assert "geheim" not in repr(loaded)
    assert "geheim" not in loaded.config.model_dump_json()


# Lines


TRICKY = '''\
a.b = 1 # [x]
[me]
emails = ["a", # ]
  "b#c",
  """x
]y\\"""" ]
"q.x" = { z = [1, {w = 2}] , k = 2 }
d = 2020-01-01 10:00:00
[[sources]]
name = "x"
[sources.password]
env='e'
[[sources]]
poll = \'\'\'a
'b\'\'\'
[[sources.sub]]
x = 1
[[sources]]
[[sources.sub]]
'''


def test_the_line_of_every_key_is_found() -> None:
    found = places(TRICKY)

    assert {
        ("a", "b"): 1,
        ("me", "emails"): 3,
        ("me", "emails", 1): 4,
        ("me", "emails", 2): 5,
        ("me", "q.x", "z", 1, "w"): 7,
        ("me", "q.x", "k"): 7,
        ("me", "d"): 8,
        ("sources", 0, "password", "env"): 12,
        ("sources", 1, "poll"): 14,
        ("sources", 1, "sub", 0, "x"): 17,
        ("sources", 2, "sub", 0): 19,
    }.items() <= found.items()
    assert 13 == line_of(found, ("sources", 1, "name"))
    assert line_of(found, ("contacts", 0)) is None


keys = st.text(st.sampled_from("ab.#\" ='[é"), min_size=1, max_size=4)
values = st.recursive(
    st.integers() | st.booleans() | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{json.dumps(key, ensure_ascii=False)} = {toml(each)}" for key, each in value.items())
            + "}"
        )
    if isinstance(value, list):
        return "[\n" + "".join(f"  {toml(each)}, # ]\n" for each in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield (*path, key)
        yield from paths(each, (*path, key))


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(keys, values, max_size=4))
def test_every_path_of_any_file_has_a_line(data: dict[str, Any]) -> None:
    text = "".join(f"{json.dumps(key, ensure_ascii=False)} = {toml(value)}\n" for key, value in data.items())

    assert set(paths(data)) == places(text).keys()


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("[]{}=,.\"'#\n\\ab1 ")))
def test_the_search_for_lines_ends_on_any_text(text: str) -> None:
    places(text)


# The file itself


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    path = tmp_path / "config.toml"
    path.write_text(GOOD, encoding="utf-8")
    path.chmod(0o600)
    return path


def test_a_file_is_loaded_with_its_path(file: Path) -> None:
    loaded = load_config(file, RULES)

    assert (file, ()) == (loaded.path, loaded.warnings)


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf" + GOOD.encode(), GOOD.replace("\n", "\r\n").encode()])
def test_a_byte_order_mark_and_foreign_line_ends_do_no_harm(file: Path, content: bytes) -> None:
    file.write_bytes(content + b'[me]\r\nregion = "X"\r\n')

    with pytest.raises(ConfigError, match=r"config\.toml:11: me\.region"):
        load_config(file, RULES)


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "cannot be read: No such file"), (b"a = 1\nb = '\xff'", "config.toml:2: is not UTF-8")],
)
def test_a_file_that_cannot_be_read_is_one_message(file: Path, content: bytes | None, message: str) -> None:
    file.unlink()
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(ConfigError, match=message):
        load_config(file, RULES)


@pytest.mark.parametrize(
    ("mode", "plain", "word"),
    [
        (0o600, True, None),
        (0o640, False, None),
        (0o640, True, "others can read the file, and the passwords in it"),
        (0o644, False, "others can read the file, and the contacts and the addresses of feeds in it"),
        (0o620, False, "others can change the file, and with it the commands that are run"),
    ],
)
def test_what_others_may_do_with_the_file_is_warned_about(file: Path, mode: int, plain: bool, word: str | None) -> None:
    if plain:
        file.write_text(GOOD.replace('{ env = "PASSWORD" }', '"geheim-1"'), encoding="utf-8")
    file.chmod(mode)

    found = [each for each in load_config(file, RULES).warnings if "chmod" in each]

    assert [word] * (word is not None) == [each.split(": ")[1] for each in found]


def test_the_configuration_is_looked_for_in_order(tmp_path: Path) -> None:
    user = tmp_path / "home" / ".config" / "termintreu" / "config.toml"
    user.parent.mkdir(parents=True)
    user.touch()
    home = {"HOME": str(tmp_path / "home")}
    xdg = tmp_path / "xdg" / "termintreu" / "config.toml"
    xdg.parent.mkdir(parents=True)
    xdg.touch()

    assert Path("/a") == find_config(Path("/a"), {"TERMINTREU_CONFIG": "/b"})
    assert Path("/b") == find_config(None, {"TERMINTREU_CONFIG": "/b", **home})
    assert xdg == find_config(None, {"XDG_CONFIG_HOME": str(tmp_path / "xdg"), **home})
    assert user == find_config(None, {"XDG_CONFIG_HOME": "relative", **home})
    with pytest.raises(
        ConfigError, match=r"there is no configuration: looked at /nowhere/termintreu/config\.toml and /etc"
    ):
        find_config(None, {"XDG_CONFIG_HOME": "/nowhere"})


def test_the_state_stands_where_it_is_said_to(tmp_path: Path) -> None:
    silent = check(GOOD, RULES, Path("config.toml")).config
    said = check(GOOD + '[state]\npath = "~/state"\n', RULES, Path("config.toml")).config
    environ = {"HOME": "/home/anna", "STATE_DIRECTORY": "/var/lib/termintreu:/var/lib/other", "XDG_STATE_HOME": "/xdg"}

    assert Path("/home/anna/state") == state_folder(said, environ)
    assert Path("/var/lib/termintreu") == state_folder(silent, environ)
    del environ["STATE_DIRECTORY"]
    assert Path("/xdg/termintreu") == state_folder(silent, environ)
    del environ["XDG_STATE_HOME"]
    assert Path("/home/anna/.local/state/termintreu") == state_folder(silent, environ)


@pytest.mark.parametrize(
    ("environ", "link", "named", "expected"),
    [
        ({"TZ": "Europe/Vienna"}, "/usr/share/zoneinfo/Europe/Berlin", None, "Europe/Vienna"),
        ({"TZ": ":/usr/share/zoneinfo/Europe/Vienna"}, None, None, "Europe/Vienna"),
        ({"TZ": ""}, "/usr/share/zoneinfo/Europe/Berlin", None, "UTC"),
        ({"TZ": "CET-1CEST,M3.5.0,M10.5.0/3"}, "/usr/share/zoneinfo/Europe/Berlin", None, "Europe/Berlin"),
        ({}, "../usr/share/zoneinfo/America/Argentina/Buenos_Aires", None, "America/Argentina/Buenos_Aires"),
        ({}, "/usr/share/zoneinfo/posix/Europe/Berlin", None, "Europe/Berlin"),
        ({}, None, "Europe/Zurich\n", "Europe/Zurich"),
        ({}, "/somewhere/else", "no zone", "UTC"),
        ({}, None, None, "UTC"),
    ],
)
def test_the_machine_tells_its_time_zone(
    tmp_path: Path, environ: dict[str, str], link: str | None, named: str | None, expected: str
) -> None:
    if link is not None:
        (tmp_path / "localtime").symlink_to(link)
    if named is not None:
        (tmp_path / "timezone").write_text(named)

    assert expected == machine_zone(environ, tmp_path)


@pytest.mark.parametrize(
    ("machine", "region", "expected"),
    [
        ("UTC", "DE-BY", "Europe/Berlin"),
        ("Etc/UTC", "at", "Europe/Vienna"),
        ("UTC", "US", "America/New_York"),
        ("UTC", "XX", "UTC"),
        ("Asia/Tokyo", "DE", "Asia/Tokyo"),
    ],
)
def test_where_the_machine_runs_on_utc_the_region_tells_the_time_zone(
    monkeypatch: pytest.MonkeyPatch, machine: str, region: str, expected: str
) -> None:
    monkeypatch.setenv("TZ", machine)

    assert expected == likely_zone(region)


def test_a_machine_on_utc_and_no_time_zone_is_warned_of(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = "\n".join(line for line in GOOD.splitlines() if not line.startswith("timezone"))
    file.write_text(silent, encoding="utf-8")
    monkeypatch.setenv("TZ", "UTC")
    (warning,) = load_config(file, RULES).warnings
    assert 'timezone = "Europe/Berlin"' in warning

    file.write_text('timezone = "UTC"\n' + silent, encoding="utf-8")
    assert () == load_config(file, RULES).warnings
    file.write_text(silent, encoding="utf-8")
    monkeypatch.setenv("TZ", "Europe/Vienna")
    assert () == load_config(file, RULES).warnings


def test_every_option_is_explained() -> None:
    seen: set[type[Section]] = set()

    def walk(model: type[Section]) -> Iterator[str]:
        if model in seen:
            return
        seen.add(model)
        for name, field in model.model_fields.items():
            if not field.description:
                yield f"{model.__name__}.{name}"
            for inner in sections_in(field.annotation):
                yield from walk(inner)

    describe()
    assert [] == list(walk(Config))
    assert len(seen) > 10


def sections_in(annotation: Any) -> Iterator[type[Section]]:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from sections_in(inner)


def test_a_password_of_an_address_book_in_the_file_is_warned_about() -> None:
    book = '[[address_books]]\ntype = "carddav"\nurl = "https://x.example/"\nusername = "a"\npassword = "x"\n'

    [warning] = warnings(GOOD + book)
    assert "address_books[0].password: the password stands in the file" in warning


@pytest.mark.parametrize(
    ("target", "told"),
    [
        (
            'source = "work"\nreminders = "Ours"\ntasks = "ours "',
            'target.tasks: found "ours " for reminders and for tasks; two names are wanted',
        ),
        (
            'source = "work"\nreminders = "Termintreu Aufgaben"',
            'target.reminders: found "Termintreu Aufgaben" for reminders and for tasks; two names are wanted',
        ),
        (
            'source = "work"\nreminders = "sales"',
            'target.reminders: found "sales", a calendar that sources[0].calendars[1] has read; a name of its own',
        ),
        (
            'type = "caldav"\nurl = "https://cloud.example.com/dav"\nusername = "anna"\ntasks = "Work"',
            'target.tasks: found "Work", a calendar that sources[0].calendars[0] has read; a name of its own',
        ),
    ],
    ids=["one name", "a default's name", "a calendar that is read", "of an account that is named anew"],
)
@pytest.mark.requirement(3)
def test_our_own_collections_are_two_and_nobody_elses(target: str, told: str) -> None:
    source = GOOD.partition("[target]")[0].replace("[target]", "") + 'calendars = ["Work", "Sales", "Ter*"]\n'
    (problem,) = problems(f"{source}[target]\n{target}\n")
    assert told in problem


def test_a_pattern_or_another_account_may_hold_a_name_of_ours() -> None:
    source = GOOD.partition("[target]")[0] + 'calendars = ["Ter*", "*"]\n'
    assert () == warnings(source + '[target]\nsource = "work"\n')
    other = 'type = "caldav"\nurl = "https://other.example.com/"\nreminders = "Work"\n'
    assert () == warnings(source.replace('"Ter*"', '"Work"') + f"[target]\n{other}")


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ('lead = "0m"', 'reminders.lead: found "0m"; a duration from "1m" to "24h" is wanted'),
        ('strict_lead = "25h"', 'reminders.strict_lead: found "25h"; a duration from "1m" to "24h" is wanted'),
        ('lead = "soon"', 'reminders.lead: found "soon"; a duration such as "90s"'),
        ('eve = "24:00"', 'reminders.eve: found "24:00"; a time of the day such as "16:00", or "" for none, is wanted'),
        ("eve = 16", "reminders.eve: found 16; a time of the day"),
        ('own_alarm = "loud"', 'reminders.own_alarm: found "loud"'),
    ],
)
def test_a_reminder_stands_at_a_moment_that_there_is(line: str, wanted: str) -> None:
    (found,) = problems(f"{GOOD}\n[reminders]\n{line}\n")
    assert wanted in found


@pytest.mark.parametrize(("given", "expected"), [("16:00", "16:00"), ("7:05", "07:05"), ("", "")])
def test_the_reminder_of_the_day_before_has_its_time_or_is_left_out(given: str, expected: str) -> None:
    eve = RemindersConfig(eve=given).eve_at
    assert expected == (f"{eve:%H:%M}" if eve else "")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://hc.example.com/4711", "it goes in the clear; https:// is wanted, or http:// on this machine"),
        ("hc.example.com/4711", "a whole address is wanted, beginning with https://"),
        ("ftp://hc.example.com/4711", "a whole address is wanted, beginning with https://"),
    ],
)
def test_a_heartbeat_that_cannot_be_asked_is_a_problem(url: str, said: str) -> None:
    assert [f"config.toml:11: alerts.heartbeat: {said}"] == problems(f'{GOOD}[alerts]\nheartbeat = "{url}"\n')


@pytest.mark.parametrize("url", ["https://hc.example.com/4711", "http://127.0.0.1:8000/4711", "http://localhost/4711"])
def test_a_heartbeat_goes_over_tls_or_stays_on_this_machine(url: str) -> None:
    assert url not in str(warnings(f'{GOOD}[alerts]\nheartbeat = "{url}"\n'))
