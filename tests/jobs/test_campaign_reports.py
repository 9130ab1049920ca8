"""The jobs that write a campaign's report: files with names that say what they hold."""

import io
from collections.abc import Callable

import pytest
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from shared.jobs import loop, work
from tests.infrastructure.peopled import Peopled


def asked(peopled: Peopled, form: str, key: str = "now") -> tuple[str, bytes]:
    """Ask for a report as the head of a unit, let it be made, and give name and content."""
    code = peopled.units["sen"].campaign
    path = f"/admin/campaigns/{code}/report/{form}"
    answer = peopled.post(path, {"report": key}, "head-sen")
    assert answer.status_code == 302
    loop.run_waiting(peopled.settings, peopled.clock())
    job_id = int(answer.location.rsplit("/", 1)[1])
    assert work.progress(peopled.settings, job_id)[1] == 100
    file = peopled.get(f"{answer.location}/file", "head-sen")
    return file.headers["Content-Disposition"].rpartition("=")[2], file.get_data()


@pytest.mark.parametrize("form", ["xlsx", "docx", "pdf"])
def test_each_form_is_made_and_opens(peopled: Peopled, form: str) -> None:
    name, content = asked(peopled, form)
    code = peopled.units["sen"].campaign
    assert name == f"{code}-den-{peopled.clock():%Y-%m-%d}.{form}"
    opens: dict[str, Callable[[io.BytesIO], object]] = {
        "xlsx": load_workbook,
        "docx": Document,
        "pdf": PdfReader,
    }
    assert opens[form](io.BytesIO(content))
