"""What a worker does: a request of a study, from the text of a draft to what a page shows of it.

A worker is a process of its own (`python -m hasim.work STUDY REQUEST`), so that nothing it needs,
takes or breaks is that of the page which asked: it may be stopped, killed and started again, and
goes on from what the study has kept.
"""
