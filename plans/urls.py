from django.urls import path

from plans.views import sheet_list, sheets

urlpatterns = [
    path("sheets", sheet_list.SheetList.as_view(), name="sheets"),
    path("sheets/<int:pk>", sheets.SheetFill.as_view(), name="sheet-fill"),
    path("sheets/<int:pk>/answers", sheets.SheetAnswers.as_view(), name="sheet-answers"),
    path("sheets/<int:pk>/photos", sheets.SheetPhoto.as_view(), name="sheet-photo"),
    path("sheets/<int:pk>/paper", sheets.SheetPaper.as_view(), name="sheet-paper"),
]
