from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from termintreu.config.profiles import ONLY, Profiles, load_profiles
from termintreu.config.schema import Section
from termintreu.judging.rules import rule_params
from termintreu.model.errors import ConfigError

RULES: Mapping[str, type[Section]] = rule_params()
ACCOUNT = """
[[sources]]
name = "work"
type = "vdir"
path = "/calendars"
[target]
source = "work"
"""


def house(tmp_path: Path, top: str = 'profiles = "people.d"\n', **profiles: str) -> Profiles[Section]:
    (tmp_path / "people.d").mkdir(exist_ok=True)
    for name, text in profiles.items():
        (tmp_path / "people.d" / f"{name}.toml").write_text(text)
        (tmp_path / "people.d" / f"{name}.toml").chmod(0o600)
    (tmp_path / "config.toml").write_text(top)
    (tmp_path / "config.toml").chmod(0o600)
    return load_profiles(tmp_path / "config.toml", RULES)


def problems(tmp_path: Path, top: str, **profiles: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        house(tmp_path, top, **profiles)
    return [problem.replace(f"{tmp_path}/", "") for problem in caught.value.problems]


def problems_of(people: Profiles[Section], name: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        people.load(name)
    return [problem.replace(f"{people.path.parent}/", "") for problem in caught.value.problems]


def test_an_ordinary_configuration_is_for_one_person(tmp_path: Path) -> None:
    people = house(tmp_path, ACCOUNT)

    assert (False, (ONLY,)) == (people.several, people.names)
    assert "work" == people.load(ONLY).config.target.source
    assert ONLY == people.resolve(None)


def test_every_file_of_the_folder_is_a_person(tmp_path: Path) -> None:
    people = house(tmp_path, berta=ACCOUNT, anna=ACCOUNT)
    (tmp_path / "people.d" / "notes.txt").touch()
    (tmp_path / "people.d" / ".anna.toml.swp").touch()

    assert (True, ("anna", "berta")) == (people.several, load_profiles(people.path, RULES).names)


def test_what_the_own_file_says_holds_for_everybody_who_says_nothing_else(tmp_path: Path) -> None:
    top = 'profiles = "people.d"\nlanguage = "en"\n[schedule]\npoll = "2m"\nhorizon = "7d"\n'
    top += "[rules.no_buffer]\nminutes = 5\n"
    people = house(tmp_path, top, anna=ACCOUNT, berta=f'language = "de"\n{ACCOUNT}[schedule]\npoll = "9m"\n')

    anna, berta = people.load("anna"), people.load("berta")

    assert ("en", 120, 7) == (
        anna.config.language,
        anna.config.schedule.poll.seconds,
        anna.config.schedule.horizon.days,
    )
    assert ("de", 540, 7) == (
        berta.config.language,
        berta.config.schedule.poll.seconds,
        berta.config.schedule.horizon.days,
    )
    assert 5 == anna.rule_params["no_buffer"].model_dump()["minutes"]


def test_people_may_stand_in_the_file_itself(tmp_path: Path) -> None:
    person = '[[people]]\nname = "{}"\n[[people.sources]]\nname = "w"\ntype = "vdir"\npath = "/{}"\n'
    person += '[people.target]\nsource = "w"\n'
    people = house(tmp_path, person.format("anna", "a") + person.format("berta", "b"))

    assert ("anna", "berta") == people.names
    assert "/b" == people.load("berta").config.sources[0].path


def test_one_persons_mistakes_are_their_own_and_told_all_at_once_with_their_places(tmp_path: Path) -> None:
    bad = 'langage = "de"\n' + ACCOUNT.replace("vdir", "vdri")
    people = house(tmp_path, anna=ACCOUNT, berta=bad, carl="=1", dora="")

    people.load("anna")
    assert ["people.d/berta.toml:1: langage: unknown key", "people.d/berta.toml:5: sources[0].type: found"] == [
        problem.partition("; ")[0].partition(' "')[0] for problem in problems_of(people, "berta")
    ]
    assert ["people.d/carl.toml:1:1: not valid TOML"] == [
        problem.rpartition(": ")[0] for problem in problems_of(people, "carl")
    ]
    assert ["people.d/dora.toml: sources: is missing", "people.d/dora.toml: target: is missing"] == problems_of(
        people, "dora"
    )


def test_a_mistake_in_an_inline_table_is_told_with_its_line(tmp_path: Path) -> None:
    people = house(tmp_path, '[[people]]\nname = "anna"\nlangage = "de"\n')

    assert "config.toml:3: people[0].langage: unknown key" in "\n".join(problems_of(people, "anna"))


def test_a_mistake_in_what_holds_for_everybody_is_told_once_and_in_its_own_file(tmp_path: Path) -> None:
    top = 'profiles = "people.d"\n[schedule]\npol = "5m"\n'

    told = problems(tmp_path, top, anna=ACCOUNT, berta=ACCOUNT)
    assert ["config.toml:3: schedule.pol: unknown key"] == [problem.partition(";")[0] for problem in told]


def test_what_holds_for_everybody_cannot_stand_in_a_profile(tmp_path: Path) -> None:
    people = house(tmp_path, anna=f'{ACCOUNT}[state]\npath = "/elsewhere"\n')

    assert ["people.d/anna.toml:8: state: holds for all profiles, and belongs into config.toml"] == [
        problem.replace(f"{tmp_path}/", "") for problem in problems_of(people, "anna")
    ]


def test_an_empty_table_says_nothing_and_is_no_mistake(tmp_path: Path) -> None:
    top = 'profiles = "people.d"\n[web]\nlisten = "127.0.0.1:8427"\n'
    people = house(tmp_path, top, anna=f"{ACCOUNT}[state]\n[web]\n")

    assert "127.0.0.1:8427" == people.load("anna").config.web.listen


def test_a_target_may_name_a_source_that_each_person_brings(tmp_path: Path) -> None:
    people = house(
        tmp_path,
        'profiles = "people.d"\n[target]\nsource = "work"\n',
        anna=ACCOUNT.partition("[target]")[0],
    )

    assert "work" == people.load("anna").config.target.source


def test_what_names_nobody_is_said_and_harms_nobody_else(tmp_path: Path) -> None:
    top = 'profiles = "people.d"\n[[people]]\nlanguage = "de"\n[[people]]\nname = "anna"\n[[people]]\nname = "a/b"\n'
    people = house(tmp_path, top, anna=ACCOUNT, **{"no name": ACCOUNT})

    assert ("anna",) == people.names
    people.load("anna")
    no_name = "this cannot be a person's name: letters, digits and . @ + - _ are allowed, 64 of them at most"
    assert [
        f"people.d/no name.toml: {no_name}",
        "config.toml:2: people[0].name: is missing",
        'config.toml:5: people[1].name: found "anna" twice; a file of that name is there already; this one is left out',
        f"config.toml:7: people[2].name: {no_name}",
    ] == [problem.replace(f"{tmp_path}/", "") for problem in people.problems]


def test_of_two_people_with_one_name_the_second_is_left_out_and_told(tmp_path: Path) -> None:
    person = '[[people]]\nname = "anna"\nlanguage = "{}"\n[[people.sources]]\nname = "w"\ntype = "vdir"\npath = "/w"\n'
    person += '[people.target]\nsource = "w"\n'
    people = house(tmp_path, person.format("de") + person.format("en"))

    assert ("anna",) == people.names
    assert "de" == people.load("anna").config.language
    assert (f'{people.path}:11: people[1].name: found "anna" twice; names must differ; this one is left out',) == (
        people.problems
    )


def test_a_file_for_everybody_that_others_can_change_is_a_warning_and_leaves_nobody_out(tmp_path: Path) -> None:
    house(tmp_path, anna=ACCOUNT).path.chmod(0o666)
    people = load_profiles(tmp_path / "config.toml", RULES)

    assert () == people.problems
    assert ["others can change the file" in warning for warning in people.warnings] == [True]


def test_a_folder_that_is_not_there_is_one_message(tmp_path: Path) -> None:
    assert ["people: the folder of profiles cannot be read: No such file or directory"] == problems(
        tmp_path, 'profiles = "people"\n'
    )


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (None, "say whom with --person: anna, berta"),
        ("ana", 'did you mean "anna"?; there are: anna, berta'),
        ("zoe", "there is nobody called 'zoe'; there are: anna, berta"),
    ],
)
def test_who_is_not_named_or_not_there_is_told_who_is(tmp_path: Path, wanted: str | None, said: str) -> None:
    people = house(tmp_path, anna=ACCOUNT, berta=ACCOUNT)

    assert "anna" == people.resolve("anna")
    with pytest.raises(LookupError, match="anna") as caught:
        people.resolve(wanted)
    assert said in str(caught.value)


def test_a_profile_that_others_can_change_is_warned_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    people = house(tmp_path, anna=ACCOUNT)
    people.file("anna").chmod(0o666)
    monkeypatch.setenv("TZ", "Europe/Berlin")

    assert ["anna.toml: others can change the file" in warning for warning in people.load("anna").warnings] == [True]


def test_a_password_that_cannot_be_had_is_told_with_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    monkeypatch.delenv("NOT_SET", raising=False)
    server = 'type = "caldav"\nurl = "https://dav.example/"\nusername = "anna"\npassword = { env = "NOT_SET" }\n'
    people = house(tmp_path, anna=ACCOUNT, berta=f'{ACCOUNT}[[sources]]\nname = "more"\n{server}')
    why = 'the password from env "NOT_SET": there is no such environment variable'

    assert () == people.load("anna").warnings
    assert (f"{people.file('berta')}:13: sources[1].password: {why}",) == people.load("berta").warnings
