import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from reports.management.asked import add_month_and_org, asked_month, asked_org
from reports.selectors import month_figures


class Command(BaseCommand):
    """Prints the figures of a month; reads the database only, so no broker is needed (FORMATS section 2)."""

    help = "Print the figures of a month, by plant, workshop, section, team and product."

    def add_arguments(self, parser: CommandParser) -> None:
        add_month_and_org(parser)
        parser.add_argument("--json", action="store_true", help="as JSON instead of a table")

    def handle(self, *args: Any, **asked: Any) -> None:
        figures = month_figures(asked_month(asked["month"]), asked_org(asked["org"]))
        if asked["json"]:
            self.stdout.write(json.dumps(figures, ensure_ascii=False, indent=1))
            return
        shown = ["level", "code", "planned", "good", "scrap", "attended_hours", "attainment_pct", "efficiency_pct", "scrap_pct"]
        lines = [shown, *([row[name] or "-" for name in shown] for row in figures["rows"])]
        widths = [max(len(line[place]) for line in lines) for place in range(len(shown))]
        for line in lines:
            texts = [
                text.ljust(width) if place < 2 else text.rjust(width) for place, (text, width) in enumerate(zip(line, widths, strict=True))
            ]
            self.stdout.write("  ".join(texts))
