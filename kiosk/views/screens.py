"""The desk screen and its demonstration; what it shows comes by the API once it is paired."""

from flask import Blueprint, render_template

from kiosk import prompts, screen_files
from kiosk.asked import as_asked
from kiosk.wording import REASONS, desk_texts
from shared.domain.questionnaire import OF_THE_CAMPAIGNS
from shared.web.compression import holds_no_secret
from shared.web.language import languages

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
    "officers": [],
    "opens_at": None,
    "sample": True,
    "phone_url": None,
    "phone_qr": None,
    "phones_cannot_reach": False,
    "next_sequence": 1,
}
OFFICES = dict(zip(screen_files.PAGES, (None, SAMPLE_OFFICE), strict=True))


@routes.get("/")
def desk() -> str:
    """Show the desk screen; the browser knows whether it is paired."""
    return _screen("/")


@routes.get("/demo")
def demonstration() -> str:
    """Show the same screen with a sample office; nothing is recorded."""
    return _screen("/demo")


def pages() -> dict[str, str]:
    """Give each page of the desk screen as it is served, by its path."""
    version = screen_files.version(render)
    return {path: render(path, version) for path in screen_files.PAGES}


def _screen(path: str) -> str:
    holds_no_secret()
    return render(path, screen_files.version(render))


def render(path: str, version: str) -> str:
    texts = desk_texts(languages())
    office = OFFICES[path]
    return render_template(
        "desk/screen.html",
        texts=texts,
        t=texts["vi"],
        demonstration=office
        and {**office, "languages": languages(), "items": as_asked(OF_THE_CAMPAIGNS)},
        language="vi",  # a clean screen speaks Vietnamese, whatever this browser once chose
        version=version,
        prompts=prompts.recorded(),
    )
