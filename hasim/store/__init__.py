"""Studies on disk: work that is done is kept, so that it is never done twice."""

from hasim.store.recorded import Recorded
from hasim.store.records import Candidate, RunRecord, Status
from hasim.store.study import Run, Study

__all__ = ["Candidate", "Recorded", "Run", "RunRecord", "Status", "Study"]
