"""The old encoding TCVN3 (fonts named .Vn…, "ABC"): read, since some exports still come in it."""

import codecs
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

NAME = "tcvn3"
# TCVN 5712:1993, third form: capitals with two marks have no sign, fonts drew them.
_FROM_A1 = "ĂÂÊÔƠƯĐăâêôơưđ"
_FROM_B5 = "àảãáạ\ufffeằẳẵắ"
_FROM_C6 = "ặầẩẫấậè\ufffeẻẽéẹềểễếệìỉ"
_FROM_DC = "ĩíịò\ufffeỏõóọồổỗốộờởỡớợù\ufffeủũúụừửữứựỳỷỹýỵ"


def _table() -> str:
    signs = [chr(byte) for byte in range(128)] + ["\ufffe"] * 128
    for first, run in ((0xA1, _FROM_A1), (0xB5, _FROM_B5), (0xC6, _FROM_C6), (0xDC, _FROM_DC)):
        for byte, sign in enumerate(run, first):
            signs[byte] = sign
    signs[0xA0] = " "
    return "".join(signs)


_TABLE = _table()


class _Decoder(codecs.IncrementalDecoder):
    def decode(self, data: "ReadableBuffer", final: bool = False) -> str:
        return codecs.charmap_decode(data, self.errors, _TABLE)[0]


def _decode(data: "ReadableBuffer", errors: str = "strict") -> tuple[str, int]:
    return codecs.charmap_decode(data, errors, _TABLE)


def _encode(text: str, errors: str = "strict") -> tuple[bytes, int]:
    return codecs.charmap_encode(text, errors, codecs.charmap_build(_TABLE))


def _known(name: str) -> codecs.CodecInfo | None:
    if name != NAME:
        return None
    return codecs.CodecInfo(name=NAME, encode=_encode, decode=_decode, incrementaldecoder=_Decoder)


codecs.register(_known)
