"""Who may read the evaluation."""

import rules

from governance.rules import is_reader

rules.add_perm("evaluation.view_evaluation", is_reader)
rules.add_perm("documents.read_report_draft", is_reader)
