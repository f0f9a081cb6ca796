"""Incidents: one history told moment by moment, to its end or step by step."""

from hasim.reporting.incidents.incident import Incident

__all__ = ["Incident"]
