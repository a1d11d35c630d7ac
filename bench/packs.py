"""C3: the whole monthly pack, as its job makes it, against drawing as many empty pages and charts: 40 charts with frame, axes and words but
no data, and two PDFs of three pages with the pack's fonts.
"""

from __future__ import annotations

from pathlib import Path

from bench.blocks import Found, Work, compare, verdict

ASKED, WORST = 2.0, 4.0
CHARTS, DOCUMENTS = 40, 2
THREE_PAGES = """
#set page(paper: "a4")
#set text(font: ("Noto Sans SC",), lang: "zh")
= 月报
#pagebreak()
= Output
#pagebreak()
= Material
"""


def whole_pack() -> Work:
    """Figures after a correction, charts, PDF and XLSX in both languages, kept with the pack, whose files are gone each time."""
    from bench.months import correct_a_report
    from core.clock import PlantMonth
    from people.models import OrgNode
    from reports.models import PackFile
    from reports.services import build_pack

    month, plant = PlantMonth(2026, 10), OrgNode.objects.get(code="B-PLANT")

    def run() -> None:
        for kept in PackFile.objects.all():
            kept.file.delete(save=False)
            kept.delete()
        correct_a_report()
        version = build_pack(plant=plant, month=month, by=None)
        if version.files.count() != 4:
            raise SystemExit(f"the pack has {version.files.count()} files")

    return run


def empty_pages() -> Work:
    import typst
    from pylopdf_fonts_zh_cn import sans_path

    from reports.charts.data import TrendChart
    from reports.charts.style import LIGHT, frame, plain_axes, to_svg

    chart = TrendChart("Yield", "%", "2026-10", "Plant", "team daily reports", labels=("10",), values=(None,))
    fonts = [str(Path(sans_path()).parent)]

    def run() -> None:
        for _number in range(CHARTS):
            figure = frame(chart, LIGHT)
            plain_axes(figure.add_axes((0.075, 0.21, 0.735, 0.5)), LIGHT)
            to_svg(figure, chart.alt)
        for _number in range(DOCUMENTS):
            typst.compile(THREE_PAGES.encode(), font_paths=fonts, ignore_system_fonts=True, format="pdf")

    return run


def measure(lines: int, *, runs: int = 3, blocks: int = 7) -> list[Found]:
    ours, best = whole_pack(), empty_pages()
    compare(ours, best, 1, 1)
    pair = max((compare(ours, best, blocks, 1) for _run in range(runs)), key=lambda one: one.ratio)
    measured = (
        f"the whole monthly pack, figures from a history of {lines:,} lines, charts, PDF and XLSX in both languages"
        f" ÷ drawing {CHARTS} empty charts and {DOCUMENTS} PDFs of three pages"
    )
    told = f"{pair.ratio:.2f}; medians {pair.medians}"
    return [Found("C3", measured, f"≤ {ASKED:.0f}", f"{WORST:.0f}", told, verdict(pair.ratio <= ASKED, pair.ratio <= WORST))]
