"""Who may do what, written down a second time from FORMATS section 4, so that a slip in the code's own table shows."""

EVERYONE = frozenset(["adm", "dir", "mgr", "wsm", "sup", "tld", "opr", "ins", "stk", "plr", "buy", "mnt", "hrt", "sixc", "eng"])
# These see their own workshop only, and are asked from the other one too.
ELSEWHERE = ("sup", "wsm", "tld", "opr", "plr")

RIGHTS = {
    "read": EVERYONE,
    "own account": EVERYONE,
    "emergency contacts": frozenset({"adm", "mgr"}),
    "give a task": EVERYONE - {"adm", "opr"},
    "another's log": frozenset({"dir"}),  # nobody leads the units of the cast, so the upper management stands next above
    "raise a finding": EVERYONE - {"adm"},
    "fill a sheet": frozenset({"sup", "tld", "wsm"}),
    "countersign a sheet": frozenset({"wsm", "mgr"}),
    "skip a sheet": frozenset({"wsm", "mgr"}),
    "post a daily report": frozenset({"tld", "sup"}),
    "approve a daily report": frozenset({"wsm", "mgr"}),
    "orders": frozenset({"plr"}),
    "asked for the material of an order": frozenset({"stk"}),  # a person, whatever the role
    "review reports": frozenset({"sup", "wsm", "mgr", "dir"}),
    "plan lines": frozenset({"plr"}),
    "count a time slot": frozenset({"tld", "sup"}),
    "wall screens": frozenset({"adm", "mgr", "wsm"}),
    "confirm the plan": frozenset({"sup", "wsm"}),
    "post slips": frozenset({"stk"}),
    "confirm as the receiver": frozenset(),  # a person, whatever the role
    "take back what one asked for": frozenset(),  # likewise
    "ask for a supplement": frozenset({"tld", "sup", "stk"}),
    "approve a supplement": frozenset({"wsm", "mgr"}),
    "say what was used": frozenset({"tld", "sup"}),
    "check what was used": frozenset({"wsm", "mgr"}),
    "report a quota or waste": frozenset({"tld", "sup", "wsm"}),
    "decide about a quota": frozenset({"eng"}),
    "bills: draft": frozenset({"eng", "plr"}),
    "bills: approve": frozenset({"mgr", "eng"}),  # never the author
    "ask for a purchase": frozenset({"stk", "plr"}),
    "approve a purchase": frozenset({"mgr"}),
    "order from suppliers": frozenset({"buy"}),
    "receive goods": frozenset({"stk"}),
    "ask for a gate pass": frozenset({"stk"}),
    "approve a gate pass": frozenset({"mgr"}),
    "adjustments, dispositions: draft": frozenset({"stk"}),
    "adjustments, dispositions: approve": frozenset({"mgr"}),
    "decide about a lot": frozenset({"ins", "stk"}),
    "items": frozenset({"eng", "plr", "stk"}),
    "places": frozenset({"adm", "stk"}),
    "own import": frozenset({"plr"}),
    "standards, products": frozenset({"eng", "plr"}),
    "targets": frozenset({"adm", "mgr"}),
    "month pack: build, submit": frozenset({"mgr"}),
    "month pack: comment, approve": frozenset({"dir"}),
    "month pack: read": frozenset({"mgr", "dir", "adm", "wsm", "sup", "tld"}),
    "reports upward: read": frozenset({"adm", "dir", "mgr", "wsm", "sup"}),
    "reports upward: write": frozenset({"mgr", "wsm", "sup"}),
    "reports upward: answer": frozenset({"dir"}),  # and whoever a report goes to
    "templates": frozenset({"adm", "mgr"}),
    "organisation, shifts, calendar, settings, users": frozenset({"adm"}),
    "staff register": frozenset({"adm", "hrt"}),
    "rosters": frozenset({"adm", "mgr", "wsm", "hrt"}),
    "single days of a roster": frozenset({"adm", "mgr", "wsm", "hrt", "sup", "tld"}),
    "lend a person": frozenset({"sup", "wsm", "mgr"}),
    "attire: read": frozenset({"sup", "wsm", "mgr", "dir"}),
    "attire: write": frozenset({"sup", "wsm", "mgr"}),
    "confidential talks": frozenset({"sup", "tld", "wsm", "hrt", "mgr"}),
    "another's talk": frozenset({"hrt", "mgr"}),
    "delegate": frozenset({"adm", "dir", "mgr", "wsm"}),
    "end a delegation": frozenset({"adm", "wsm"}),
    "jobs of the system": frozenset({"adm", "dir", "mgr"}),
}
