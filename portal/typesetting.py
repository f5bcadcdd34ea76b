"""PDF documents out of Typst templates, in type that has every Chinese character.

A template is a `.typ` file beside the code that fills it; it reads its values as
`json(bytes(sys.inputs.data))`, so that nothing a person typed is ever taken for markup.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import FileResponse

# The family every template names.
FONT = "Noto Sans CJK SC"


def font_path() -> Path:
    """Where the font lies that is part of the portal; read when it is needed first."""
    from noto_cjk_sans_otc import FONT_PATH

    return Path(str(FONT_PATH))


def typeset(
    template: Path, data: dict[str, Any], files: Mapping[str, bytes] | None = None
) -> bytes:
    """Return the PDF of `template` filled with `data`, which holds what JSON can.

    `files` are pictures by the names under which the template finds them beside itself. Only the
    font that is part of the portal is used: the same bytes of type on every machine.
    """
    with tempfile.TemporaryDirectory() as folder:
        main = Path(shutil.copy(template, folder))
        for name, content in (files or {}).items():
            (main.parent / name).write_bytes(content)
        return _compiled(main, data)


def _compiled(main: Path, data: dict[str, Any]) -> bytes:
    # The compiler takes a tenth of a second to load, and few pages need it.
    import typst

    text = json.dumps({"font": FONT, **data}, cls=DjangoJSONEncoder, ensure_ascii=False)
    return bytes(
        typst.compile(
            str(main),
            root=str(main.parent),
            font_paths=[str(font_path().parent)],
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
