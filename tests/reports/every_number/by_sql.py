"""What reports have to say, asked of the tables in plain SQL written from the rules, not from the code under test.

An assignment (项次) counts as it stood at the end of a day. What happened by then is told by the audit trail alone: the
columns that hold today's state are not looked at, so that a figure which follows today's state is found out.
Rules: design.md section 6 (states, overdue, periods owed) and section 8.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection

Row = dict[str, Any]

STANDING = """
WITH moves AS (
    SELECT target_type, target_id::bigint AS record, to_status, at, id, (at AT TIME ZONE 'Asia/Shanghai')::date AS day
    FROM ninghai_auditentry
    WHERE action = 'move' AND (at AT TIME ZONE 'Asia/Shanghai')::date <= %(day)s
      AND target_type IN ('tasks.assignment', 'tasks.progressreport')
), of_assignments AS (
    SELECT record, to_status, min(day) AS day FROM moves WHERE target_type = 'tasks.assignment' GROUP BY 1, 2
), reports AS (
    SELECT r.assignment_id, r.period_id, r.claims_completion, m.to_status AS status,
        (SELECT max(h.day) FROM moves h WHERE h.target_type = 'tasks.progressreport' AND h.record = r.id
            AND h.to_status = 'with_office') AS handed_in_on
    FROM tasks_progressreport r JOIN LATERAL (
        SELECT to_status FROM moves WHERE target_type = 'tasks.progressreport' AND record = r.id
        ORDER BY at DESC, id DESC LIMIT 1) m ON true
), duties AS (
    SELECT a.id, a.role, a.made_on, u.code, u.short_name AS unit, p.key || '　' || p.title AS point, p.text, p.position, p.id AS point_id,
        CASE WHEN p.part_number = '' THEN p.part_title ELSE p.part_number || '、' || p.part_title END AS part,
        u.position AS unit_position,
        coalesce((SELECT c.before FROM tasks_duedatechange c WHERE c.assignment_id = a.id AND c.since > %(day)s
            ORDER BY c.since, c.id LIMIT 1), a.due_date) AS due,
        (SELECT day FROM of_assignments o WHERE o.record = a.id AND o.to_status = 'completed') AS accepted_on,
        (SELECT day FROM of_assignments o WHERE o.record = a.id AND o.to_status = 'not_applicable') AS dropped_on,
        (SELECT max(handed_in_on) FROM reports r WHERE r.assignment_id = a.id AND r.claims_completion
            AND r.status = 'accepted') AS done_on,
        EXISTS (SELECT FROM reports r WHERE r.assignment_id = a.id AND r.status = 'accepted') AS is_begun
    FROM tasks_assignment a JOIN tasks_task t ON t.id = a.task_id JOIN tasks_workpoint p ON p.id = t.point_id
    JOIN ninghai_unit u ON u.id = a.unit_id
    WHERE p.notice_id = %(notice)s AND a.made_on <= %(day)s AND NOT EXISTS (SELECT FROM of_assignments o
        WHERE o.record = a.id AND o.to_status IN ('handed_over', 'carried_over'))
), turns AS (
    SELECT d.id, p.name AS period, p.start, CASE
        WHEN p.closed_on <= %(day)s AND f.outcome IS NULL THEN NULL
        WHEN p.closed_on <= %(day)s AND f.outcome = 'missing' THEN CASE
            WHEN EXISTS (SELECT FROM reports r WHERE r.assignment_id = d.id AND r.period_id = p.id
                AND r.status = 'accepted') THEN 'made_up'
            WHEN EXISTS (SELECT FROM reports r WHERE r.assignment_id = d.id AND r.period_id = p.id
                AND r.status = 'with_office') THEN 'made_up_pending' ELSE 'missing' END
        WHEN EXISTS (SELECT FROM reports r WHERE r.assignment_id = d.id AND r.period_id = p.id
            AND r.status = 'accepted') THEN 'accepted'
        WHEN p.closed_on <= %(day)s OR EXISTS (SELECT FROM reports r WHERE r.assignment_id = d.id
            AND r.period_id = p.id AND r.status IN ('with_head', 'with_office')) THEN 'pending'
        WHEN d.accepted_on IS NULL OR d.done_on > p.due_date THEN 'missing' END AS outcome
    FROM duties d JOIN tasks_reportingperiod p ON p.notice_id = %(notice)s AND p.due_date <= %(day)s
    LEFT JOIN tasks_periodrecord f ON f.period_id = p.id AND f.assignment_id = d.id
    WHERE p.closed_on <= %(day)s OR (d.made_on < p."end" AND d.dropped_on IS NULL
        AND (d.accepted_on IS NULL OR d.accepted_on > p."end"))
)
SELECT d.*, CASE WHEN accepted_on IS NOT NULL THEN 'completed' WHEN dropped_on IS NOT NULL THEN 'not_applicable'
        WHEN is_begun THEN 'in_progress' ELSE 'todo' END AS standing,
    accepted_on IS NOT NULL AND done_on > due AS is_late,
    accepted_on IS NULL AND dropped_on IS NULL AND due < %(day)s AS is_overdue,
    accepted_on IS NULL AND dropped_on IS NULL AND due BETWEEN %(day)s AND %(day)s + 15 AS is_due_soon,
    %(day)s - due AS days_late,
    (SELECT count(outcome) FROM turns WHERE turns.id = d.id) AS owed,
    (SELECT count(*) FROM turns WHERE turns.id = d.id AND outcome = 'accepted') AS accepted,
    (SELECT count(*) FROM turns WHERE turns.id = d.id AND outcome = 'pending') AS pending,
    (SELECT count(*) FROM turns WHERE turns.id = d.id AND outcome = 'missing') AS missing,
    (SELECT count(*) FROM turns WHERE turns.id = d.id AND outcome IN ('made_up', 'made_up_pending')) AS made_up,
    (SELECT count(*) FROM turns WHERE turns.id = d.id AND outcome = 'made_up_pending') AS made_up_pending,
    ARRAY(SELECT turns.period || CASE outcome WHEN 'missing' THEN '' WHEN 'made_up' THEN '封账后已补报'
        ELSE '封账后已补报，待确认' END FROM turns WHERE turns.id = d.id
        AND outcome IN ('missing', 'made_up', 'made_up_pending') ORDER BY turns.start) AS missed
