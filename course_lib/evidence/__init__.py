"""The course's claims put to the test: hypotheses, experiments, records of the runs, verdicts computed from them.

``book/evidence/claims.yml`` has the hypotheses, ``book/evidence/records/`` what the runs gave. A verdict is computed
from the two and typed nowhere.
"""

from course_lib.evidence.claims import Claim, Comparison, read_claims
from course_lib.evidence.judging import Judgement, Outcome, judge
from course_lib.evidence.records import Record, RecordError, Row, read_record
from course_lib.evidence.verdict import Effect, Verdict, paired_effect

__all__ = [
    "Claim",
    "Comparison",
    "Effect",
    "Judgement",
    "Outcome",
    "Record",
    "RecordError",
    "Row",
    "Verdict",
    "judge",
    "paired_effect",
    "read_claims",
    "read_record",
]
