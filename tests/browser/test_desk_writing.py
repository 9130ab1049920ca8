"""Writing a comment at the desk: its keys, its limits, and that nothing unsent stays."""

import pytest
from playwright.sync_api import Request, expect

from shared.domain.rating import LONGEST_COMMENT
from tests.browser.counters import Counter
from tests.browser.desk_page import NOTICE_SECONDS, QUIET_SECONDS

EVERYTHING_KEPT = """async () => {
  const texts = [document.documentElement.outerHTML, JSON.stringify({ ...localStorage })];
  texts.push(...[...document.querySelectorAll('textarea, input')].map((field) => field.value));
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((resolve, reject) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
    for (const store of database.objectStoreNames) {
      texts.push(JSON.stringify(await new Promise((resolve, reject) => {
        const asked = database.transaction(store).objectStore(store).getAll();
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => reject(asked.error);
      })));
    }
    database.close();
  }
  return texts.join(' ');
}"""


@pytest.fixture
def sheet(counter: Counter) -> Counter:
    """A screen at which somebody has touched a face and opened the sheet."""
    counter.resident_touches(2)
    counter.resident_opens_the_sheet()
    return counter


def test_a_comment_typed_on_the_screen_is_stored_with_the_rating(sheet: Counter) -> None:
    sheet.resident_touches_keys("chowf laau quas,\nxin carm ")
    for key in "own.":
        sheet.key(key).click()
    sheet.sheet_says("Chờ lâu quá,\nXin cảm ơn.")
    sheet.page.locator("#more-send").click()
    sheet.shows("thanks")
    sheet.keeps(0)
    [rating] = sheet.stored()
    assert (rating.score, rating.closed_by) == (2, "done")
    assert rating.comment == "Chờ lâu quá,\nXin cảm ơn."


def test_a_real_keyboard_writes_the_same(sheet: Counter) -> None:
    sheet.page.keyboard.type("Nguoiwf daan text hoa")
    sheet.page.keyboard.press("Backspace")
    sheet.page.keyboard.type("awcj")
    sheet.sheet_says("Người dân text hoặc")


def test_marks_can_be_touched_without_knowing_any_method(sheet: Counter) -> None:
    sheet.key("{method}").click()
    sheet.key("{method}").click()
    expect(sheet.key("{method}")).to_have_text("Gõ không dấu")
    sheet.resident_touches_each(*"cơm", "{space}", *"hoa", "{grave}", "{space}", *"as")
    sheet.sheet_says("Cơm hòa as")


def test_vni_brings_its_digits(sheet: Counter) -> None:
    sheet.key("{method}").click()
    expect(sheet.key("{method}")).to_have_text("Gõ VNI")
    sheet.resident_touches_keys("d9uo7c5 3")
    sheet.sheet_says("Được 3")


def test_numbers_signs_capitals_and_erasing(sheet: Counter) -> None:
    sheet.resident_touches_keys("o")
    sheet.key("{numbers}").click()
    sheet.resident_touches_keys("12:30")
    sheet.key("{erase}").click()
    sheet.key("{letters}").click()
    sheet.resident_touches_each("{space}", "{shift}", "{shift}", *"dds", "{shift}", "x")
    sheet.sheet_says("O12:3 ĐSx")


def test_a_finger_writes_where_the_caret_is(sheet: Counter) -> None:
    sheet.resident_touches_keys("mua ba")
    sheet.page.locator("#comment").evaluate("(it) => it.setSelectionRange(3, 3)")
    sheet.resident_touches_keys("w")
    sheet.sheet_says("Mưa ba")


def test_keys_have_names_and_answer_to_enter(sheet: Counter) -> None:
    for name in ("Dấu sắc", "Xoá một chữ", "Chữ hoa", "Gõ Telex. Bấm để đổi kiểu gõ."):
        expect(sheet.page.get_by_role("button", name=name, exact=True)).to_be_visible()
    sheet.key("q").focus()
    sheet.page.keyboard.press("Enter")
    sheet.page.keyboard.press("Space")
    sheet.sheet_says("Qq")
    expect(sheet.key("q")).to_be_focused()


def test_a_key_held_down_writes_its_letter_on_and_on(sheet: Counter) -> None:
    sheet.resident_touches_keys("a" * 60)
    sheet.resident_touches_each("{grave}", "{space}", *"hoaf")
    sheet.sheet_says("A" + "a" * 58 + " hòa")


