from core.services.attachments import keep_upload
from core.services.numbering import next_number
from core.services.requests import FirstAnswer, prune_request_keys, request_once

__all__ = ["FirstAnswer", "keep_upload", "next_number", "prune_request_keys", "request_once"]
