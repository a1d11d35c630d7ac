from core.services.attachments import keep_upload
from core.services.numbering import next_number
from core.services.requests import FirstAnswer, request_once

__all__ = ["FirstAnswer", "keep_upload", "next_number", "request_once"]
