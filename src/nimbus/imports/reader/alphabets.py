"""Tells the old encodings of Latin scripts apart by which language's letters they would spell."""

from __future__ import annotations

_WESTERN = ("éèàâêëîïôùûüçœæ", "äöüß", "áéíóúüñ", "áàâãçéêíóôõú", "àèéìíòóù", "ëïéèöü", "åäöé",
            "æøåé", "áðéíóúýþæö", "àèéíïòóúüç")  # fmt: skip
_CENTRAL = ("ąćęłńóśźż", "áčďéěíňóřšťúůýžäľĺŕô", "áéíóöőúüű", "ăâîşţșț", "čćđšž", "äöüß")
_BALTIC = ("ąčęėįšųūž", "āčēģīķļņšūž", "äõöüšž")
_TURKISH = ("çğıöşüâîû",)
# In order of preference: of equally good ones the first wins.
_LANGUAGES = {
    "cp1252": (*_WESTERN, "".join(_WESTERN)),
    "cp1250": _CENTRAL,
    "cp1254": _TURKISH,
    "cp1257": _BALTIC,
    "iso8859_2": _CENTRAL,
    "mac_roman": _WESTERN,
    "cp850": _WESTERN,
}
LATIN = (*_LANGUAGES, "cp437")
_SIGNS = frozenset("“”‘’„‚«»‹›–—…€£•·™®©°§¿¡ªº´\u00a0\u00ad")


def closest(text: bytes) -> str:
    """The encoding in which most letters of `text` beyond ASCII belong to one language."""
    return max(_LANGUAGES, key=lambda encoding: _fit(text, encoding))


def _fit(text: bytes, encoding: str) -> float:
    try:
        decoded = text.decode(encoding)
    except UnicodeDecodeError:
        return 0.0
    high = [c for c in decoded.replace("İ", "ı").lower() if c > "\x7f" and c not in _SIGNS]
    if not high:
        return 1.0
    return max(_share(high, letters) for letters in _LANGUAGES[encoding])


def _share(high: list[str], letters: str) -> float:
    # Letters of many languages together explain nearly anything, so they count a little less.
    weight = 1.0 if len(letters) < 30 else 0.97
    return weight * sum(c in letters for c in high) / len(high)
