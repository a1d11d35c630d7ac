from materials.models.adjusting import Adjustment
from materials.models.boms import Bom, BomLine, BomSubstitute
from materials.models.buying import Delivery, ExpectedReceipt, LotDecision, Requisition, Supplier, SupplierDocument
from materials.models.closing import Reconciled
from materials.models.consumption import Deviation, MaterialUse, QuotaReport, QuotaStandard, UseCheck
from materials.models.counting import Count, CountLine, CountPlan
from materials.models.disposing import Disposal, GatePass
from materials.models.items import ISSUABLE, Item, Lot, LotStatus
from materials.models.ledger import Balance, StockMove
from materials.models.moving import SlipRequest, SlipRequestLine
from materials.models.places import Place, PlaceKind, Purpose
from materials.models.quotas import OrderQuota, QuotaChange, QuotaLine, QuotaSubstitute
from materials.models.slips import OtherPurpose, ReturnType, Slip, Supplement, SupplementGrant

__all__ = [
    "ISSUABLE",
    "Adjustment",
    "Balance",
    "Bom",
    "BomLine",
    "BomSubstitute",
    "Count",
    "CountLine",
    "CountPlan",
    "Delivery",
    "Deviation",
    "Disposal",
    "ExpectedReceipt",
    "GatePass",
    "Item",
    "Lot",
    "LotDecision",
    "LotStatus",
    "MaterialUse",
    "OrderQuota",
    "OtherPurpose",
    "Place",
    "PlaceKind",
    "Purpose",
    "QuotaChange",
    "QuotaLine",
    "QuotaReport",
    "QuotaStandard",
    "QuotaSubstitute",
    "Reconciled",
    "Requisition",
    "ReturnType",
    "Slip",
    "SlipRequest",
    "SlipRequestLine",
    "StockMove",
    "Supplement",
    "SupplementGrant",
    "Supplier",
    "SupplierDocument",
    "UseCheck",
]
