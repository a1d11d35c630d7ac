"""What this room's notices say (people.notices)."""

from django.utils.translation import gettext_lazy as _

from people.notices import NoticeKind

NOTICE_KINDS = (
    NoticeKind(
        "supplement.asked",
        "hourglass-split",
        _("%(who)s asks for %(quantity)s %(unit)s more of %(item)s"),
        _("Supplement %(number)s for order %(order)s"),
        _("Decide"),
        waits=True,
    ),
    NoticeKind(
        "supplement.approved",
        "check-lg",
        _("%(quantity)s %(unit)s more of %(item)s may be drawn"),
        _("Supplement %(number)s for order %(order)s, approved by %(who)s"),
        _("Look"),
    ),
    NoticeKind(
        "supplement.rejected",
        "x-lg",
        _("No supplement of %(item)s"),
        _("Supplement %(number)s for order %(order)s, rejected by %(who)s"),
        _("Look"),
    ),
    NoticeKind(
        "slip_request.asked",
        "hourglass-split",
        _("%(who)s asks to move material: %(reason)s"),
        _("Slip request %(number)s"),
        _("Decide"),
        waits=True,
    ),
    NoticeKind(
        "slip_request.approved",
        "check-lg",
        _("Approved and posted: %(reason)s"),
        _("Slip request %(number)s, approved by %(who)s"),
        _("Look"),
    ),
    NoticeKind(
        "slip_request.rejected",
        "x-lg",
        _("Not approved: %(reason)s"),
        _("Slip request %(number)s, rejected by %(who)s"),
        _("Look"),
    ),
    NoticeKind(
        "requisition.asked",
        "hourglass-split",
        _("%(who)s asks to buy %(quantity)s %(unit)s of %(item)s"),
        _("Requisition %(number)s"),
        _("Decide"),
        waits=True,
    ),
    NoticeKind(
        "gate_pass.asked",
        "hourglass-split",
        _("%(who)s asks to let goods leave: %(goods)s"),
        _("Gate pass %(number)s"),
        _("Decide"),
        waits=True,
    ),
    NoticeKind(
        "adjustment.asked",
        "hourglass-split",
        _("%(who)s asks to correct the book of %(item)s by %(quantity)s %(unit)s"),
        _("Adjustment %(number)s"),
        _("Decide"),
        waits=True,
    ),
    NoticeKind(
        "disposal.asked",
        "hourglass-split",
        _("%(who)s proposes what becomes of %(quantity)s %(unit)s of %(item)s"),
        _("Disposal %(number)s"),
        _("Decide"),
        waits=True,
    ),
    NoticeKind(
        "bom.waits", "hourglass-split", _("%(who)s drafted a bill of materials"), _("Bill of materials %(bom)s"), _("Decide"), waits=True
    ),
    NoticeKind("count.waits", "hourglass-split", _("%(who)s handed a stocktake in"), _("Stocktake %(number)s"), _("Decide"), waits=True),
    NoticeKind(
        "requisition.approved",
        "check-lg",
        _("%(quantity)s %(unit)s of %(item)s may be bought"),
        _("Requisition %(number)s, approved by %(who)s"),
        _("Look"),
    ),
    NoticeKind(
        "requisition.rejected",
        "x-lg",
        _("%(quantity)s %(unit)s of %(item)s are not bought"),
        _("Requisition %(number)s, rejected by %(who)s"),
        _("Look"),
    ),
)
