"""The workbook of actions: cells → typed rows → an `ImportPlan` → written in bulk; and the export back."""

from actions.workbook.apply import ImportConflict, apply_import, import_file, import_workbook
from actions.workbook.export import export_tables, export_workbook
from actions.workbook.faults import Fault
from actions.workbook.outcome import faults_as_text, result_as_text, to_json, warnings_as_text
from actions.workbook.plan import ImportPlan, plan_import
from actions.workbook.reading import Workbook, read_file, read_workbook

__all__ = [
    "Fault",
    "ImportConflict",
    "ImportPlan",
    "Workbook",
    "apply_import",
    "export_tables",
    "export_workbook",
    "faults_as_text",
    "import_file",
    "import_workbook",
    "plan_import",
    "read_file",
    "read_workbook",
    "result_as_text",
    "to_json",
    "warnings_as_text",
]
