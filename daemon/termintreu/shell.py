"""What a shell and `man` know of the command line, made from the very parser: completion for bash, zsh and fish, and
the manual page. Pure; `termintreu.manual` writes the files.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

from termintreu import __version__

_FILES = frozenset({"config", "path", "password_file"})
"""Options whose value is a file or a folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command of the tree; the top has no name."""

    name: str
    text: str
    actions: tuple[argparse.Action, ...]

    @property
    def options(self) -> list[argparse.Action]:
        """What begins with a dash."""
        return [action for action in self.actions if action.option_strings]

    @property
    def arguments(self) -> list[argparse.Action]:
        """What stands by its place."""
        return [action for action in self.actions if not action.option_strings]


def commands(parser: argparse.ArgumentParser) -> list[Command]:
    """The commands of a parser, in the order of its help."""
    tree = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    texts = {choice.dest: choice.help or "" for choice in tree._choices_actions}
    return [
        Command(name=name, text=texts[name], actions=tuple(sub._actions)) for name, sub in tree._name_parser_map.items()
    ]


def bash(parser: argparse.ArgumentParser) -> str:
    """Completion for bash."""
    known = commands(parser)
    cases = "".join(
        f'        {one.name}) words="{" ".join([*_flags(one), *_choices(one.arguments)])}" ;;\n' for one in known
    )
    choices = {flag: " ".join(_choices([action])) for flag, action in _valued(known) if action.choices}
    values = "".join(
        f'        {flag}) COMPREPLY=($(compgen -W "{words}" -- "$word")); return ;;\n'
        for flag, words in choices.items()
    )
    files = "|".join(dict.fromkeys(flag for flag, action in _valued(known) if action.dest in _FILES))
    others = "|".join(
        dict.fromkeys(flag for flag, action in _valued(known) if action.dest not in _FILES and not action.choices)
    )
    return f"""\
# bash completion for termintreu; made from the program itself.
_termintreu() {{
    local word="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}" command="" words="" each
    case "$before" in
        {files}) COMPREPLY=($(compgen -f -- "$word")); return ;;
{values}        {others}) return ;;
    esac
    for each in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case "$each" in -*) ;; *) command="$each"; break ;; esac
    done
    case "$command" in
        "") words="--help --version {" ".join(one.name for one in known)}" ;;
{cases}    esac
    COMPREPLY=($(compgen -W "$words" -- "$word"))
}}
complete -o filenames -F _termintreu termintreu
"""


def zsh(parser: argparse.ArgumentParser) -> str:
    """Completion for zsh."""
    known = commands(parser)
    described = "\n".join(f"        '{one.name}:{_zsh_text(one.text)}'" for one in known)
    taken = {one.name: [*map(_zsh_option, one.options), *map(_zsh_argument, one.arguments)] for one in known}
    cases = "\n".join(f"        {name}) _arguments {' '.join(words)} ;;" for name, words in taken.items())
    return f"""\
