"""Reporting periods (报送周期): which ones a notice has (`rhythm`), who owes a report for one (`owing`), and their close (封账)."""
