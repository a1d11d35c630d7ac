from django.urls import path

from materials.views import gate_passes, purchases, receiving, requisitions, suppliers

urlpatterns = [
    path("requisitions", requisitions.RequisitionList.as_view(), name="requisitions"),
    path("requisitions/new", requisitions.RequisitionNew.as_view(), name="requisition-new"),
    path("requisitions/<str:key>", requisitions.RequisitionPage.as_view(), name="requisition"),
    path("requisitions/<str:key>/approve", requisitions.RequisitionDecision.as_view(), name="requisition-approve"),
    path("requisitions/<str:key>/reject", requisitions.RequisitionReject.as_view(), name="requisition-reject"),
    path("requisitions/<str:key>/order", requisitions.RequisitionOrder.as_view(), name="requisition-order"),
    path("requisitions/<str:key>/close", requisitions.RequisitionClose.as_view(), name="requisition-close"),
    path("purchases", purchases.PurchaseList.as_view(), name="purchases"),
    path("purchases/<str:key>", purchases.PurchasePage.as_view(), name="purchase"),
    path("purchases/<str:key>/move", purchases.PurchaseMove.as_view(), name="purchase-move"),
    path("purchases/<str:key>/cancel", purchases.PurchaseCancel.as_view(), name="purchase-cancel"),
    path("receive", receiving.ReceiveList.as_view(), name="receive"),
    path("receive/<str:key>", receiving.ReceivePage.as_view(), name="receive-purchase"),
    path("suppliers", suppliers.SupplierList.as_view(), name="suppliers"),
    path("suppliers/new", suppliers.SupplierEdit.as_view(), name="supplier-new"),
    # A code may hold a slash.
    path("suppliers/<path:key>/edit", suppliers.SupplierEdit.as_view(), name="supplier-edit"),
    path("suppliers/<path:key>/document", suppliers.SupplierPaper.as_view(), name="supplier-document"),
    path("suppliers/<path:key>", suppliers.SupplierPage.as_view(), name="supplier"),
    path("gate-passes", gate_passes.GatePassList.as_view(), name="gate-passes"),
    path("gate-passes/new", gate_passes.GatePassNew.as_view(), name="gate-pass-new"),
    path("gate-passes/<str:key>", gate_passes.GatePassPage.as_view(), name="gate-pass"),
    path("gate-passes/<str:key>/paper", gate_passes.GatePassPaper.as_view(), name="gate-pass-paper"),
    path("gate-passes/<str:key>/approve", gate_passes.GatePassDecision.as_view(), name="gate-pass-approve"),
    path("gate-passes/<str:key>/reject", gate_passes.GatePassReject.as_view(), name="gate-pass-reject"),
    path("gate-passes/<str:key>/close", gate_passes.GatePassClose.as_view(), name="gate-pass-close"),
]
