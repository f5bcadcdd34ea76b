"""Checks of codes an organisation carries."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum.cn import uscc

CODE_LENGTH = 18
# GB 32100-2015: department and kind (letters too: rural collectives begin with N2, which
# stdnum's own check refuses), six digits of the place, nine of the body, one check digit.
SHAPE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}", re.ASCII)


def clean_credit_code(value: str) -> str:
    """Return the 18-character code without blanks and dashes, in capitals.

    Raises: ValidationError that says which part is wrong (GB 32100-2015).
    """
    code = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", value)).upper()
    if len(code) != CODE_LENGTH:
        raise ValidationError(
            _("The credit code has 18 characters; this one has %(count)d."),
            code="credit_code_length",
            params={"count": len(code)},
        )
    if not SHAPE.fullmatch(code):
        raise ValidationError(
            _(
                "The credit code holds only digits and capital letters without I, O, S, V, Z; "
                "the third to the eighth are digits."
            ),
            code="credit_code_format",
        )
    if uscc.calc_check_digit(code[:-1]) != code[-1]:
        raise ValidationError(
            _("The check digit does not fit: compare each character with the licence."),
            code="credit_code_checksum",
        )
    return code


def validate_credit_code(value: str) -> None:
    """Raise ValidationError unless `value` is a whole and correct credit code."""
    clean_credit_code(value)
