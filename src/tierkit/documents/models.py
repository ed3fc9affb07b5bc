"""The shape of a rule file as pydantic models: keys, what each holds, and what may be left out.

The JSON Schema for editors is generated from these classes, so their field descriptions are what an author
reads while typing. Meaning (names, types, cycles) is checked afterwards, in `tierkit.program`.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from tierkit.documents import fields as f


def _key(description: str, default: Any = None, alias: str | None = None) -> Any:
    return Field(default, description=description, alias=alias)


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class FitEntry(_Entry):
    """How `tierkit fit` computes a cut-off from a population: one of `top`, `quantile`, `mean`, `median`."""

    dimension: f.Name = Field(description="the number whose values are looked at")
    top: f.Number = _key("the share of customers at or above the cut-off, such as 5%")
    ties: f.Ties = _key("`top`: `include` (the default) or `exclude` those who would pass the share together")
    quantile: f.Number = _key("the value that this share of customers does not pass, such as 80%")
    mean: f.Number = _key("so many times the mean")
    median: f.Number = _key("so many times the median")
    where: f.Condition = _key("which customers count; all of them when left out")
    step: f.Number = _key("rounds the cut-off up to a multiple of this")


class FittedEntry(_Entry):
    """The population that a value comes from: written by `tierkit fit`, without any meaning for decisions."""

    on: f.Date = Field(description="the day of evaluation")
    records: f.Number = Field(description="how many customers had a value")
    digest: f.Text = Field(description="the first digits of the sha256 of their values in order")


class ParameterEntry(_Entry):
    """A named threshold, a list, or one value per category."""

    value: f.ParameterValue = Field(
        description="the value; a list; or, with `by`, one value per category value"
    )
    by: f.Name = _key("the category whose value chooses")
    else_: f.ParameterValue = _key("the value for every category value not listed", alias="else")
    because: f.Texts = _key("why it has this value")
    label: f.Texts = _key("its name for people")
    fit: FitEntry | None = _key("how `tierkit fit` computes the value from a population")
    fitted: FittedEntry | None = _key("written by `tierkit fit`: the population that the value comes from")


class ColumnEntry(_Entry):
    """A column of a table, or one computed from others."""

    type: f.Type = Field(description="the type of its values")
    scale: f.Scale = _key("digits after the point: makes sums of numbers exact")
    value: f.Expression = _key("computed from other columns")
    values: f.Values = _key("the values a category can have")


class TableEntry(_Entry):
    """A table that the caller holds, such as orders."""

    key: f.Text = Field(description="the column that holds the customer's key")
    time: f.Text = _key("the column with the time of the event")
    recorded_at: f.Text = _key("the column with the time at which a row became known")
    columns: dict[str, ColumnEntry] = Field(description="the columns that conditions and aggregates use")


class TagEntry(_Entry):
    """What is known about a tag."""

    label: f.Texts = _key("its name for people")
    owner: f.Text = _key("who answers for it")
    description: f.Texts = _key("what it means")


class CharacteristicEntry(_Entry):
    """One line of a scorecard."""

    dimension: f.Name = Field(description="the dimension that earns points")
    weight: f.Number = Field(description="its share of the score; all weights sum to 100%")
    cap: f.Number = _key("value / cap, between 0 and 1")
    points: f.Points = _key("[[x, y], …] joined by straight lines, or {value: y}")
    steps: f.Points = _key("[[x, y], …]: the y of the last x reached")
    on_missing: f.Number = _key("points for a missing value, 0 to 1; else the score is missing")


class DimensionEntry(_Entry):
    """A typed fact about a customer: given, derived, aggregated, scored or provided by a plugin."""

    type: f.Type = Field(description="the type of its values")
    unit: f.Text = _key("the unit, such as CNY or days")
    scale: f.Scale = _key("digits after the point")
    label: f.Texts = _key("its name for people")
    description: f.Texts = _key("what it means")
    values: f.Values = _key("the values a category (or set) can have: a list, or {value: label}")
    min: f.Number = _key("values below are missing")
    max: f.Number = _key("values above are missing")
    on_missing: f.OnMissing = _key("`unknown` (the default), `error`, or a value")
    actionable: f.Boolean = _key("false when a customer cannot change it; `path_to` leaves it alone")
    value: f.Expression = _key("derived: an expression over other dimensions")
    from_: f.Name = _key("aggregated: the table", alias="from")
    aggregate: f.Expression = _key("aggregated: such as sum(amount)")
    where: f.Condition = _key("aggregated: which rows count")
    window: f.Text = _key("aggregated: 30 days, 12 months, this month, previous year; none is lifetime")
    before: f.Text = _key("aggregated: shifts the window back, such as 30 days")
    provider: f.Text = _key("computed by a plugin: the provider's name")
    params: f.Anything = _key("parameters of the provider")
    scorecard: list[CharacteristicEntry] | None = _key("a score from weighted characteristics")


class RuleEntry(_Entry):
    """When a condition holds, tag the customer."""

    id: f.Name = Field(description="the rule's name, unique in the file")
    tag: f.Tag = Field(description="the tag it gives")
    when: f.Condition = Field(description="the condition")
    because: f.Texts = _key("the business reason")
    valid_from: f.Date = _key("first day it applies")
    valid_through: f.Date = _key("last day it applies, inclusive")


class TierEntry(_Entry):
    """One tier of a ladder."""

    id: f.Name = Field(description="the tier's name, unique in the ladder")
    enter: f.Condition = _key("the condition; the last tier may lack it")
    label: f.Texts = _key("its name for people")
    tag: f.Tag = _key("a tag that comes with the tier")
    because: f.Texts = _key("the business reason")


class LadderEntry(_Entry):
    """Tiers that exclude each other, best first."""

    label: f.Texts = _key("its name for people")
    when_unknown: f.StopOrNext = _key("`next` skips a tier that cannot be decided")
    eligible: f.Condition = _key("who is on the ladder at all")
    tiers: list[TierEntry] = Field(description="the tiers, best first")


class BenefitEntry(_Entry):
    """What a tag or tier earns."""

    for_: f.Targets = Field(description="a tag, LADDER.TIER, or a list of them", alias="for")
    grant: f.Anything = Field(description="{provider: its parameters}")
    when: f.Condition = _key("a further condition")
    valid_from: f.Date = _key("first day it applies")
    valid_through: f.Date = _key("last day it applies, inclusive")


class ExampleEntry(_Entry):
    """A record and the answer expected for it; run by `tierkit test`."""

    name: f.Text = Field(description="what it shows")
    given: f.Anything = Field(description="the record")
    expect: f.Anything = Field(description="tags, tiers, scores, benefits, undetermined: each exact")
    as_of: f.Date = _key("the day of evaluation")
    tables: f.Anything = _key("rows of tables")


class HeaderEntry(_Entry):
    """A versioned set of rules that says which class a customer is in, and why."""

    ruleset: f.RuleSetName = Field(description="its name: lower-case letters, digits, _ and -")
    version: f.Version = Field(description="this version")
    title: f.Texts = _key("its name for people")
    description: f.Texts = _key("what it is for")
    valid_from: f.Date = _key("first day this version may be active")
    timezone: f.Zone = _key("calendar days are days of this zone; UTC when left out")
    key: f.Text = _key("the field of a record that names the customer")
    eligible: f.Condition = _key("who is graded at all; others get nothing")
    numeric_tolerance: f.Number = _key("how far two numbers may differ and still be equal")


class RuleSetEntry(HeaderEntry):
    """A tierkit rule set."""

    parameters: dict[str, ParameterEntry] = _key("named thresholds")
    tables: dict[str, TableEntry] = _key("the tables that aggregated dimensions read")
    tags: dict[str, TagEntry] = _key("optional: the tags there are; when present, no other may be used")
    dimensions: dict[str, DimensionEntry] = _key("the facts about a customer")
    rules: list[RuleEntry] = _key("conditions that give tags")
    ladders: dict[str, LadderEntry] = _key("tiers, best first")
    benefits: list[BenefitEntry] = _key("what tags and tiers earn")
    checks: dict[str, f.Level] = _key("how severe a finding is here: {code: error | warning | info | off}")
    examples: list[ExampleEntry] = _key("records with the answers expected")