FROM duties d ORDER BY d.position, d.unit_position, d.id
"""

FINDINGS = """
SELECT a.key, u.short_name AS unit, p.key || '　' || p.title AS point, p.text, d.stratum, said.detail->>'outcome' AS outcome,
    said.detail->>'rectify_by' AS rectify_by, said.reason AS note
FROM tasks_drawn d JOIN tasks_assignment a ON a.id = d.assignment_id JOIN ninghai_unit u ON u.id = a.unit_id
JOIN tasks_task t ON t.id = a.task_id JOIN tasks_workpoint p ON p.id = t.point_id
LEFT JOIN tasks_finding f ON f.drawn_id = d.id LEFT JOIN LATERAL (
    SELECT e.detail, e.reason FROM ninghai_auditentry e WHERE e.action = 'record_finding'
      AND e.target_type = 'tasks.finding' AND e.target_id = f.id::text
      AND (e.at AT TIME ZONE 'Asia/Shanghai')::date <= %(day)s ORDER BY e.at DESC, e.id DESC LIMIT 1) said ON true
WHERE d.spot_check_id = %(check)s
"""

RANKING = """
SELECT u.short_name AS unit, u.kind, s.total, s.is_vetoed, (SELECT count(*) FROM tasks_unitscore o
        WHERE o.scoring_id = s.scoring_id AND o.total > s.total) + 1 AS place,
    ARRAY(SELECT CASE WHEN bool_or(l.is_assessed) OR sum(l.amount) <> 0 THEN sum(l.amount) END
        FROM tasks_scorerule r LEFT JOIN tasks_scoreline l
        ON l.rule_id = r.id AND l.unit_score_id = s.id WHERE r.scheme_id = c.scheme_id AND EXISTS (SELECT
            FROM tasks_scoreline o JOIN tasks_unitscore p ON p.id = o.unit_score_id WHERE o.rule_id = r.id
            AND p.scoring_id = s.scoring_id AND (o.is_assessed OR o.amount <> 0))
        GROUP BY r.id ORDER BY r.position, r.id) AS amounts,
    (SELECT count(*) FROM tasks_unitscore o WHERE o.scoring_id = s.scoring_id AND o.total = s.total) > 1 AS is_tied,
    (SELECT count(*) FROM tasks_scoreline l JOIN tasks_scorerule r ON r.id = l.rule_id WHERE l.unit_score_id = s.id
        AND l.is_assessed AND r.source NOT IN ('deduction', 'bonus', 'veto')) AS columns,
    (SELECT sum(l.amount) FROM tasks_scoreline l WHERE l.unit_score_id = s.id) AS sum_of_lines
