"""The report of a run: one HTML file that needs nothing else, and the figures beside it.

Each module makes the section of the page that answers one question; `page` puts them together.
"""

from __future__ import annotations

from analysis.report.page import figure, illustrations, read_log, sections, summary, write_report

__all__ = ["figure", "illustrations", "read_log", "sections", "summary", "write_report"]
