from datetime import timedelta

from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    name = "disclosure"
    verbose_name = "信息公开"

    def ready(self) -> None:
        from disclosure.appeals.kind import APPEAL_KIND, remind_of_appeals
        from disclosure.coverage.score import made_public
        from disclosure.hotline.figures.ranking import closed_in_time
        from disclosure.hotline.kind import HOTLINE_KIND
        from disclosure.hotline.waiting import remind_of_calls
        from disclosure.items import index_numbers  # noqa: F401 - registers them
        from disclosure.items.publication import items_by_title, published_items  # models are only there by now
        from disclosure.knowledge.waiting import remind_of_knowledge
        from disclosure.privacy.scans import files_waiting
        from disclosure.proposals.kind import PROPOSAL_KIND, remind_of_proposals
        from disclosure.public_opinion.kind import OPINION_KIND
        from disclosure.public_opinion.reminders import tell_office_of_opinions
        from disclosure.requests.kind import REQUEST_KIND
        from disclosure.requests.office.reminders import remind_of_applications
        from disclosure.requests.office.standing import answered_in_time
        from ninghai.accounts.request_limits import also_wait
        from ninghai.cases.kinds import register_kind
        from tasks.assignments.reminders import also_remind
        from tasks.progress.evidence import register_catalogue
        from tasks.scoring.facts import register_timeliness
        from tasks.scoring.parameters import Source

        also_wait(files_waiting)
        self._register_jobs()
        self._register_exchange()
        register_kind(REQUEST_KIND)
        register_kind(PROPOSAL_KIND)
        register_kind(OPINION_KIND)
        register_kind(APPEAL_KIND)
        register_kind(HOTLINE_KIND)
        register_catalogue(published_items, items_by_title)
        register_timeliness(Source.COVERAGE, made_public)
        register_timeliness(Source.REQUESTS, answered_in_time)
        register_timeliness(Source.HOTLINE, closed_in_time)
        also_remind(remind_of_applications)
        also_remind(remind_of_proposals)
        also_remind(remind_of_appeals)
        also_remind(tell_office_of_opinions)
        also_remind(remind_of_calls)
        also_remind(remind_of_knowledge)

    def _register_jobs(self) -> None:
        from ninghai.models import JobKind
        from ninghai.models.job import register

        register(
            JobKind(
                name="import",
                handler="disclosure.legacy_import.worker.work_on_import",
                record="item_import",
                verb="导入",
                given_up="disclosure.legacy_import.worker.give_up",
                forgives=True,
                most_lost=10,  # a row that ends every attempt gives up itself
                waits_for_room=True,
                is_heavy=True,
                seconds=3600,  # of one row with all its files, that is
            ),
            JobKind(
                name="scan",
                handler="disclosure.privacy.scans.scan_file_in_background",
                record="scan",
                verb="检查",
                given_up="disclosure.privacy.scans.give_up",
                back_off=[timedelta(minutes=pause) for pause in (1, 5, 30, 120)],
                waits_for_room=True,
                is_heavy=True,
                seconds=2500,  # longer than the sandbox takes at most
            ),
            JobKind(
                name="copy",
                handler="disclosure.items.public_copies.make_in_background",
                record="public_copy",
                given_up="disclosure.items.public_copies.give_up",
                back_off=[
                    timedelta(minutes=4**pause) for pause in range(4)
                ],  # a disk that is away for an hour refuses nothing
                waits_for_room=True,
                is_heavy=True,
                seconds=2500,
            ),
        )

    def _register_exchange(self) -> None:
        from ninghai.models.job import JobKind, JobQueue, register
        from ninghai.notifications import NotSent

        register(
            JobKind(
                name="exchange",
                handler="disclosure.exchange.messages.send",
                record="exchange_message",
                verb="发送",
                audited_as="exchange",
                given_up="disclosure.exchange.messages.give_up",
                queue=JobQueue.OUTBOX,
                lease=timedelta(minutes=3),
                back_off=[timedelta(minutes=pause) for pause in (1, 5, 30, 120)],
                seconds=300,
                speaks=(NotSent,),
            ),
        )