FROM tasks_unitscore s JOIN tasks_scoring c ON c.id = s.scoring_id JOIN ninghai_unit u ON u.id = s.unit_id
WHERE s.scoring_id = %(scoring)s ORDER BY s.total DESC, u.position, s.id
"""

RULES = """
SELECT r.title, r.full_marks FROM tasks_scorerule r WHERE EXISTS (SELECT FROM tasks_scoreline l
    JOIN tasks_unitscore s ON s.id = l.unit_score_id WHERE l.rule_id = r.id AND s.scoring_id = %(scoring)s
    AND (l.is_assessed OR l.amount <> 0)) ORDER BY r.position, r.id
"""

CASES = """
SELECT u.short_name AS unit, r.title AS rule, e.value->>0 AS words, e.value->>1 AS amount
FROM tasks_scoreline l JOIN tasks_unitscore s ON s.id = l.unit_score_id JOIN tasks_scorerule r ON r.id = l.rule_id
JOIN ninghai_unit u ON u.id = s.unit_id, jsonb_array_elements(l.cases) WITH ORDINALITY e(value, place)
WHERE s.scoring_id = %(scoring)s AND NOT (e.value->>4)::boolean AND (e.value->>1)::numeric <> 0
ORDER BY s.total DESC, u.position, l.position, e.place
"""


def rows(query: str, **asked: object) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def standing(*, notice: int, day: date, unit: str = "") -> list[Row]:
    """Every assignment of the notice, or of one unit, as it stood."""
    return [row for row in rows(STANDING, notice=notice, day=day) if unit in {"", row["code"]}]


def points_in_force(*, notice: int, day: date) -> int:
    [row] = rows(
        "SELECT count(*) FROM tasks_workpoint WHERE notice_id = %(notice)s AND coalesce(added_on, %(day)s) <= %(day)s"
        " AND (removed_on IS NULL OR removed_on > %(day)s)",
        notice=notice,
        day=day,
    )
    return row["count"]


def sums(duties: Iterable[Row]) -> Row:
    """Counts of a group of assignments; `share` is what is done of what has to be done, halves up."""
    duties = list(duties)
    counted: Row = {"assignments": len(duties)}
    for standing in ("completed", "in_progress", "todo", "not_applicable"):
        counted[standing] = sum(each["standing"] == standing for each in duties)
    for name in (
        "is_late",
        "is_overdue",
        "is_due_soon",
        "owed",
        "accepted",
        "pending",
        "missing",
        "made_up",
        "made_up_pending",
    ):
        counted[name] = sum(int(each[name]) for each in duties)
    counted["points"] = len({each["point_id"] for each in duties})
    counted["units"] = len({each["code"] for each in duties})
    whole = counted["assignments"] - counted["not_applicable"]
    counted["share"] = f"{(2000 * counted['completed'] + whole) // (2 * whole) / 10:.1f}%" if whole else "—"
    return counted


EDITION = """
SELECT c.name AS catalogue, e.number, (e.published_at AT TIME ZONE 'Asia/Shanghai')::date AS published_on,
    e.explanation, e.note, e.changes::text AS changes
FROM disclosure_catalogueedition e JOIN disclosure_basiccatalogue c ON c.id = e.catalogue_id WHERE e.id = %(edition)s
"""

EDITION_ROWS = """
WITH RECURSIVE every AS (
    SELECT r.value AS row, r.place, r.value->>'code' AS code, r.value->>'parent' AS parent
    FROM disclosure_catalogueedition e, jsonb_array_elements(e.rows) WITH ORDINALITY r(value, place)
    WHERE e.id = %(edition)s
), tree AS (
    SELECT every.*, ARRAY[place] AS way FROM every WHERE parent = ''
    UNION ALL SELECT every.*, tree.way || every.place FROM every JOIN tree ON every.parent = tree.code
)
SELECT code, parent, row->>'name' AS name, row->>'content_elements' AS content, row->>'legal_basis' AS basis,
    row->>'time_limit' AS time_limit, row->>'publisher' AS publisher, row->>'duration' AS duration,
    EXISTS (SELECT FROM every below WHERE below.parent = tree.code) AS is_heading
FROM tree ORDER BY way
"""