#compdef termintreu
# zsh completion for termintreu; made from the program itself.
_termintreu() {{
    local -a commands
    commands=(
{described}
    )
    if (( CURRENT == 2 )); then
        _describe command commands
        return
    fi
    local command=${{words[2]}}
    shift words
    (( CURRENT-- ))
    case $command in
{cases}
    esac
}}
_termintreu "$@"
"""


def fish(parser: argparse.ArgumentParser) -> str:
    """Completion for fish."""
    lines = ["# fish completion for termintreu; made from the program itself.", "complete -c termintreu -f"]
    for one in commands(parser):
        lines.append(f"complete -c termintreu -n __fish_use_subcommand -a {one.name} -d {_quoted(one.text)}")
        here = f"complete -c termintreu -n '__fish_seen_subcommand_from {one.name}'"
        for option in one.options:
            parts = [f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.option_strings]
            if option.nargs != 0:
                parts.append("-r")
                parts += ["-F"] if option.dest in _FILES else []
                parts += [f"-a {_quoted(' '.join(map(str, option.choices)))}"] if option.choices else []
            lines.append(f"{here} {' '.join(parts)} -d {_quoted(option.help or '')}")
        lines += [f"{here} -a {_quoted(choice)}" for choice in _choices(one.arguments)]
    return "\n".join(lines) + "\n"


def man(parser: argparse.ArgumentParser) -> str:
    """termintreu(1), in the language of man(7)."""
    known = commands(parser)
    shared = {option.dest: option for one in known for option in one.options if _is_common(option.dest, known)}
    parts = [
        f'.TH TERMINTREU 1 "" "termintreu {__version__}" "User Commands"',
        ".SH NAME\ntermintreu \\- keeps the calls you promised",
        ".SH SYNOPSIS\n.B termintreu\n.I COMMAND\n[\\fIoption\\fR ...]",
        _DESCRIPTION,
        ".SH COMMANDS",
    ]
    for one in known:
        names = " ".join(_shown(argument) for argument in one.arguments)
        parts.append(f".TP\n\\fB{one.name}\\fR {_troff(names)}\n{_troff(_sentence(one.text))}")
        own = [option for option in one.options if option.dest not in shared]
        if own:
            parts.append(".RS\n" + "\n".join(map(_man_option, own)) + "\n.RE")
    parts += [".SH OPTIONS\nEvery command takes these:", *map(_man_option, shared.values()), _REST]
    return "\n".join(parts) + "\n"


_DESCRIPTION = """\
.SH DESCRIPTION
Reads the calendars you already have, finds the phone and video calls in them, and writes reminders and tasks into
calendars of its own on your server, so that every calendar app shows them.
It writes nothing else, and nothing to anybody but you.
.PP
Begin with \\fBtermintreu init\\fR, then \\fBtermintreu doctor\\fR and \\fBtermintreu plan\\fR."""

_REST = """\
.SH EXIT STATUS
.TP
.B 0
done
.TP
.B 1
something failed (some source or some write), the rest was done
.TP
.B 2
wrong usage
.TP
.B 78
bad configuration
.SH SIGNALS
.TP
.B SIGTERM, SIGINT
finish the cycle that runs, within ten seconds, and end
.TP
.B SIGHUP
read the configuration again; a bad one leaves the last good one in force
.SH ENVIRONMENT
.TP
.B TERMINTREU_CONFIG
the configuration file
.TP
.B XDG_CONFIG_HOME, XDG_STATE_HOME, XDG_RUNTIME_DIR
where configuration, state and the status socket stand outside systemd
.TP
.B STATE_DIRECTORY, RUNTIME_DIRECTORY, CREDENTIALS_DIRECTORY
the same, and passwords, as systemd gives them
.SH FILES
.TP
.I ~/.config/termintreu/config.toml, /etc/termintreu/config.toml
the configuration: the first of them that is there
.TP
.I ~/.local/state/termintreu
what is remembered; it may be deleted, no reminder is lost or doubled by that
.SH SEE ALSO
.BR systemctl (1),
.BR systemd.exec (5)"""


def _is_common(dest: str, known: list[Command]) -> bool:
    return all(any(option.dest == dest for option in one.options) for one in known)


def _man_option(option: argparse.Action) -> str:
    value = f" \\fI{_troff(_shown(option))}\\fR" if option.nargs != 0 else ""
    names = ", ".join(f"\\fB{_troff(name)}\\fR" for name in option.option_strings)
    return f".TP\n{names}{value}\n{_troff(option.help or '')}"


def _shown(action: argparse.Action) -> str:
    if action.choices:
        return "{" + ",".join(map(str, action.choices)) + "}"
    name = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    return f"[{name}]" if action.nargs == "?" else name


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def _troff(text: str) -> str:
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return f"\\&{escaped}" if escaped.startswith((".", "\\(aq")) else escaped


def _flags(one: Command) -> list[str]:
    return [name for option in one.options for name in option.option_strings if name.startswith("--")]


def _choices(actions: list[argparse.Action]) -> list[str]:
    return [str(choice) for action in actions for choice in action.choices or ()]


def _valued(known: list[Command]) -> Iterator[tuple[str, argparse.Action]]:
    """Every option that takes a value, once, by its long name."""
    seen: set[str] = set()
    for one in known:
        for option in one.options:
            for name in option.option_strings:
                if name.startswith("--") and option.nargs != 0 and name not in seen:
                    seen.add(name)
                    yield name, option


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _zsh_text(text: str) -> str:
    return text.replace("'", "’").replace(":", "\\:").replace("[", "(").replace("]", ")")


def _zsh_option(option: argparse.Action) -> str:
    value = ""
    if option.nargs != 0:
        what = "_files" if option.dest in _FILES else f"({' '.join(map(str, option.choices or ()))})"
        value = f":{_zsh_text(option.dest)}:{what}"
    text = _zsh_text(option.help or "")
    return " ".join(f"'{name}[{text}]{value}'" for name in option.option_strings)


def _zsh_argument(argument: argparse.Action) -> str:
    choices = f"({' '.join(map(str, argument.choices))})" if argument.choices else ""
    return f"'{':' if argument.nargs == '?' else ''}:{argument.dest}:{choices}'"
