from core.services.attachments import keep_upload
from core.services.numbering import next_number, stamp_number, stamp_numbers
from core.services.requests import FirstAnswer, prune_request_keys, request_once
from core.services.retention import forget_old

__all__ = ["FirstAnswer", "forget_old", "keep_upload", "next_number", "prune_request_keys", "request_once", "stamp_number", "stamp_numbers"]
