"""Figures that others send us: read, versioned, replaced, never added twice.

Source = one platform account × one report type. Statement = source + declared period + version +
parts. Parts add, versions replace. A statement is current for each day it declares until a later
version covers that day.
"""

from portal.statements.models.incoming import (
    SCAN,
    How,
    Upload,
)
from portal.statements.models.reports import (
    FIRST_LANDING,
    READ,
    DerivedDay,
    Part,
    RejectedRow,
    Statement,
    StatementState,
)
from portal.statements.models.sources import (
    LONGEST_HEADING,
    LONGEST_KEY,
    ColumnMeaning,
    IdKind,
    Metric,
    Platform,
    ProvinceQuerySet,
    Source,
    free_key,
)

__all__ = [
    "FIRST_LANDING",
    "LONGEST_HEADING",
    "LONGEST_KEY",
    "READ",
    "SCAN",
    "ColumnMeaning",
    "DerivedDay",
    "How",
    "IdKind",
    "Metric",
    "Part",
    "Platform",
    "ProvinceQuerySet",
    "RejectedRow",
    "Source",
    "Statement",
    "StatementState",
    "Upload",
    "free_key",
]
