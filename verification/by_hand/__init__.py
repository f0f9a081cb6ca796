"""The parts of `verification.shop_by_hand`: one system, written from interface.md's words.

Nothing here imports or follows hasim; that is the point of it.
"""
