"""PDF documents out of Typst templates, in type that has every Chinese character.

A template is a `.typ` file beside the code that fills it; it reads its values as
`json(bytes(sys.inputs.data))`, so that nothing a person typed is ever taken for markup.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import FileResponse

# The family every template names.
FONT = "Noto Sans CJK SC"


def typeset(template: Path, data: dict[str, Any]) -> bytes:
    """Return the PDF of `template` filled with `data`, which holds what JSON can.

    Only the font that is part of the portal is used: the same bytes of type on every machine.
    """
    # The compiler and its font take a tenth of a second to load, and few pages need them.
    import typst
    from noto_cjk_sans_otc import FONT_PATH

    text = json.dumps({"font": FONT, **data}, cls=DjangoJSONEncoder, ensure_ascii=False)
    return bytes(
        typst.compile(
            str(template),
            root=str(template.parent),
            font_paths=[str(Path(str(FONT_PATH)).parent)],
            ignore_system_fonts=True,
            sys_inputs={"data": text},
        )
    )


def pdf_response(filename: str, content: bytes) -> FileResponse:
    """Return a PDF as a download named `filename`, which nobody on the way keeps."""
    # The response closes the file, and closing deletes it.
    target = tempfile.TemporaryFile(suffix=".pdf")  # noqa: SIM115
    target.write(content)
    target.seek(0)
    response = FileResponse(
        target,
        as_attachment=True,
        filename=f"{filename.removesuffix('.pdf')}.pdf",
        content_type="application/pdf",
    )
    response["Cache-Control"] = "private, no-store"
    return response
