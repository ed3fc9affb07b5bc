"""What a file declares, as far as it can be read: benefits and examples may name nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tierkit.documents.decode import Document
from tierkit.documents.nodes import Broken


@dataclass(frozen=True, slots=True)
class Declared:
    """The names of each kind, tiers under `tier LADDER`.

    Of the kinds in `unsure` there may be more, because some entry was refused: nothing is missed among them.
    """

    names: Mapping[str, frozenset[str]]
    unsure: frozenset[str]

    def known(self, kind: str) -> frozenset[str]:
        """The names of a kind."""
        return self.names.get(kind, frozenset())

    def lacks(self, kind: str, name: str) -> bool:
        """True when the file surely declares no `name` of this kind.

        >>> Declared({"tag": frozenset(["VIP"])}, frozenset()).lacks("tag", "vip")
        True
        """
        if kind != "target" or "." not in name:
            return kind not in self.unsure and name not in self.known("tag" if kind == "target" else kind)
        ladder, tier = name.split(".", 1)
        if "ladder" in self.unsure:
            return False
        return self.lacks("ladder", ladder) or self.lacks(f"tier {ladder}", tier)


def declared(document: Document, used_tags: Iterable[str]) -> Declared:
    """The names of a document; `used_tags` are those that rules and tiers give."""
    refused = document.refused
    names: dict[str, set[str]] = {
        "tag": {*used_tags, *map(str, document.tags or ())},
        "ladder": set(map(str, document.ladders)),
        "rule": {str(rule.id) for rule in document.rules if not isinstance(rule, Broken)},
        "score": {str(name) for name, entry in document.dimensions.items() if _is_score(entry)},
    }
    unsure = {kind for kind, section in (("rule", "rules"), ("ladder", "ladders")) if section in refused}
    if "dimensions" in refused:
        unsure.add("score")
    if any(isinstance(rule, Broken) for rule in document.rules):
        unsure.add("rule")
    for ladder, entry in document.ladders.items():
        tiers = document.tiers[ladder]
        names[f"tier {ladder}"] = {str(tier.id) for tier in tiers if not isinstance(tier, Broken)}
        if isinstance(entry, Broken) or any(isinstance(tier, Broken) for tier in tiers):
            unsure.add(f"tier {ladder}")
    if ("tags" in refused) if document.tags is not None else unsure - {"score"}:
        unsure.add("tag")
    if unsure & {"tag"}:
        unsure.add("target")
    names["rule"] |= names["ladder"]
    if "ladder" in unsure:
        unsure.add("rule")
    tiers_of = {ladder: names[f"tier {ladder}"] for ladder in names["ladder"]}
    names["target"] = names["tag"] | {f"{ladder}.{tier}" for ladder, own in tiers_of.items() for tier in own}
    return Declared({kind: frozenset(found) for kind, found in names.items()}, frozenset(unsure))


def _is_score(entry: object) -> bool:
    return isinstance(entry, Broken) or getattr(entry, "type", None) == "score"
