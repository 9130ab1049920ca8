"""The columns of every register that units keep."""

from shared.domain.errors import N_
from shared.domain.register import CHOICES, RegisterKind
from shared.services.register_entries import register_of
from shared.services.registers import PROCEDURE, Column, Register


def _title(label: str, example: str) -> Column:
    return Column("title", label, example=example)


def _due(label: str, hint: str = "") -> Column:
    return Column("due_on", label, "date", example="15/09/2026", hint=hint)


def _done(label: str) -> Column:
    return Column("done_on", label, "date", required=False, example="16/09/2026")


def _choice(kind: RegisterKind, label: str) -> Column:
    choices = CHOICES[kind]
    return Column("choice", label, "choice", example=next(iter(choices)), choices=choices)


def _document(example: str, *, required: bool = False, label: str = N_("Văn bản")) -> Column:
    return Column("document", label, required=required, example=example)


TRAINING = register_of(
    RegisterKind.TRAINING,
    N_("Tập huấn, bồi dưỡng"),
    N_("lớp"),
    N_("Lớp nào, bao nhiêu người phải dự, bao nhiêu người đã dự."),
    _title(N_("Tên lớp"), "Kỹ năng giao tiếp tại bộ phận một cửa"),
    _choice(RegisterKind.TRAINING, N_("Nội dung")),
    _due(N_("Ngày tổ chức")),
    Column(
        "planned",
        N_("Số người phải dự"),
        "number",
        example="24",
        hint=N_("Cả kỳ không có lớp nào phải dự: ghi 0, kèm văn bản nói vậy."),
    ),
    Column("done", N_("Số người đã dự"), "number", required=False, example="22"),
    _document("Công văn 120/UBND-NV"),
)
COMMITTEE = register_of(
    RegisterKind.COMMITTEE,
    N_("Ban Chỉ đạo"),
    N_("Ban Chỉ đạo"),
    N_("Đơn vị nào phải lập, trước ngày nào, ai làm trưởng ban, theo quyết định nào."),
    _title(N_("Tên ban"), "Ban Chỉ đạo cải cách hành chính"),
    _due(N_("Phải lập trước hết ngày")),
    _done(N_("Ngày thành lập")),
    _choice(RegisterKind.COMMITTEE, N_("Trưởng ban")),
    Column(
        "people",
        N_("Họ tên trưởng ban"),
        required=False,
        example="Lê Thu Hà",
        hint=N_("Họ tên hoặc mã cán bộ."),
    ),
    _document("Quyết định 45/QĐ-UBND"),
)
INSPECTION = register_of(
    RegisterKind.INSPECTION,
    N_("Kiểm tra, đôn đốc"),
    N_("cuộc"),
    N_("Kế hoạch, ngày làm, phát hiện gì, khắc phục thế nào và đến ngày nào."),
    _title(N_("Nội dung"), "Kiểm tra bộ phận một cửa"),
    _choice(RegisterKind.INSPECTION, N_("Hình thức")),
    _due(N_("Ngày theo kế hoạch")),
    _done(N_("Ngày đã làm")),
    Column(
        "findings",
        N_("Phát hiện"),
        "long",
        required=False,
        example="Chưa niêm yết 3 thủ tục",
        listed=False,
    ),
    Column(
        "remedy",
        N_("Cách khắc phục"),
        "long",
        required=False,
        example="Niêm yết bổ sung",
        listed=False,
    ),
    Column(
        "remedy_due_on",
        N_("Khắc phục trước hết ngày"),
        "date",
        required=False,
        example="30/09/2026",
    ),
    Column("remedied_on", N_("Ngày đã khắc phục"), "date", required=False, example="28/09/2026"),
    _document("Kế hoạch 18/KH-UBND"),
)
PUBLICITY = register_of(
    RegisterKind.PUBLICITY,
    N_("Tuyên truyền"),
    N_("việc"),
    N_("Số lần tuyên truyền theo kế hoạch và số lần đã làm."),
    _title(N_("Hình thức, nội dung"), "Bài trên hệ thống truyền thanh"),
    _due(N_("Xong trước hết ngày")),
    Column("planned", N_("Số lần theo kế hoạch"), "number", example="12"),
    Column("done", N_("Số lần đã làm"), "number", required=False, example="10"),
    _document("Kế hoạch 18/KH-UBND"),
)
EXEMPLARY = register_of(
    RegisterKind.EXEMPLARY,
    N_("Gương điển hình"),
    N_("gương"),
    N_("Người tốt, việc tốt được ghi nhận."),
    _title(N_("Việc làm"), "Đến tận nhà nhận hồ sơ của người già yếu"),
    _choice(RegisterKind.EXEMPLARY, N_("Tập thể hay cá nhân")),
    _due(N_("Ngày ghi nhận")),
    Column(
        "people",
        N_("Ai"),
        example="SH-01",
        hint=N_("Mã cán bộ, hoặc họ tên, tên tập thể; cách nhau bằng dấu chấm phẩy."),
    ),
    _document("Quyết định 77/QĐ-UBND"),
)
DISCIPLINE = register_of(
    RegisterKind.DISCIPLINE,
    N_("Chuyển vị trí, kỷ luật"),
    N_("quyết định"),
    N_("Chỉ ghi số người và quyết định; không ghi tên, không ghi vụ việc."),
    _choice(RegisterKind.DISCIPLINE, N_("Hình thức")),
    _due(N_("Ngày quyết định")),
    Column("done", N_("Số người"), "number", example="1"),
    _document("Quyết định 91/QĐ-UBND", required=True, label=N_("Số quyết định")),
)
REVIEW = register_of(
    RegisterKind.REVIEW,
    N_("Rà soát thủ tục"),
    N_("lượt rà soát"),
    N_("Thủ tục nào đã được rà soát, đề nghị giữ, đơn giản hoá hay cắt giảm."),
    PROCEDURE,
    _due(N_("Rà soát trước hết ngày")),
    _done(N_("Ngày đã rà soát")),
    _choice(RegisterKind.REVIEW, N_("Đề nghị")),
    Column(
        "findings",
        N_("Nội dung đề nghị"),
        "long",
        required=False,
        example="Bỏ bản sao giấy khai sinh",
    ),
    _document("Báo cáo 33/BC-UBND"),
)
INITIATIVE = register_of(
    RegisterKind.INITIATIVE,
    N_("Sáng kiến, mô hình"),
    N_("sáng kiến"),
    N_("Tác giả, đồng tác giả, điểm chấm, quyết định công nhận và phạm vi ảnh hưởng."),
    _title(N_("Tên sáng kiến, mô hình"), "Trả kết quả tại nhà văn hoá thôn"),
    Column(
        "people",
        N_("Tác giả, đồng tác giả"),
        example="SH-01; Trần Văn Bình",
        hint=N_("Mã cán bộ hoặc họ tên, cách nhau bằng dấu chấm phẩy; tác giả chính đứng trước."),
    ),
    _due(N_("Ngày nộp")),
    Column("mark", N_("Điểm chấm (0–100)"), "number", required=False, example="86,5"),
    _choice(RegisterKind.INITIATIVE, N_("Phạm vi ảnh hưởng")),
    _done(N_("Ngày công nhận")),
    _document("Quyết định 64/QĐ-UBND", label=N_("Quyết định công nhận")),
)
REPORT = register_of(
    RegisterKind.REPORT,
    N_("Báo cáo định kỳ"),
    N_("báo cáo"),
    N_("Báo cáo nào đến hạn ngày nào, nhận được ngày nào."),
    _title(N_("Tên báo cáo"), "Báo cáo cải cách hành chính quý III"),
    _due(N_("Hạn gửi"), N_("Đúng ngày này vẫn là đúng hạn.")),
    _done(N_("Ngày nhận được")),
    _document("Báo cáo 58/BC-UBND"),
)
KINDS: tuple[Register, ...] = (
    REPORT,
    INITIATIVE,
    TRAINING,
    INSPECTION,
    PUBLICITY,
    COMMITTEE,
    EXEMPLARY,
    REVIEW,
    DISCIPLINE,
)
