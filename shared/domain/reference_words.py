"""What ships of laws and founding documents as sentences, so that they can be translated."""

from shared.domain.errors import N_

# As in reference/scoring_rules.json and reference/campaigns, word for word.
TEXTS = (
    N_(
        "Phong trào thi đua của huyện Bắc Trà My năm 2024. Văn bản nêu sáu lĩnh vực và trọng "
        "tâm, không cho mục tiêu bằng số; mức ở đây là gợi ý. Văn bản không cho trọng số: mọi"
        " điểm và mức xếp loại ở đây là gợi ý, ban tổ chức phải xác nhận trước khi bắt đầu."
    ),
    N_(
        "Kế hoạch số 117/KH-UBND, số 119/KH-UBND và Công văn số 1563/UBND-NC của một huyện, "
        "năm 2022. Phần lớn mục tiêu không ghi số trong văn bản; mức ở đây là gợi ý. Văn bản "
        "không cho trọng số: mọi điểm và mức xếp loại ở đây là gợi ý, ban tổ chức phải xác "
        "nhận trước khi bắt đầu. Mục 4.12 vẫn nhập tay: sổ chuyển vị trí, kỷ luật chỉ ghi số "
        "người và quyết định; có bao nhiêu trường hợp phải xử lý thì không sổ nào cho biết."
    ),
    N_(
        "Phong trào thi đua của thị xã Long Mỹ, phát động ngày 30/3/2023. Trọng số, mức xếp "
        "loại và các mục tiêu không ghi số trong văn bản (phiếu điều tra, gương điển hình, "
        "sáng kiến) là gợi ý để ban tổ chức xác nhận. Mục 2.7 của cá nhân vẫn nhập tay: sổ "
        "tập huấn đếm người dự theo lớp, không ghi tên."
    ),
    N_(
        "Phong trào thi đua của huyện Núi Thành, từ 01/8/2023 đến 30/11/2024. Văn bản không "
        "cho mục tiêu bằng số của đón tiếp, trụ sở và kiểm tra; mức ở đây là gợi ý. Văn bản "
        "không cho trọng số: mọi điểm và mức xếp loại ở đây là gợi ý, ban tổ chức phải xác "
        "nhận trước khi bắt đầu."
    ),
    N_(
        "Kế hoạch số 121/KH-UBND ngày 01/4/2021 của huyện Thạch Thất. Mục tiêu 5.6 và 5.7 "
        "không ghi số trong văn bản; mức ở đây là gợi ý. Văn bản không cho trọng số: mọi điểm"
        " và mức xếp loại ở đây là gợi ý, ban tổ chức phải xác nhận trước khi bắt đầu."
    ),
    N_("Thông tư 01/2018/TT-VPCP, Điều 13 đến Điều 15"),
    N_(
        "Nghị định 118/2025/NĐ-CP và Thông tư 03/2025/TT-VPCP thay văn bản gốc; chưa xác minh"
        " được chín chỉ số có thay đổi, nên cách tính này còn dùng cho đến khi có phiên bản "
        "mới."
    ),
    N_("Quyết định 766/QĐ-TTg ngày 23/6/2022, nhóm 2 và nhóm 5"),
    N_("Công thức theo tài liệu mô tả cách tính của Cổng Dịch vụ công quốc gia."),
    N_("Quyết định 2640/QĐ-BNV năm 2017"),
    N_("Quyết định 1001/QĐ-BNV ngày 11/12/2023, giai đoạn 2023 – 2026"),
    N_("Từ năm 2027 cần văn bản mới; đơn vị thêm phiên bản khi có."),
)
