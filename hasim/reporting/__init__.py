"""What people read: tables of answers and timelines of incidents."""
