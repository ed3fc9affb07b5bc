"""What can be said of all customers at once: regions, proofs about them, and customers who show the opposite.

A condition is true for a set of customers. Here that set is a union of boxes over cells, so that questions
about all customers have answers: nobody is in it, everybody in it is in that one too.

* A `Space` cuts what the conditions of one or several versions ask about into `cells`: no condition can
  tell two values of a cell apart. `coordinates` says what there is: dimensions of the record, the day, and
  opaque things (scores, terms of several dimensions), whose cells are reached only through their inputs.
* `space.shapes[version]` makes a `Shape` of a rule, a tier or a condition: `rule(rule)`, `placed(ladder, n)`,
  `holds(formula, negate=…)`, `unknown(formula)`. Shapes join with `every`, `either` and `outside`.
* `space.region(shape)` is the shape as boxes (`boxes`: `meet`, `minus`, `remainder`, `intersection`,
  `simplified`), `wording.condition` the condition of a box, `index.Index` finds the boxes that hold a box.
* `verdicts` has the questions: `nobody(space, shape)`, `within(space, a, b)`, `same(space, a, b)`. Each
  answer is `Proven`, `Disproven` with a `Witness`, or `Undecided` with the cause.
* `witness.cells_of(space, record, day)` is where a record stands: which boxes it is in.

Boxes are exact where every leaf asks about the record. Opaque coordinates count as independent of their
inputs; interval analysis takes away what is impossible, so *proven* stays a proof, and a witness is
always computed by the reference.

>>> import tierkit
>>> from tierkit.analysis.regions.space import Space
>>> from tierkit.analysis.regions.verdicts import nobody, within
>>> program = tierkit.loads('''
... ruleset: demo
... version: 1
... dimensions: {amount: {type: money}, score: {type: score, scorecard: [
...   {dimension: amount, weight: 100%, cap: 10k}]}}
... rules:
...   - {id: big, tag: BIG, when: amount > 5k}
...   - {id: huge, tag: HUGE, when: amount > 8k}
...   - {id: never, tag: NEVER, when: score >= 90 and amount < 8k}
... ''').program
>>> space = Space(program)
>>> big, huge, never = (space.shapes[0].rule(rule) for rule in program.rules)
>>> nobody(space, never), within(space, huge, big)
(Proven(), Proven())
>>> within(space, big, huge).witness.record
{'amount': 6000.0}
"""
