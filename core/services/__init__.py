from core.services.numbering import next_number
from core.services.requests import FirstAnswer, request_once

__all__ = ["FirstAnswer", "next_number", "request_once"]
