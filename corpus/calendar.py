"""Eras, fiscal years, periods and council sessions: the one place from which others import them."""

from corpus.eras import (
    ERAS,
    Era,
    era_name,
    era_of,
    fiscal_year,
    japanese_date,
    japanese_fiscal_year,
    japanese_year,
    parse_date,
)
from corpus.expressions import Grain, Period, calendar_year, fiscal_period, month_period
from corpus.periods import Mention, periods, resolve_relative
from corpus.sessions import SessionMention, SessionName, parse_session, sessions

__all__ = [
    "ERAS",
    "Era",
    "Grain",
    "Mention",
    "Period",
    "SessionMention",
    "SessionName",
    "calendar_year",
    "era_name",
    "era_of",
    "fiscal_period",
    "fiscal_year",
    "japanese_date",
    "japanese_fiscal_year",
    "japanese_year",
    "month_period",
    "parse_date",
    "parse_session",
    "periods",
    "resolve_relative",
    "sessions",
]