def test_characters_are_counted_and_end(sheet: Counter) -> None:
    field = sheet.page.locator("#comment")
    field.fill("ữ" * (LONGEST_COMMENT - 1))
    expect(sheet.page.locator("#left")).to_have_text("Còn 1 ký tự")
    sheet.resident_touches_keys("ab")
    assert len(field.input_value()) == LONGEST_COMMENT
    expect(sheet.page.locator("#left")).to_have_text("Còn 0 ký tự")


def test_text_left_behind_is_erased_and_the_score_kept(counter: Counter) -> None:
    counter.resident_touches(3)
    counter.resident_ticks("waiting")
    counter.resident_opens_the_sheet()
    counter.page.keyboard.type("rieengtuw")
    counter.sheet_says("rieengtuw")
    counter.page.clock.run_for((QUIET_SECONDS + NOTICE_SECONDS) * 1000)
    counter.shows("ask")
    counter.keeps(0)
    [rating] = counter.stored()
    assert (rating.score, rating.reasons, rating.comment) == (3, ["waiting"], None)
    assert rating.closed_by == "idle"
    kept = counter.page.evaluate(EVERYTHING_KEPT)
    assert "rieng" not in kept.lower()
    assert "riêng" not in kept.lower()


def test_skipping_sends_no_text_and_the_next_resident_finds_none(sheet: Counter) -> None:
    sheet.page.keyboard.type("thooi")
    sheet.page.locator("#more-back").click()
    sheet.shows("why")
    expect(sheet.page.locator("#send")).to_have_text("Gửi ý kiến")
    sheet.resident_skips()
    sheet.keeps(0)
    assert [rating.comment for rating in sheet.stored()] == [None]
    expect(sheet.page.locator("#comment")).to_have_value("")


def test_each_key_begins_the_quiet_time_again(sheet: Counter) -> None:
    for key in ("a", "b", "c"):
        sheet.page.clock.run_for((QUIET_SECONDS - 1) * 1000)
        sheet.key(key).click()
    sheet.page.clock.run_for((QUIET_SECONDS - 1) * 1000)
    sheet.page.keyboard.press("d")
    sheet.page.clock.run_for((QUIET_SECONDS - 1) * 1000)
    expect(sheet.page.locator("#idle")).to_be_hidden()
    sheet.shows("more")


def test_who_wants_an_answer_is_led_to_the_phone_and_back(sheet: Counter) -> None:
    sheet.resident_touches_keys("alo")
    expect(sheet.page.locator("#left")).to_have_text("3 / 2.000 ký tự")
    sheet.page.locator("#want-answer").click()
    sheet.shows("phone")
    address = sheet.page.locator("#phone-address")
    expect(address).to_contain_text("/c/")
    # Where it does not fit on one line, the code that is typed begins the next.
    assert address.evaluate("(it) => it.querySelector('wbr').previousSibling.data.endsWith('/c/')")
    sheet.page.locator("#phone-back").click()
    sheet.shows("more")
    sheet.sheet_says("Alo")


@pytest.mark.parametrize("reason", ["extra_money", "broker"])
def test_what_is_sealed_says_so(counter: Counter, reason: str) -> None:
    counter.resident_touches(5)
    note = counter.page.locator("#why .sealed")
    expect(note).to_be_hidden()
    counter.resident_ticks(reason)
    expect(note).to_contain_text("Cán bộ ở đây không xem được")
    counter.resident_opens_the_sheet()
    expect(counter.page.locator("#more .sealed")).to_contain_text("không lưu tên")
    counter.page.locator("#more-back").click()
    counter.shows("why")
    counter.box(reason).click()
    expect(note).to_be_hidden()


def test_the_keyboard_comes_only_when_somebody_may_write(counter: Counter) -> None:
    asked: list[str] = []

    def listening(request: Request) -> None:
        asked.append(request.url)

    counter.page.on("request", listening)
    counter.page.reload()
    counter.shows("ask")
    counter.page.wait_for_load_state("networkidle")
    by_the_page = [url for url in asked if "worker" not in url]
    assert len(by_the_page) > 20
    assert not any("vendor" in url or "typing" in url for url in by_the_page)
    counter.resident_touches(2)
    counter.resident_opens_the_sheet()
    counter.page.remove_listener("request", listening)
    assert any("vendor" in url for url in asked)
    assert all(url.startswith(counter.address) for url in asked)
