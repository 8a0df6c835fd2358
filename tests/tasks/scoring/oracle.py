"""A second implementation of docs/scoring.md, written from that text: fractions and plain loops, nothing of the portal's.

A sheet is recomputed from plain data:

    {"cap", "veto_score", "rules": [{"key", "source", "marks", "parameters"}], "facts": {key: {...}}}

where the facts of a rule are {"in_time", "late", "missing"}, {"findings": [{"score" | None, "outcome", "vetoed"}]} and
{"values": [...]}.
"""

from fractions import Fraction

WEIGHTED = ("reporting", "completion", "quality", "coverage", "requests", "hotline", "response", "third_party")


def cents(value):
    """To 0.01, half away from zero, as a fraction."""
    scaled = abs(value) * 100
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    if 2 * rest >= scaled.denominator:
        whole += 1
    return Fraction(whole if value >= 0 else -whole, 100)


def gained_and_whole(rule, facts):
    source, parameters = rule["source"], rule["parameters"]
    if source == "third_party":
        values = [Fraction(value) for value in facts.get("values", [])]
        return sum(values, Fraction(0)), 100 * len(values)
    if source == "quality":
        scores = []
        for finding in facts.get("findings", []):
            score = finding["score"]
            scores.append(Fraction(parameters[finding["outcome"]] if score is None else score))
        whole = 100 * len(scores)
        return min(sum(scores, Fraction(0)), Fraction(whole)), whole
    in_time, late, missing = (facts.get(name, 0) for name in ("in_time", "late", "missing"))
    return in_time + late * Fraction(parameters["late_percent"], 100), in_time + late + missing


def recompute(sheet):
    """{"amounts": {key: Fraction}, "bound": Fraction (with what rounding left over), "total": Fraction, "vetoed": bool}."""
    amounts = {}
    weights, counted = Fraction(0), Fraction(0)
    for rule in sheet["rules"]:
        if rule["source"] in WEIGHTED:
            weights += Fraction(rule["marks"])
            _, whole = gained_and_whole(rule, sheet["facts"].get(rule["key"], {}))
            if whole or rule["parameters"]["nothing"] == "full":
                counted += Fraction(rule["marks"])
    subtotal, exact, rounded = Fraction(0), Fraction(0), Fraction(0)
    for rule in sheet["rules"]:
        facts = sheet["facts"].get(rule["key"], {})
        marks = Fraction(rule["marks"])
        if rule["source"] in WEIGHTED:
            gained, whole = gained_and_whole(rule, facts)
            if whole:
                before = marks * weights / counted * gained / whole
            elif rule["parameters"]["nothing"] == "full":
                before = marks * weights / counted
            else:
                before = Fraction(0)
            amount = cents(before)
            exact += before
            rounded += amount
        elif rule["source"] in ("deduction", "bonus"):
            values = sum((Fraction(value) for value in facts.get("values", [])), Fraction(0))
            amount = cents(min(values, marks)) * (1 if rule["source"] == "bonus" else -1)
        else:
            continue
        amounts[rule["key"]] = amount
        subtotal += amount
    left_over = cents(exact) - rounded
    subtotal += left_over
    total = min(max(subtotal, Fraction(0)), Fraction(sheet["cap"]))
    bound = total - subtotal + left_over
    vetoed = False
    for rule in sheet["rules"]:
        if rule["source"] == "veto":
            facts = sheet["facts"].get(rule["key"], {})
            vetoes = len(facts.get("values", []))
            if rule["parameters"]["from_findings"]:
                vetoes += sum(1 for finding in facts.get("findings", []) if finding["vetoed"])
            after = min(total, Fraction(sheet["veto_score"])) if vetoes else total
            amounts[rule["key"]] = after - total
            total = after
            vetoed = vetoed or vetoes > 0
    return {"amounts": amounts, "bound": bound, "total": total, "vetoed": vetoed}


def place(total, totals):
    return 1 + sum(1 for other in totals if other > total)
