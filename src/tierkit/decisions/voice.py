"""What every text about a decision is made of: who speaks, about whom, in which words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from tierkit.decisions.formats import clean
from tierkit.decisions.labels import Labels
from tierkit.decisions.sentences import Sentences

if TYPE_CHECKING:
    from tierkit.decisions.decision import Decision
    from tierkit.decisions.reasons import Finding, Reason, Undetermined

Lines = Iterator[str]

_LONGEST_OWN = 1_000


class Voice:
    """Speaks about one decision in one locale."""

    def __init__(self, decision: Decision, locale: str) -> None:
        self.decision, self.facts, self.locale = decision, decision.facts, locale
        self.program = decision.source.program
        self.labels = Labels(self.program, locale)
        self.words, self.say, self.formats = self.labels.words, self.labels.words.say, self.labels.formats
        self.sentences = Sentences(self.facts, self.labels)

    def head(self) -> str:
        """Who, under which rules, on which day."""
        decision = self.decision
        title = self.labels.longer(self.program.title) or clean(self.program.name)
        day = self.formats.day(decision.day)
        text = self.say("head", title=title, version=clean(self.program.version), day=day)
        if decision.known_at is not None:
            text = self.say("known", head=text, day=self.formats.day(decision.known_at.date()))
        return text if decision.key is None else self.say("customer", key=clean(str(decision.key)), rest=text)

    def pair(self, name: str, value: str) -> str:
        """A name and what it is."""
        return self.say("pair", name=name, value=value)

    def rule(self, name: str) -> str:
        """A rule by its id."""
        return self.say("rule", rule=clean(name))

    def own(self, reason: Reason) -> str | None:
        """A plugin's words for a reason, which then stand for its findings too."""
        text = self.decision.source.plugins.render(reason, self.locale)
        return None if text is None else clean(text, _LONGEST_OWN)

    def because(self, reason: Reason) -> str:
        """The business reason of a rule or of a tier, and which one it is."""
        name = reason.rule or ""
        way = self.labels.target(name, "tier of") if "." in name else self.rule(name)
        because = self.labels.longer(reason.texts)
        return self.words.noted(because, [way]) if because else way

    def findings(self, findings: Iterable[Finding], indent: str) -> Lines:
        """A line for each finding."""
        for finding in findings:
            yield f"{indent}- {self.sentences.finding(finding)}"

    def undecided(self, item: Undetermined, indent: str) -> Lines:
        """A ladder that could not be decided: the tiers still possible, and what is missing."""
        ladder = item.ladder or ""
        tiers = self.words.commas(self.labels.tier(ladder, tier or "") for tier in item.tiers)
        yield f"{indent}{self.pair(self.labels.name(ladder), self.say('possible', tiers=tiers))}"
        yield from (f"{indent}  - {line}" for line in self.sentences.missing(item.missing))
