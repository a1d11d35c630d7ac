from people.selectors.attendance import Absence, Attendance, absences, absences_by, attendance, attended_hours, marks_of_absence
from people.selectors.leaders import holders, leaders_on, led_on, lent_on, standing_in, superiors, units_above
from people.selectors.notices import InboxCount, inbox, inbox_count, open_notices, read_frame
from people.selectors.organisation import Branch, flat, node_labels, plant_label, spans_on, tree_on, unit_choices
from people.selectors.rosters import Roster, Rostered, days_seen, roster_of
from people.selectors.shifts import all_shifts
from people.selectors.staff import names_of

__all__ = [
    "Absence",
    "Attendance",
    "Branch",
    "InboxCount",
    "Roster",
    "Rostered",
    "absences",
    "absences_by",
    "all_shifts",
    "attendance",
    "attended_hours",
    "days_seen",
    "flat",
    "holders",
    "inbox",
    "inbox_count",
    "leaders_on",
    "led_on",
    "lent_on",
    "marks_of_absence",
    "names_of",
    "node_labels",
    "open_notices",
    "plant_label",
    "read_frame",
    "roster_of",
    "spans_on",
    "standing_in",
    "superiors",
    "tree_on",
    "unit_choices",
    "units_above",
]
