"""Incidents: one history told moment by moment, to its end or step by step."""
