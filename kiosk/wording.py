"""The words of the desk screen, in every language it speaks; places in braces are filled there."""

from collections.abc import Iterable

from flask_babel import force_locale
from flask_babel import lazy_gettext as _

from shared.domain.rating import CONFIDENTIAL_REASONS, Reason
from shared.web.language import DEFAULT, own_name

DESK = {
    # ask
    "serving": _("Cán bộ phục vụ"),
    "this_service": _("Lần phục vụ này"),
    "procedure": _("Thủ tục"),
    "dossier": _("Hồ sơ"),
    "question": _("Ông/Bà hài lòng ở mức nào về lần phục vụ này?"),
    "how": _("Xin chạm vào một khuôn mặt. Chạm một lần là xong."),
    "faces": _("Mức hài lòng"),
    "face_1": _("Rất không hài lòng"),
    "face_2": _("Không hài lòng"),
    "face_3": _("Bình thường"),
    "face_4": _("Hài lòng"),
    "face_5": _("Rất hài lòng"),
    "by_phone": _("Hoặc quét mã, đánh giá trên điện thoại"),
    "phone_code": _("Mã QR mở trang đánh giá trên điện thoại"),
    "unreachable": _(
        "Điện thoại chưa mở được mã này. Người quản trị: đặt PUBLIC_URL là địa chỉ trong mạng."
    ),
    # why
    "recorded": _("Đã ghi nhận đánh giá. Xin cảm ơn Ông/Bà."),
    "may_stop": _("Có thể dừng ở đây, hoặc cho biết thêm."),
    "why": _("Điều gì cần tốt hơn?"),
    "why_how": _("Không bắt buộc. Có thể chọn nhiều ô."),
    "waiting": _("Chờ lâu"),
    "unclear": _("Hướng dẫn chưa rõ"),
    "visits": _("Phải đi lại nhiều lần"),
    "attitude": _("Thái độ phục vụ"),
    "extra_money": _("Bị gợi ý đưa thêm tiền"),
    "broker": _("Có người môi giới"),
    "premises": _("Nơi đón tiếp"),
    "other": _("Điều khác"),
    "all_good": _("Mọi việc đều tốt"),
    "confidential": _("Gửi kín lên cấp trên"),
    "write_more": _("Viết thêm hoặc gửi phản ánh"),
    "change_face": _("Đổi khuôn mặt"),
    "skip": _("Bỏ qua"),
    "send_none": _("Gửi ý đã chọn"),
    "send_one": _("Gửi 1 ý đã chọn"),
    "send_many": _("Gửi {n} ý đã chọn"),
    "send_all": _("Gửi ý kiến"),
    "sealed": _("Gửi kín: chỉ lưu ô đã chọn, không lưu tên. Cán bộ ở đây không xem được."),
    "step_2": _("Bước 2 trong 3"),
    # items
    "items_reception": _("Ông/Bà được đón tiếp thế nào?"),
    "items_premises": _("Nơi đón tiếp thế nào?"),
    "items_other": _("Vài câu hỏi ngắn"),
    "items_how": _("Không bắt buộc."),
    "items_scale": _("Không bắt buộc. Từ trái sang phải: rất không hài lòng đến rất hài lòng."),
    "next": _("Tiếp"),
    "yes": _("Có"),
    "no": _("Không"),
    # more
    "comment": _("Lời nhắn của Ông/Bà"),
    "comment_how": _("Không bắt buộc. Không cần ghi tên hay số điện thoại."),
    "sealed_comment": _(
        "Được lưu: các ô đã chọn và lời nhắn, không lưu tên. Ô gửi kín do cấp trên đọc; "
        "cán bộ ở đây không xem được."
    ),
    "want_answer": _("Tôi muốn được trả lời"),
    "send_comment": _("Gửi lời nhắn"),
    "characters": _("{n} / {most} ký tự"),
    "characters_few": _("Còn {left} ký tự"),
    "keyboard": _("Bàn phím trên màn hình"),
    "space": _("Dấu cách"),
    "method_telex": _("Gõ Telex"),
    "method_vni": _("Gõ VNI"),
    "method_none": _("Gõ không dấu"),
    "key_method": _("{method}. Bấm để đổi kiểu gõ."),
    "key_acute": _("Dấu sắc"),
    "key_grave": _("Dấu huyền"),
    "key_hook": _("Dấu hỏi"),
    "key_tilde": _("Dấu ngã"),
    "key_dot": _("Dấu nặng"),
    "key_erase": _("Xoá một chữ"),
    "key_enter": _("Xuống dòng"),
    "key_shift": _("Chữ hoa"),
    "key_numbers": _("Chữ số và dấu câu"),
    "key_letters": _("Chữ cái"),
    "key_done": _("Xong"),
    # phone
    "go_on": _("Viết tiếp trên điện thoại"),
    "go_on_how": _(
        "Quét mã để viết thêm hoặc gửi phản ánh và được trả lời. Không cần cài ứng dụng."
    ),
    "go_on_kept": _("Đánh giá vừa rồi đã được ghi nhận."),
    "go_on_once": _("Mã này dùng được một lần, trong 72 giờ."),
    "or_address": _("Không quét được? Mở trang này:"),
    "back": _("Quay lại"),
    "finish": _("Xong"),
    # thanks
    "thanks": _("Xin cảm ơn Ông/Bà"),
    "thanks_lead": _("Ý kiến đã được ghi nhận, ẩn danh."),
    "back_in": _("Màn hình tự trở lại sau {n} giây"),
    "home": _("Xong, về màn hình đầu"),
    "more": _("Muốn nói thêm?"),
    "more_how": _("Quét bằng điện thoại để viết thêm hoặc gửi phản ánh. Không cần cài ứng dụng."),
    # every screen
    "own_name": "",
    "reading": _("Dễ đọc hơn"),
    "listen": _("Nghe"),
    "languages": _("Chọn ngôn ngữ"),
    "panel": _("Dễ đọc, dễ dùng hơn"),
    "large": _("Chữ lớn hơn"),
    "large_how": _("Mọi chữ trên màn hình to lên."),
    "large_on": _("Đã bật chữ lớn."),
    "large_off": _("Đã tắt chữ lớn."),
    "contrast": _("Tương phản cao"),
    "contrast_how": _("Nền đen, chữ trắng."),
    "contrast_on": _("Đã bật tương phản cao."),
    "contrast_off": _("Đã tắt tương phản cao."),
    "scan": _("Chọn bằng một nút"),
    "scan_how": _("Các ô lần lượt sáng lên; bấm phím cách hoặc Enter để chọn ô đang sáng."),
    "scan_on": _("Đã bật chọn bằng một nút."),
    "scan_off": _("Đã tắt chọn bằng một nút."),
    "anonymous": _("Ẩn danh. Cán bộ không xem được ai đã đánh giá."),
    "sample": _("Màn hình mẫu, tên là ví dụ."),
    "demonstration": _("Trình diễn – không ghi nhận"),
    "leave": _("Thoát"),
    "offline": _("Mất mạng. Ý kiến vẫn được giữ và gửi sau."),
    "still_here": _("Ông/Bà còn ở đây không?"),
    "touch_anywhere": _("Chạm bất kỳ đâu để tiếp tục. Phần đã chọn vẫn được ghi nhận."),
    "unsent": _("Lời nhắn chưa gửi sẽ được xoá."),
    "stay": _("Tiếp tục"),
    # asleep
    "asleep": _("Ngoài giờ làm việc"),
    "opens": _("Mở lại lúc {time}, {day}."),
    "wake": _("Chạm để đánh giá"),
    # staff
    "corner": _("Dành cho nhân viên: giữ 3 giây"),
    "staff": _("Dành cho nhân viên"),
    "pin_keys": _("Bàn phím số"),
    "pin_how": _("Nhập mã 6 số. Mã ở trang Quản trị, mục Màn hình ở quầy."),
    "pin_wrong": _("Mã không đúng. Xin nhập lại."),
    "pin_rest": _("Sai nhiều lần. Xin đợi một phút."),
    "pin_none": _("Màn hình chưa nhận được mã từ máy chủ."),
    "staff_desk": _("Quầy"),
    "staff_kiosk": _("Máy và bản màn hình"),
    "staff_queue": _("Ý kiến trên máy"),
    "staff_queue_is": _("{waiting} chờ gửi, {quarantined} chưa được nhận"),
    "staff_contact": _("Liên lạc lần cuối"),
    "staff_clock": _("Đồng hồ lệch"),
    "staff_minutes": _("{n} phút"),
    "staff_seconds": _("{n} giây"),
    "staff_storage": _("Bộ nhớ"),
    "storage_ok": _("Tốt, hai bản"),
    "storage_rebuilt": _("Tốt, đã dựng lại một bản"),
    "storage_database_only": _("Chỉ còn một bản"),
    "storage_journal_only": _("Chỉ còn một bản (nhật ký)"),
    "storage_memory": _("Không ghi được: mất khi tắt máy"),
    "staff_officer": _("Cán bộ đang trực"),
    "staff_chosen": _("Đã đổi tại quầy, đến hết ngày hoặc khi lịch trực thay đổi."),
    "staff_nobody": _("Máy chủ chưa cho danh sách cán bộ."),
    "staff_export": _("Xuất ra tệp"),
    "staff_locked": _("Màn hình khoá không lưu được tệp. Lấy qua ssh bằng lệnh rescue."),
    "staff_pair": _("Ghép lại"),
    "staff_close": _("Đóng"),
    # not paired
    "product": _("Niềm Nở"),
    "desk_screen": _("Màn hình đánh giá tại quầy"),
    "start": _("Màn hình này chưa ghép với quầy nào"),
    "start_how": _("Ghép một lần; từ đó màn hình tự biết quầy và cán bộ đang trực."),
    "pair": _("Ghép với một quầy"),
    "demo": _("Xem trình diễn"),
    "refused_401": _("Máy chủ không nhận ra màn hình này. Xin ghép lại."),
    "refused_403": _("Màn hình này đã bị thu hồi quyền gửi. Xin ghép lại."),
    "insecure": _(
        "Địa chỉ này không phải https được tin cậy: trình duyệt không giữ được màn hình và ý kiến "
        "khi mất mạng. Xin cài chứng thư nội bộ, mở lại bằng https rồi ghép."
    ),
    "kept": _("Máy còn giữ {n} ý kiến, sẽ gửi sau khi ghép."),
    "pairing": _("Nhập mã này ở trang Quản trị"),
    "pairing_how": _("Người có quyền mở địa chỉ dưới đây, đăng nhập và nhập mã."),
    "pairing_asking": _("Đang lấy mã…"),
    "pairing_waiting": _("Đang chờ mã được nhập. Màn hình tự chuyển khi xong."),
    "pairing_unreachable": _("Chưa liên lạc được máy chủ. Màn hình tự thử lại."),
    "pairing_expired": _("Mã đã hết hạn."),
    "new_code": _("Lấy mã mới"),
    "unreached": _("Đang liên lạc với máy chủ"),
    "unreached_how": _("Chưa có trả lời. Màn hình tự thử lại, không cần làm gì."),
    "no_script": _("Màn hình quầy cần JavaScript. Xin quét mã QR ở quầy để đánh giá."),
}

# The boxes under the faces; the screen says of some that they go to the level above.
REASONS = [
    {"code": str(reason), "confidential": reason in CONFIDENTIAL_REASONS} for reason in Reason
]


def desk_texts(languages: Iterable[str]) -> dict[str, dict[str, str]]:
    """Give every text of the desk screen in each language: language, key, text.

    What a catalogue lacks is left out, and the screen then says the whole sentence in Vietnamese.
    """
    texts: dict[str, dict[str, str]] = {}
    with force_locale(DEFAULT):
        source = {key: str(text) for key, text in DESK.items()}
    for language in languages:
        with force_locale(language):
            spoken = {key: str(text) for key, text in DESK.items()}
        texts[language] = {
            key: text for key, text in spoken.items() if language == DEFAULT or text != source[key]
        }
        texts[language]["own_name"] = own_name(language)
    return texts
