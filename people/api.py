"""The people room for programs: its registers."""

from ninja import Router

from core.api.registers import add_register
from people.tables import TABLES

router = Router()
for kind in TABLES:
    add_register(router, kind)
