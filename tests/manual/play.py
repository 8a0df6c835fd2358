"""The flows in the order in which they are played: one's outcome is another's beginning, and next year's notice comes last."""

from collections.abc import Callable, Collection

from tests.manual import annual_reports, hotline, office, opinions, public, requests, services, unit
from tests.manual.demo_portal import Theatre

Play = Callable[[Theatre], None]

PLAY: tuple[Play, ...] = (
    unit.sign_in,
    unit.to_do,
    office.desk,
    office.heat_map,
    unit.report,
    unit.pass_report,
    office.accept,
    unit.petition,
    office.decide_petition,
    office.draw,
    office.inspect,
    unit.findings,
    office.recheck,
    office.score,
    unit.scores,
    office.make_report,
    office.sign_report,
    office.circulate,
    unit.receive,
    unit.draft,
    unit.mend,
    unit.pass_on,
    office.review,
    office.publish,
    unit.revise,
    unit.duties,
    office.coverage,
    office.basic_catalogue,
    office.site_pages,
    office.older_items,
    office.accounts,
    office.calendar,
    office.audit,
    public.find,
    public.narrow,
    public.read,
    public.history,
    public.take_along,
    public.basic_catalogue,
    public.columns,
    public.progress,
    public.verify,
    public.correct,
    unit.answer_correction,
    public.ask_after,
    public.display,
    requests.guide,
    requests.apply,
    requests.ask_third_party,
    requests.give_opinion,
    requests.answer,
    requests.sign,
    requests.deliver,
    requests.look_up,
    requests.enter,
    requests.extend,
    requests.hand_on,
    requests.remedy,
    requests.reopen,
    requests.import_register,
    requests.keep_guide,
    requests.see_guides,
    requests.see_units,
    hotline.ask,
    hotline.take_call,
    hotline.hand_on,
    hotline.handle,
    hotline.review,
    hotline.look_up,
    hotline.redo,
    hotline.import_calls,
    hotline.duties,
    hotline.figures,
    annual_reports.begin,
    annual_reports.fill_tables,
    annual_reports.write,
    annual_reports.hand_in,
    annual_reports.pass_on,
    annual_reports.of_county,
    annual_reports.publish,
    annual_reports.import_past,
    services.find,
    services.one_thing,
    services.draft,
    services.approve,
    services.import_guides,
    services.draw_check,
    services.inspect,
    services.keep_lists,
    opinions.enter,
    opinions.hand_out,
    opinions.regrade,
    opinions.respond,
    opinions.publish,
    opinions.close,
    opinions.decline,
    opinions.see_all,
    office.import_notice,
    office.resolve,
    office.issue,
    requests.amend,  # from here on some years later
    requests.charge,
)


def picture_of(flow: Play) -> str:
    """unit-pass-report.webp for the flow pass_report of the unit's chapter."""
    return f"{name_of(flow)}.webp"


def name_of(flow: Play) -> str:
    return f"{flow.__module__.rpartition('.')[2]}-{flow.__name__}".replace("_", "-")


def flows_named(names: Collection[str]) -> tuple[Play, ...]:
    """Those of these names, in their order; without names every one."""
    return tuple(flow for flow in PLAY if not names or name_of(flow) in names)
