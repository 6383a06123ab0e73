"""The reader's language is found before the configuration is right, and without one."""

from __future__ import annotations

from pathlib import Path

import pytest

from termintreu.config.language import language_of, locale_language

GERMAN = {"LANG": "de_AT.UTF-8"}
ENGLISH = {"LANG": "en_GB.UTF-8"}


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de"}, "de"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "de_CH"}, "de"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": ""}, "de"),
        ({"LANG": "den_CA"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_locale_is_read_in_the_order_that_posix_gives(environ: dict[str, str], language: str) -> None:
    assert language == locale_language(environ)


@pytest.mark.parametrize(
    ("content", "language"),
    [
        ('language = "en"\n', "en"),
        ('language = "en"\nsources = 4\n', "en"),
        ('language = "en"\nsources = [\n', "en"),
        ("# not said\n", "de"),
        ('[me]\nname = "x"\n', "de"),
    ],
    ids=["stated", "wrong otherwise", "no TOML", "silent", "silent about it"],
)
def test_a_configuration_counts_before_the_locale(content: str, language: str, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(content)

    assert language == language_of(file, GERMAN)


@pytest.mark.parametrize("content", ["sources = [\n", 'language = "fr"\n', "language = 3\n", "\xff"])
@pytest.mark.parametrize(("environ", "language"), [(GERMAN, "de"), (ENGLISH, "en")])
def test_a_bad_configuration_that_states_none_leaves_it_to_the_locale(
    content: str, environ: dict[str, str], language: str, tmp_path: Path
) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(content.encode("latin-1"))

    assert language == language_of(file, environ, wrong=True)


@pytest.mark.parametrize("path", [None, Path("/nowhere/at/all"), Path("/proc/self/mem"), Path("a\0b")])
def test_without_a_configuration_the_locale_counts(path: Path | None) -> None:
    assert ["de", "en"] == [language_of(path, environ) for environ in (GERMAN, ENGLISH)]


def test_each_profile_has_its_own_language(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('language = "de"\nprofiles = "people.d"\n[[people]]\nname = "carl"\nlanguage = "en"\n')
    (tmp_path / "people.d").mkdir()
    (tmp_path / "people.d" / "anna.toml").write_text('language = "en"\n')
    (tmp_path / "people.d" / "bert.toml").write_text("sources = 4\n")

    found = {name: language_of(file, {}, name) for name in ("anna", "bert", "carl", "nobody", "../config", None)}

    assert {"anna": "en", "bert": "de", "carl": "en", "nobody": "de", "../config": "de", None: "de"} == found
