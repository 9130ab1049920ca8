"""Scripts and style sheets lose their comments on the wire, and nothing else."""

import gzip

from flask import Flask

from kiosk import screen_files
from shared.web.comments import script_without_comments, styles_without_comments

SCRIPT = b"""/** What it is. */

// A reason.
const address = 'https://x'; // beside code
/**
 * More than
 * a line.
 */
  function f() {
    /** @type {number} */ (g()).h = 1;
    return '/** no comment */';
  }
"""
BARE = b"""
const address = 'https://x'; // beside code
function f() {
/** @type {number} */ (g()).h = 1;
return '/** no comment */';
}
"""

STYLES = b"""/*! licence */
/* Why
   over lines. */
.a {
  /* here too */
  color: red; /* beside it */
}
"""
BARE_STYLES = b"""/*! licence */
.a {
color: red; /* beside it */
}
"""


def test_comments_with_lines_of_their_own_go_and_code_stays() -> None:
    assert script_without_comments(SCRIPT) == BARE


def test_scripts_of_others_and_texts_over_lines_stay() -> None:
    for script in (b"/*! licence */\n// theirs\n", b"const text = `\n  // kept\n`;\n"):
        assert script_without_comments(script) == script


def test_styles_keep_licences_and_what_stands_beside_a_rule() -> None:
    assert styles_without_comments(STYLES) == BARE_STYLES


def test_a_script_or_style_sheet_is_served_as_its_digest_says(app: Flask) -> None:
    client = app.test_client()
    with app.test_request_context():
        digests = screen_files.checked_files()
    texts = {path: digest for path, digest in digests.items() if path.endswith((".js", ".css"))}
    assert {path.rpartition(".")[2] for path in texts} == {"js", "css"}
    for path, digest in texts.items():
        for encoding in ("identity", "gzip"):
            with client.get(path, headers={"Accept-Encoding": encoding}) as answer:
                body = answer.get_data()
                packed = answer.headers.get("Content-Encoding") == "gzip"
            whole = gzip.decompress(body) if packed else body
            assert screen_files.checked(whole) == digest, (path, encoding)
