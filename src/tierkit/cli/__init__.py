"""The command line: verbs, and the only code that prints.

Exit status: 0 fine, also with warnings; 1 a file that was read has an error, an example failed, a limit was
passed, a change was refused, or a store contradicts itself; 2 wrong usage, or what cannot be read or reached.
"""

from __future__ import annotations

import os
import re
import sys
import traceback
from collections.abc import Sequence
from typing import Any

from tierkit.cli.files import reason
from tierkit.cli.messages import Words, default_locale
from tierkit.cli.terminal import Terminal, forgiving, silence
from tierkit.errors import RecordError, RefusedError, RuleSetError, StoreError, TierkitError

__all__ = ["main"]

FINE, WRONG, USAGE, INTERRUPTED = 0, 1, 2, 130

_HISTORY = re.compile("the history of `([^`]+)`: ")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status; never raises."""
    words_given = list(sys.argv[1:] if arguments is None else arguments)
    terminal = Terminal(Words(_option(words_given, "--locale") or default_locale()), _json(words_given))
    streams = sys.stdout, sys.stderr
    forgiving()
    try:
        status = _run(words_given, terminal)
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # who read the output has gone; the parser may have noticed first
        sys.stdout, sys.stderr = streams
        silence()
        return FINE
    except KeyboardInterrupt:
        return INTERRUPTED
    except RuleSetError as error:
        terminal.problems(error.problems)
        return WRONG
    except RecordError as error:
        text = "; ".join(fault.message(terminal.words.locale) for fault in error.errors)
        key = "" if error.key is None else f" `{error.key}`"
        terminal.note(terminal.words("error", text=terminal.words("record-refused", key=key, text=text)))
        return WRONG
    except RefusedError as error:
        terminal.refused(error.reasons)
        return WRONG
    except StoreError as error:
        return _contradiction(error, terminal)
    except TierkitError as error:
        terminal.error(str(error))
        return USAGE
    except OSError as error:  # standard output, whatever it is, takes no more
        silence()
        terminal.note(
            terminal.words("error", text=terminal.words("cannot-write", path="-", reason=reason(error)))
        )
        return USAGE
    except Exception as error:  # noqa: BLE001  nobody is shown a traceback who did not ask for one
        return _unexpected(error, terminal)
    return status


def _run(arguments: list[str], terminal: Terminal) -> int:
    from tierkit.cli.app import command

    run = command(terminal.words).main
    try:
        status: Any = run(arguments or ["--help"], prog_name="tierkit", standalone_mode=False)
    except Exception as error:
        if type(error).__name__ == "Abort":  # the parser's own exceptions, whatever package they live in
            return INTERRUPTED
        if not hasattr(error, "format_message"):
            raise
        _refuse(error, terminal)
        return USAGE
    return USAGE if not arguments else status if isinstance(status, int) else FINE


def _refuse(error: Any, terminal: Terminal) -> None:
    """Says what is wrong with the command, and where to look."""
    from tierkit.cli.usage import reworded

    words = terminal.words
    message = reworded(error.format_message(), chinese=words.chinese)
    context = getattr(error, "ctx", None)
    command = "tierkit" if context is None else context.command_path
    terminal.note(words("error", text=message))
    terminal.note(words("hint", text=words("see-help", command=command)))


def _contradiction(error: StoreError, terminal: Terminal) -> int:
    """Says what is wrong with a store: 1 when its own content is, 2 when it cannot be used."""
    terminal.error(str(error))
    history = _HISTORY.match(str(error))
    if history is not None:
        terminal.note(terminal.words("hint", text=terminal.words("see-repair", name=history[1])))
    return WRONG if error.contradicts else USAGE


def _unexpected(error: Exception, terminal: Terminal) -> int:
    if os.environ.get("TIERKIT_TRACEBACK"):
        traceback.print_exc()
    first = (str(error).splitlines() or [""])[0]
    text = terminal.words(
        "unexpected", text=f"{type(error).__name__}: {first}" if first else type(error).__name__
    )
    terminal.note(terminal.words("error", text=text))
    return WRONG


def _option(arguments: list[str], name: str) -> str:
    """The value of an option, before the command line is really read: messages need their language first."""
    for position, word in enumerate(arguments):
        if word == name and position + 1 < len(arguments):
            return arguments[position + 1]
        if word.startswith(f"{name}="):
            return word.removeprefix(f"{name}=")
    return ""


def _json(arguments: list[str]) -> bool:
    return _option(arguments, "--format") == "json"
