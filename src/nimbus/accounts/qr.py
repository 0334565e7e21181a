"""A text as a QR code, for a phone that is held before the page."""

from __future__ import annotations

import segno
from markupsafe import Markup


def svg(text: str, words: str) -> Markup:
    """The picture as markup, on a light field of its own in dark mode too; `words` say what it is.
    It has no style attribute, which our Content-Security-Policy would refuse."""
    made = segno.make(text, error="m", micro=False)
    drawn: str = made.svg_inline(
        border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )
    named = Markup(' role="img" aria-label="{}"').format(words)
    return Markup(drawn.replace("<svg", f"<svg{named}", 1))  # noqa: S704 - modules, not the text
