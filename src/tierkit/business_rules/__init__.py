"""Rules of the business-rules package carried over and back, and data for its visual rule builders.

Nothing is dropped in silence: what the other side cannot say is listed, with the rule, the part, the reason.
"""

from tierkit.business_rules.builder import rule_builder_data
from tierkit.business_rules.exporting import Exported, to_business_rules
from tierkit.business_rules.importing import Imported, from_business_rules
from tierkit.business_rules.left_out import LeftOut

__all__ = [
    "Exported",
    "Imported",
    "LeftOut",
    "from_business_rules",
    "rule_builder_data",
    "to_business_rules",
]
