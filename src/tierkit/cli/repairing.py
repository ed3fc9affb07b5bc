"""`history --repair`: what happened to a history, whose lines are whose, what to do. Changes nothing."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

from tierkit.cli.changes import at_store, kind, safe, time
from tierkit.cli.messages import Words
from tierkit.cli.terminal import Terminal
from tierkit.versions.chronicle import Chronicle, known
from tierkit.versions.damage import Damage, Line, Side, damage
from tierkit.versions.directory import HEAD, HISTORY, DirectoryStore
from tierkit.versions.events import Event
from tierkit.versions.opening import open_store

FINE, WRONG = 0, 1


def repair(name: str, *, store: str, terminal: Terminal) -> int:
    """Explains what is wrong with a history and what can be done; 1 when something is."""
    words, place = terminal.words, open_store(store)
    found = place.read(name)
    history = known(Chronicle(place, name).whole(), place)
    harm = damage(history, found.lines)
    guide = Guide(name, history.versions, store, words, file=isinstance(place, DirectoryStore))
    steps = [] if harm is None else list(guide.steps(harm))
    if terminal.json:
        sides = [] if harm is None else [_data(side) for side in harm.sides]
        fault = None if history.fault is None else terminal.say(history.fault)
        kind_ = None if harm is None else harm.kind
        terminal.data(
            {
                "name": name,
                "fault": fault,
                "kind": kind_,
                "sides": sides,
                "steps": [step for step in steps if step],
            }
        )
        return FINE if harm is None else WRONG
    if found.torn:
        terminal.out(words("repair.torn"))
    if harm is None:
        terminal.out(words("repair.whole", name=name, count=words.count("lines", len(history.events))))
        return FINE
    for line in (*guide.what(harm), "", words("repair.unchanged"), *steps):
        terminal.out(line)
    return WRONG


def _data(side: Side) -> dict[str, object]:
    events = [None if line.event is None else line.event.to_dict() for line in side.lines]
    return {"label": side.label, "lines": [line.number for line in side.lines], "events": events}


class Guide:
    """What to say of one history: what happened, and step by step what a person can do."""

    def __init__(self, name: str, versions: tuple[str, ...], store: str, words: Words, *, file: bool) -> None:
        self.name, self.versions, self.words, self.file = name, versions, words, file
        self.folder, self.at_store = Path(store, name), at_store(store)
        self.history, self.head = (shlex.quote(str(self.folder / part)) for part in (HISTORY, HEAD))

    def what(self, harm: Damage) -> Iterator[str]:
        """What happened, and which lines are whose."""
        words = self.words
        before = harm.at - 1
        origin = words("repair.after", line=before) if before else words("repair.beginning")
        slots = {"path": self.folder / HISTORY, "line": harm.at, "before": before, "count": harm.common}
        slots["origin"] = origin
        yield words(_WHAT[harm.kind], **slots)
        for number, side in enumerate(harm.sides, 1):
            label = f" ({safe(side.label)})" if side.label else ""
            yield ""
            yield words("repair.side", side=number, label=label, lines=_numbers(side.lines))
            for line in side.lines:
                yield f"  {self._told(line)}"

    def steps(self, harm: Damage) -> Iterator[str]:
        """What to do, one line after the other; lines that are indented by four are commands."""
        words = self.words
        if not self.file:
            yield words("repair.database")
        elif harm.sides:
            for kept in range(len(harm.sides)):
                yield ""
                yield from self._keep(harm, kept)
        elif harm.kind == "order":
            order = ", ".join(map(str, harm.order))
            yield from _counted([words("repair.reorder", path=self.history, order=order), *self._end()])
        elif harm.kind == "line-ends":
            yield from _counted([words("repair.mend-ends", path=self.history), *self._end()])
        elif harm.kind == "newer":
            yield words("repair.update")
        elif harm.kind in ("cut", "replaced"):
            yield words("repair.by-mistake")
            yield from _counted([*self._restore(), *self._end()])
            yield words("repair.on-purpose")
            yield from _counted([*self._forget(), *self._end()])
        else:
            yield words("repair.from-git")
            yield from _counted([*self._restore(), *self._forget(), *self._end()])
            yield words("repair.no-git")
            delete = words("repair.delete-from", line=harm.rest[0].number, path=self.history)
            yield from _counted([delete, *self._forget(), *self._again(harm.rest, []), *self._end()])

    def _keep(self, harm: Damage, kept: int) -> Iterator[str]:
        """One side stays; what the others did is done again on top of it."""
        words = self.words
        own = harm.sides[kept].lines
        rest = [line for i, side in enumerate(harm.sides) if i != kept for line in side.lines]
        away = sorted([*harm.others, *(line.number for line in rest)])
        yield words("repair.keep", side=kept + 1)
        numbers = ", ".join(map(str, away))
        steps = [words("repair.delete", lines=numbers, path=self.history)]
        if harm.kind == "branches" and [line.number for line in own] != sorted(line.number for line in own):
            steps.append(words("repair.reorder", path=self.history, order=_numbers(own)))
        twice = _twice(own, rest)
        for version in twice:
            path = _word(str(self.folder / f"{version}.yaml"))
            steps.append(words("repair.same-version", version=safe(version), path=path))
            if harm.kind == "conflict":
                side = ("--ours", "--theirs")[kept]
                steps[-1] += f"\n    git checkout {side} -- {path}"
        steps += self._forget()
        steps += self._again(tuple(rest), [*twice, *_published(own)])
        yield from _counted([*steps, *self._end()])

    def _forget(self) -> list[str]:
        """The reminder of how long the history was goes away."""
        return [f"{self.words('repair.forget', path=self.head)}\n    rm -f {self.head}"]

    def _restore(self) -> list[str]:
        commands = (
            f"    git log --oneline -- {self.history}\n    git restore --source COMMIT -- {self.history}"
        )
        return [f"{self.words('repair.restore')}\n{commands}"]

    def _end(self) -> list[str]:
        folder = shlex.quote(str(self.folder))
        check = (
            f"    tierkit history {self.name}{self.at_store}\n    tierkit status {self.name}{self.at_store}"
        )
        return [
            f"{self.words('repair.verify')}\n{check}",
            f"{self.words('repair.commit')}\n    git add {folder}\n    git commit",
        ]

    def _again(self, lines: tuple[Line, ...], known_: list[str]) -> list[str]:
        """The commands that do again what lines did. Versions that are `known_` are not published again.

        What a line that cannot be read has published is seen from the lines that use it.
        """
        commands = []
        there = {*self.versions, *known_}
        for line in lines:
            event = line.event
            if event is None:
                text = self.words("line", line=line.number, text=self.words("repair.unreadable-line"))
                commands.append(f"# {text}")
            elif event.event == "published":
                commands += [] if event.version in known_ else [self._publish(event)]
                there.add(event.version)
            else:
                commands += [] if event.version in there else [self._publish(event)]
                there.add(event.version)
                commands.append(self._turn(event))
        if not commands:
            return []
        return ["\n".join([self.words("repair.again"), *(f"    {command}" for command in commands)])]

    def _publish(self, event: Event) -> str:
        path = _word(str(self.folder / f"{event.version}.yaml"))
        return f"tierkit publish {path}{self._because(event)}"

    def _turn(self, event: Event) -> str:
        version = _word(event.version)
        if event.event == "rolled_back":
            return f"tierkit rollback {self.name} --to {version}{self._because(event)}"
        when = "" if event.effective is None else f" --effective {event.effective.isoformat()}"
        return f"tierkit activate {self.name} {version}{when}{self._because(event)}"

    def _because(self, event: Event) -> str:
        reason = "" if event.reason is None else f" --reason {_word(event.reason)}"
        return f" --by {_word(event.by)}{reason}{self.at_store}"

    def _told(self, line: Line) -> str:
        words, event = self.words, line.event
        if event is None:
            return words("line", line=line.number, text=words("repair.unreadable-line"))
        reason = f" ({safe(event.reason)})" if event.reason else ""
        slots = {"when": time(event.at), "event": kind(event, words), "version": safe(event.version)}
        return words(
            "line", line=line.number, text=words("repair.event", **slots, by=safe(event.by), reason=reason)
        )


def _word(text: str) -> str:
    """Text from a history that nobody has verified, as one word of a command that can be copied."""
    return shlex.quote(safe(text))


def _twice(own: tuple[Line, ...], rest: list[Line]) -> list[str]:
    """Versions that both sides published, from other bytes."""
    mine = {line.event.version: line.event.source_digest for line in own if _publishes(line) and line.event}
    return [
        line.event.version for line in rest
        if line.event is not None and _publishes(line)
        and mine.get(line.event.version, line.event.source_digest) != line.event.source_digest
    ]  # fmt: skip


def _published(lines: tuple[Line, ...]) -> list[str]:
    return [line.event.version for line in lines if line.event is not None and _publishes(line)]


def _publishes(line: Line) -> bool:
    return line.event is not None and line.event.event == "published"


def _numbers(lines: tuple[Line, ...]) -> str:
    return ", ".join(str(line.number) for line in lines)


def _counted(steps: list[str]) -> Iterator[str]:
    for number, step in enumerate(steps, 1):
        first, *others = step.split("\n")
        yield f"  {number}. {first}"
        yield from (f"   {line}" for line in others)


_WHAT = {
    "conflict": "repair.is-conflict",
    "branches": "repair.is-branches",
    "order": "repair.is-order",
    "broken": "repair.is-broken",
    "unreadable": "repair.is-unreadable",
    "newer": "repair.is-newer",
    "line-ends": "repair.is-line-ends",
    "cut": "repair.is-cut",
    "replaced": "repair.is-replaced",
}
