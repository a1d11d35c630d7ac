from django.urls import path, register_converter

from core.clock import PlantMonth
from reports.views import explaining, material, meant, months, packs, targets, upward, upward_writing


class MonthConverter:
    regex = r"(?!0000)\d{4}-(?:0[1-9]|1[0-2])"

    def to_python(self, text: str) -> str:
        """What is no month of our time is not found."""
        return str(PlantMonth.parse(text))

    def to_url(self, month: object) -> str:
        return str(month)


class WordConverter:
    """One of a few words, as it stands."""

    def to_python(self, text: str) -> str:
        return text

    def to_url(self, word: object) -> str:
        return str(word)


class DecisionConverter(WordConverter):
    regex = r"comment|return|approve"


class AnswerConverter(WordConverter):
    regex = r"comment|acknowledge|return|reply"


class PaperConverter(WordConverter):
    regex = r"pdf|csv"


class ThemeConverter(WordConverter):
    regex = r"light|dark"


register_converter(MonthConverter, "month")
register_converter(DecisionConverter, "decision")
register_converter(AnswerConverter, "answer")
register_converter(PaperConverter, "paper")
register_converter(ThemeConverter, "theme")

urlpatterns = [
    path("months", months.MonthList.as_view(), name="months"),
    path("months/open", months.MonthOpen.as_view(), name="month-open"),
    path("months/needs", months.MonthNeeds.as_view(), name="month-needs"),
    path("months/figures", meant.FiguresMeant.as_view(), name="figures-meant"),
    path("months/<month:month>", months.MonthDashboard.as_view(), name="month-dashboard"),
    path("months/<month:month>/charts/<slug:key>.<theme:theme>.svg", months.MonthChart.as_view(), name="month-chart"),
    path("months/<month:month>/material", material.MonthMaterial.as_view(), name="month-material"),
    path("months/<month:month>/table.xlsx", months.MonthXlsx.as_view(), name="month-xlsx"),
    path("targets", targets.TargetList.as_view(), name="targets"),
    path("targets/new", targets.TargetEdit.as_view(), name="target-new"),
    path("targets/<int:pk>", targets.TargetPage.as_view(), name="target"),
    path("targets/<int:pk>/edit", targets.TargetEdit.as_view(), name="target-edit"),
    path("packs", packs.PackList.as_view(), name="packs"),
    path("packs/build", packs.PackBuild.as_view(), name="pack-build"),
    path("packs/<int:pk>", packs.PackPage.as_view(), name="pack"),
    path("packs/<int:pk>/progress", packs.PackProgress.as_view(), name="pack-progress"),
    path("packs/<int:pk>/rebuild", packs.PackRebuild.as_view(), name="pack-rebuild"),
    path("packs/<int:pk>/submit", packs.PackSubmit.as_view(), name="pack-submit"),
    path("packs/<int:pk>/next", packs.PackNext.as_view(), name="pack-next"),
    path("packs/<int:pk>/versions/<int:number>/<decision:step>", packs.PackDecide.as_view(), name="pack-decide"),
    path("packs/<int:pk>/causes/<slug:mark>", explaining.PackExplain.as_view(), name="pack-explain"),
    path("packs/<int:pk>/charts/<slug:key>.<theme:theme>.svg", packs.PackChart.as_view(), name="pack-chart"),
    path("packs/<int:pk>/files/<slug:language>.<slug:form>", packs.PackDownload.as_view(), name="pack-file"),
    path("upward-reports", upward.UpwardList.as_view(), name="upward-reports"),
    path("upward-reports/new", upward_writing.UpwardNew.as_view(), name="upward-new"),
    path("upward-reports/<int:pk>", upward.UpwardPage.as_view(), name="upward"),
    path("upward-reports/<int:pk>/edit", upward_writing.UpwardEdit.as_view(), name="upward-edit"),
    path("upward-reports/<int:pk>/discard", upward_writing.UpwardDiscard.as_view(), name="upward-discard"),
    path("upward-reports/<int:pk>/report.<paper:form>", upward.UpwardFile.as_view(), name="upward-file"),
    path("upward-reports/<int:pk>/<answer:step>", upward.UpwardStep.as_view(), name="upward-step"),
    path("packs/<str:plant>/<month:month>", packs.PackOf.as_view(), name="pack-of"),
]
