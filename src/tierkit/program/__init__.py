"""The typed program: predicates, their normal forms, and the interpreter that says what they mean."""
