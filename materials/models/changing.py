"""Triggers that note which days' material is counted otherwise from now on (``core.models.changes``).

What an order should have used depends on all that was made and drawn before, so figures of a month stand on the changes from the first day
of all to the month's last; a change is noted where it begins.
"""

import pgtrigger

from core.models.changes import END

# The first day on which anything was drawn for the orders that ``{orders}`` selects, or reported of them; no row where nothing was yet.
_SINCE = f"""
    INSERT INTO core_change (starts_on, ends_on, times)
    SELECT min(day), DATE '{END}', 1 FROM (
        SELECT slip.business_date AS day FROM materials_slip slip WHERE slip.order_id IN ({{orders}})
        UNION ALL
        SELECT report.business_date FROM plans_dailyreportline line JOIN plans_dailyreport report ON report.id = line.report_id
        WHERE line.order_id IN ({{orders}})
    ) at_work HAVING min(day) IS NOT NULL;
    RETURN NULL;
"""  # noqa: S608 - words of ours


def changes_its_order(orders: str, *operations: str) -> list[pgtrigger.Trigger]:
    """What an order's material is judged by: ``orders`` gives the orders of the changed ``rows``. Of a new order nothing changes."""
    kinds = {
        "insert": (pgtrigger.Insert, pgtrigger.Referencing(new="rows")),
        "update": (pgtrigger.Update, pgtrigger.Referencing(new="rows")),
        "delete": (pgtrigger.Delete, pgtrigger.Referencing(old="rows")),
    }
    return [
        pgtrigger.Trigger(
            name=f"changes_its_order_by_{name}",
            when=pgtrigger.After,
            level=pgtrigger.Statement,
            operation=kinds[name][0],
            referencing=kinds[name][1],
            func=_SINCE.format(orders=orders),
        )
        for name in operations
    ]


# A grant counts on its day at the plant, which is at most a day from that of UTC. One of today changes no month that is over.
CHANGES_BY_GRANT = pgtrigger.Trigger(
    name="changes_days_by_insert",
    when=pgtrigger.After,
    level=pgtrigger.Statement,
    operation=pgtrigger.Insert,
    referencing=pgtrigger.Referencing(new="rows"),
    func="""
        INSERT INTO core_change (starts_on, ends_on, times)
            SELECT min((at AT TIME ZONE 'UTC')::date) - 1, max((at AT TIME ZONE 'UTC')::date) + 1, 1 FROM rows HAVING count(*) > 0;
        RETURN NULL;
    """,
)
