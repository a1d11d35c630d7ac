"""Who may do what, written down a second time from FORMATS section 4, so that a slip in the code's own table shows."""

EVERYONE = frozenset(["adm", "dir", "mgr", "wsm", "sup", "tld", "opr", "ins", "stk", "plr", "buy", "mnt", "hrt", "sixc", "eng"])

RIGHTS = {
    "read": EVERYONE,
    "own account": EVERYONE,
    "fill a sheet": frozenset({"sup", "tld", "wsm"}),
    "post a daily report": frozenset({"tld", "sup"}),
    "approve a daily report": frozenset({"wsm", "mgr"}),
    "orders": frozenset({"plr"}),
    "own import": frozenset({"plr"}),
    "standards, products": frozenset({"eng", "plr"}),
    "month pack: build, submit": frozenset({"mgr"}),
    "month pack: read": frozenset({"mgr", "dir", "adm", "wsm", "sup", "tld"}),
    "templates": frozenset({"adm", "mgr"}),
    "organisation, shifts, calendar, settings, users": frozenset({"adm"}),
    "staff register": frozenset({"adm", "hrt"}),
    "delegate": frozenset({"adm", "dir", "mgr", "wsm"}),
    "end a delegation": frozenset({"adm", "wsm"}),
    "jobs of the system": frozenset({"adm", "dir", "mgr"}),
}
