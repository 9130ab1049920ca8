"""The desk screen and its demonstration; what it shows comes by the API once it is paired."""

from flask import Blueprint, render_template

from kiosk.wording import LANGUAGES, REASONS, desk_texts
from shared.web.compression import holds_no_secret

routes = Blueprint("screens", __name__)

# Invented, and labelled so on the screen; never sent anywhere.
SAMPLE_OFFICE = {
    "kiosk": {"code": "demo", "name": "Kiosk trình diễn"},
    "desk": {"code": "demo", "name": "Quầy 3 · Hộ tịch, chứng thực"},
    "unit": {"name": "Trung tâm Phục vụ hành chính công phường Sen Hồng"},
    "officer": {"code": "demo", "name": "Lê Thu Hà", "post": "Công chức tư pháp – hộ tịch"},
    "procedure": {"code": "demo", "name": "Đăng ký khai sinh"},
    "questionnaire": "default",
    "reasons": REASONS,
    "languages": list(LANGUAGES),
    "sample": True,
    "phone_url": None,
    "phone_qr": None,
    "phones_cannot_reach": False,
    "next_sequence": 1,
}


@routes.get("/")
def desk() -> str:
    """Show the desk screen; the browser knows whether it is paired."""
    return _screen(None)


@routes.get("/demo")
def demonstration() -> str:
    """Show the same screen with a sample office; nothing is recorded."""
    return _screen(SAMPLE_OFFICE)


def _screen(office: dict[str, object] | None) -> str:
    holds_no_secret()
    texts = desk_texts(LANGUAGES)
    return render_template(
        "desk/screen.html",
        texts=texts,
        t=texts["vi"],
        demonstration=office,
        language="vi",  # a clean screen speaks Vietnamese, whatever this browser once chose
    )
