"""``manage.py load KIND FILE``: a plant's own data, all or nothing (FORMATS section 1)."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from core.errors import RuleBroken
from core.tables import KINDS, Outcome, load
from core.tables.faults import ChangedMeanwhile
from floorops.management.shell_language import shell_language

FAULTY, UNUSABLE = 1, 2


class Command(BaseCommand):
    help = "Load a CSV or XLSX file into a table. Exit 0: loaded; 1: faulty rows, nothing written; 2: the file cannot be used."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", help=", ".join(KINDS))
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        with shell_language():
            try:
                outcome = load(KINDS.find(options["kind"]), options["file"], is_trial=options["dry_run"])
            except ChangedMeanwhile as refusal:
                self._refused(options, refusal, FAULTY)
            except RuleBroken as refusal:
                self._refused(options, refusal, UNUSABLE)
            else:
                self._told(outcome, as_json=options["json"])

    def _refused(self, options: dict[str, Any], refusal: RuleBroken, code: int) -> None:
        if options["json"]:
            self.stdout.write(json.dumps({"kind": options["kind"], "code": refusal.code, "detail": str(refusal)}, ensure_ascii=False))
        raise CommandError(str(refusal), returncode=code)

    def _told(self, outcome: Outcome, *, as_json: bool) -> None:
        tally = asdict(outcome.tally)
        if as_json:
            self._json(outcome, tally)
        elif outcome.is_good:
            told = {"kind": outcome.kind, **tally}
            self.stdout.write(_("%(kind)s: %(created)s created, %(updated)s updated, %(unchanged)s unchanged") % told)
            for note in outcome.notes:
                self.stdout.write(note)
        else:
            for fault in outcome.faults:
                self.stdout.write(str(fault))
            self.stdout.flush()
        if not outcome.is_good:
            told = {"kind": outcome.kind, "faults": len(outcome.faults)}
            raise CommandError(_("%(kind)s: %(faults)s faults, nothing was written") % told, returncode=FAULTY)

    def _json(self, outcome: Outcome, tally: dict[str, int]) -> None:
        """One object; the faults are written one by one, however many they are."""
        head = {"kind": outcome.kind, "dry_run": outcome.is_trial}
        if outcome.is_good:
            self.stdout.write(json.dumps(head | tally | {"faults": [], "notes": outcome.notes}, ensure_ascii=False))
            return
        self.stdout.write(json.dumps(head | {"created": 0, "updated": 0, "unchanged": 0}, ensure_ascii=False)[:-1] + ', "faults": [')
        for number, fault in enumerate(outcome.faults):
            self.stdout.write((",\n" if number else "") + json.dumps(asdict(fault), ensure_ascii=False), ending="")
        self.stdout.write("]}")
