from django.urls import path, register_converter

from reports.views import months, packs


class MonthConverter:
    regex = r"(?!0000)\d{4}-(?:0[1-9]|1[0-2])"

    def to_python(self, text: str) -> str:
        return text

    def to_url(self, month: object) -> str:
        return str(month)


class ThemeConverter(MonthConverter):
    regex = r"light|dark"


register_converter(MonthConverter, "month")
register_converter(ThemeConverter, "theme")

urlpatterns = [
    path("months", months.MonthList.as_view(), name="months"),
    path("months/open", months.MonthOpen.as_view(), name="month-open"),
    path("months/<month:month>", months.MonthDashboard.as_view(), name="month-dashboard"),
    path("months/<month:month>/charts/<slug:key>.<theme:theme>.svg", months.MonthChart.as_view(), name="month-chart"),
    path("months/<month:month>/table.xlsx", months.MonthXlsx.as_view(), name="month-xlsx"),
    path("packs", packs.PackList.as_view(), name="packs"),
    path("packs/build", packs.PackBuild.as_view(), name="pack-build"),
    path("packs/<int:pk>", packs.PackPage.as_view(), name="pack"),
    path("packs/<int:pk>/progress", packs.PackProgress.as_view(), name="pack-progress"),
    path("packs/<int:pk>/rebuild", packs.PackRebuild.as_view(), name="pack-rebuild"),
    path("packs/<int:pk>/submit", packs.PackSubmit.as_view(), name="pack-submit"),
    path("packs/<int:pk>/charts/<slug:key>.<theme:theme>.svg", packs.PackChart.as_view(), name="pack-chart"),
    path("packs/<int:pk>/files/<slug:language>.<slug:form>", packs.PackDownload.as_view(), name="pack-file"),
    path("packs/<str:plant>/<month:month>", packs.PackOf.as_view(), name="pack-of"),
]
