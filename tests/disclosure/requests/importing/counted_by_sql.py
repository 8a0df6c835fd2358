"""The tables of an annual report counted a second time, straight from the tables of the database: nothing of `tally` or `register`.

Rows and columns are written out here once more, from the forms themselves.
"""

from typing import Any

from django.db import connection

COLUMNS = {
    "person": "自然人",
    "business": "商业企业",
    "research": "科研机构",
    "welfare": "社会公益组织",
    "legal": "法律服务机构",
    "organisation": "其他",
}
ROWS = {
    "published": "三（一）",
    "open": "三（一）",
    "partial": "三（二）",
    "refuse_secret": "三（三）1",
    "refuse_banned": "三（三）2",
    "refuse_safety": "三（三）3",
    "refuse_third": "三（三）4",
    "refuse_internal": "三（三）5",
    "refuse_process": "三（三）6",
    "refuse_file": "三（三）7",
    "refuse_register": "三（三）8",
    "not_held": "三（四）1",
    "other_agency": "三（四）1",
    "to_be_made": "三（四）2",
    "still_unclear": "三（四）3",
    "petition": "三（五）1",
    "repeat": "三（五）2",
    "publication": "三（五）3",
    "excessive": "三（五）4",
    "confirm_again": "三（五）5",
    "lapsed_unamended": "三（六）1",
    "lapsed_unpaid": "三（六）2",
    "other": "三（六）3",
}
RECEIVED, ANSWERED = "收到申请总数", "答复申请总数"
LETTERS = {
    "counter": "当面申请数",
    "signed_post": "信函申请数",
    "plain_post": "信函申请数",
    "passed_on": "信函申请数",
    "online": "网络申请数",
    "email": "电子邮件申请数",
    "fax": "传真申请数",
}
ROWS_2008 = {
    "published": "已主动公开",
    "open": "同意公开",
    "partial": "同意部分公开",
    "refuse_secret": "不同意公开：涉及国家秘密",
    "refuse_banned": "不同意公开：法律法规规定的其他情形",
    "refuse_safety": "不同意公开：危及国家安全、公共安全、经济安全和社会稳定",
    "refuse_third": "不同意公开：涉及商业秘密、个人隐私",
    "refuse_internal": "不是《条例》所指政府信息",
    "refuse_process": "不是《条例》所指政府信息",
    "refuse_register": "按照其他途径办理",
    "not_held": "申请信息不存在",
    "other_agency": "不属于本机关公开",
    "to_be_made": "其他",
    "still_unclear": "告知作出更改补充",
    "petition": "按照其他途径办理",
    "repeat": "其他",
    "other": "其他",
}
NEW, CARRIED_IN, TOTAL_ROW, CARRIED_OUT, TOTAL = "一", "二", "三（七）", "四", "总计"

REMEDIES = {"review": "行政复议", "suit": "行政诉讼（未经复议直接起诉）", "suit_after_review": "行政诉讼（复议后起诉）"}
OUTCOMES = {"upheld": "结果维持", "corrected": "结果纠正", "other": "其他结果", "open": "尚未审结"}
OUTCOMES_2008 = {"upheld": "维持具体行政行为数", "corrected": "被依法纠错数", "other": "其他情形数"}

