"""Studies on disk: work that is done is kept, so that it is never done twice."""

from hasim.store.desk import Desk, Request, RequestStatus, SavedDraft, models_in
from hasim.store.recorded import Recorded
from hasim.store.records import Candidate, RunRecord, Status
from hasim.store.shelf import Kept, Shelf
from hasim.store.study import Run, Study

__all__ = [
    "Candidate",
    "Desk",
    "Kept",
    "Recorded",
    "Request",
    "RequestStatus",
    "Run",
    "RunRecord",
    "SavedDraft",
    "Shelf",
    "Status",
    "Study",
    "models_in",
]
