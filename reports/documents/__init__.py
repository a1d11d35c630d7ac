"""A month pack as files: A4 PDF and XLSX, in the language that is active when they are made."""

from reports.documents.cover import Cover, Signed
from reports.documents.pdf import pack_pdf
from reports.documents.xlsx import pack_xlsx

__all__ = ["Cover", "Signed", "pack_pdf", "pack_xlsx"]
