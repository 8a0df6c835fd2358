"""Spot checks (抽查), in the order of the work: drawn, dealt to inspectors, inspected, objected to, put right."""

from tasks.services.spot_checks.drawing import draw_spot_check, plan_draw, redraw
from tasks.services.spot_checks.findings import Found, record_finding
from tasks.services.spot_checks.inspectors import (
    assign_inspector,
    dealt_inspectors,
    draw_inspectors,
    inspectors,
    named_by_hand,
    took_part,
)
from tasks.services.spot_checks.objections import (
    add_objection_proof,
    decide_objection,
    pass_objection,
    raise_objection,
    remove_objection_proof,
    return_objection,
)
from tasks.services.spot_checks.population import population, stratum_of
from tasks.services.spot_checks.rectifying import (
    add_rectification_proof,
    pass_rectification,
    recheck_rectification,
    remove_rectification_proof,
    return_rectification,
    save_rectification,
    submit_rectification,
)
from tasks.services.spot_checks.sheets import (
    SheetWords,
    add_photo,
    check_bases,
    conclude_sheet,
    given_marks,
    remove_photo,
    save_sheet,
    words_of,
)

__all__ = [
    "Found",
    "SheetWords",
    "add_objection_proof",
    "add_photo",
    "add_rectification_proof",
    "assign_inspector",
    "check_bases",
    "conclude_sheet",
    "dealt_inspectors",
    "decide_objection",
    "draw_inspectors",
    "draw_spot_check",
    "given_marks",
    "inspectors",
    "named_by_hand",
    "pass_objection",
    "pass_rectification",
    "plan_draw",
    "population",
    "raise_objection",
    "recheck_rectification",
    "record_finding",
    "redraw",
    "remove_objection_proof",
    "remove_photo",
    "remove_rectification_proof",
    "return_objection",
    "return_rectification",
    "save_rectification",
    "save_sheet",
    "stratum_of",
    "submit_rectification",
    "took_part",
    "words_of",
]
