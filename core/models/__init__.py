from core.models.attachments import Attachment
from core.models.changes import Change
from core.models.imports import TableImport
from core.models.jobs import JobRun
from core.models.names import BilingualName
from core.models.numbers import DocumentCounter
from core.models.requests import RequestKey
from core.models.settings import PlantSetting
from core.models.units import Unit

__all__ = ["Attachment", "BilingualName", "Change", "DocumentCounter", "JobRun", "PlantSetting", "RequestKey", "TableImport", "Unit"]