# A round is a case from its receipt, or from a reopening that came in a later year than its answer, to its last answer.
ROUNDS = """
WITH counted AS (
    SELECT c.id, c.category, c.channel, c.received_on FROM ninghai_case c
    WHERE c.kind = 'request' AND c.unit_id = %(unit)s AND c.number <> '' AND c.received_on IS NOT NULL
      AND c.status NOT IN ('void', 'split', 'merged', 'duplicate', 'moved')
), told AS (
    SELECT e.case_id, e.number, e.kind, (e.happened_at AT TIME ZONE 'Asia/Shanghai')::date AS day, e.facts->>'code' AS code,
           count(*) FILTER (WHERE e.kind = 'reopen') OVER (PARTITION BY e.case_id ORDER BY e.number) AS opening
    FROM ninghai_caseevent e JOIN counted ON counted.id = e.case_id
), openings AS (
    SELECT id AS case_id, 0::bigint AS opening, received_on AS begun FROM counted
    UNION ALL SELECT case_id, opening, day FROM told WHERE kind = 'reopen'
), answers AS (
    SELECT DISTINCT ON (case_id, opening) case_id, opening, day AS answered,
           CASE kind WHEN 'withdrawn' THEN 'other' ELSE (
               SELECT s.code FROM told s WHERE s.case_id = t.case_id AND s.number < t.number AND s.kind = 'signed'
               ORDER BY s.number DESC LIMIT 1) END AS code
    FROM told t WHERE kind IN ('answer_posted', 'answer_received', 'withdrawn')
    ORDER BY case_id, opening, number
), runs AS (
    SELECT o.case_id, o.opening, o.begun, a.answered, a.code,
           lag(a.answered) OVER (PARTITION BY o.case_id ORDER BY o.opening) AS before
    FROM openings o LEFT JOIN answers a USING (case_id, opening)
), grouped AS (
    SELECT *, count(*) FILTER (WHERE opening = 0 OR extract(year FROM before) < extract(year FROM begun))
              OVER (PARTITION BY case_id ORDER BY opening) AS round FROM runs
)
SELECT c.category, c.channel, min(g.begun) AS begun,
       (array_agg(g.answered ORDER BY g.opening DESC))[1] AS answered, (array_agg(g.code ORDER BY g.opening DESC))[1] AS code
FROM grouped g JOIN counted c ON c.id = g.case_id GROUP BY g.case_id, g.round, c.category, c.channel
"""
COUNT = """
SELECT category, 'new', NULL, count(*) FROM rounds WHERE extract(year FROM begun) = %(year)s GROUP BY 1
UNION ALL SELECT category, 'in', NULL, count(*) FROM rounds WHERE extract(year FROM begun) < %(year)s
    AND (answered IS NULL OR extract(year FROM answered) >= %(year)s) GROUP BY 1
UNION ALL SELECT category, 'answered', code, count(*) FROM rounds WHERE extract(year FROM answered) = %(year)s GROUP BY 1, 3
UNION ALL SELECT category, 'out', NULL, count(*) FROM rounds WHERE extract(year FROM begun) <= %(year)s
    AND (answered IS NULL OR extract(year FROM answered) > %(year)s) GROUP BY 1
"""
COUNT_OLD = """
SELECT 'came', channel, count(*) FROM rounds WHERE extract(year FROM begun) = %(year)s GROUP BY 2
UNION ALL SELECT 'answered', code, count(*) FROM rounds WHERE extract(year FROM answered) = %(year)s GROUP BY 2
"""
COUNT_REMEDIES = """
WITH happened AS (
    SELECT e.case_id, e.of, e.number, e.kind, extract(year FROM e.happened_at AT TIME ZONE 'Asia/Shanghai') AS year,
           e.facts->>'way' AS way, e.facts->>'outcome' AS outcome
    FROM ninghai_caseevent e JOIN ninghai_case c ON c.id = e.case_id
    WHERE c.kind = 'request' AND c.unit_id = %(unit)s AND c.number <> '' AND c.received_on IS NOT NULL
      AND c.status NOT IN ('void', 'split', 'merged', 'duplicate', 'moved') AND e.kind IN ('remedy_begun', 'remedy_decided')
)
SELECT b.way, CASE WHEN d.year <= %(year)s THEN d.outcome ELSE 'open' END, count(*)
FROM happened b LEFT JOIN happened d ON d.case_id = b.case_id AND d.of = b.of AND d.kind = 'remedy_decided'
WHERE b.kind = 'remedy_begun' AND b.year <= %(year)s AND (d.year IS NULL OR d.year >= %(year)s) GROUP BY 1, 2
"""
PLACES = {"new": NEW, "in": CARRIED_IN, "out": CARRIED_OUT}


def table_3(*, unit: int, year: int, is_divided: bool) -> dict[str, dict[str, int]]:
    """Every cell of table 3, sums and all; without `is_divided` (up to 2020) 其他处理 is one row."""
    rows = dict.fromkeys(row if is_divided or not row.startswith("三（六）") else "三（六）" for row in ROWS.values())
    cells = {
        row: dict.fromkeys([*COLUMNS.values(), TOTAL], 0) for row in [NEW, CARRIED_IN, *rows, TOTAL_ROW, CARRIED_OUT]
    }
    for category, what, code, number in _rows(f"WITH rounds AS ({ROUNDS}) {COUNT}", unit, year):
        row = PLACES.get(what) or (ROWS[code] if ROWS[code] in rows else "三（六）")
        for place in {row, TOTAL_ROW} if what == "answered" else {row}:
            cells[place][COLUMNS[category]] += number
            cells[place][TOTAL] += number
    return cells


def table_1(*, unit: int, year: int) -> dict[str, int]:
    """What the statistics up to 2018 count of applications; their sums too."""
    cells = dict.fromkeys([RECEIVED, *LETTERS.values(), ANSWERED, *ROWS_2008.values()], 0)
    remedies = [f"{kind}{words}" for kind in ("行政复议", "行政诉讼") for words in (*OUTCOMES_2008.values(), "数")]
    cells |= dict.fromkeys(remedies, 0)
    for way, outcome, number in _rows(COUNT_REMEDIES, unit, year):
        if outcome != "open":
            for words in (OUTCOMES_2008[outcome], "数"):
                cells[f"{REMEDIES[way][:4]}{words}"] += number
    for what, code, number in _rows(f"WITH rounds AS ({ROUNDS}) {COUNT_OLD}", unit, year):
        cells[LETTERS[code] if what == "came" else ROWS_2008[code]] += number
        cells[RECEIVED if what == "came" else ANSWERED] += number
    return cells


def table_4(*, unit: int, year: int) -> dict[str, dict[str, int]]:
    """Every cell of table 4, sums and all."""
    cells = {row: dict.fromkeys([*OUTCOMES.values(), TOTAL], 0) for row in REMEDIES.values()}
    for way, outcome, number in _rows(COUNT_REMEDIES, unit, year):
        cells[REMEDIES[way]][OUTCOMES[outcome]] += number
        cells[REMEDIES[way]][TOTAL] += number
    return cells


def _rows(count: str, unit: int, year: int) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(count, {"unit": unit, "year": year})
        return list(cursor.fetchall())
