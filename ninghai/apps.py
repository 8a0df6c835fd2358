from datetime import timedelta

from django.apps import AppConfig


class NinghaiConfig(AppConfig):
    name = "ninghai"
    verbose_name = "单位与人员"

    def ready(self) -> None:
        from ninghai.accounts import sessions  # noqa: F401 - notes each sign-in
        from ninghai.models import Delivery
        from ninghai.models.job import JobKind, JobQueue, register
        from ninghai.notifications import NotSent, checks  # noqa: F401 - the checks register themselves
        from ninghai.notifications.notify import CHANNELS
        from ninghai.operations import production_checks  # noqa: F401 - registers them

        outbox = "ninghai.notifications.outbox"
        register(
            *(
                JobKind(
                    name=channel,
                    handler=f"{outbox}.send",
                    record="delivery",
                    verb="发送",
                    given_up=f"{outbox}.give_up",
                    queue=JobQueue.OUTBOX,
                    lease=timedelta(minutes=3),  # longer than any channel's time-outs together
                    back_off=[timedelta(minutes=pause) for pause in (1, 5, 30, 120)],
                    most_lost=1 if channel == Delivery.Channel.EMAIL else 0,  # a mail may have arrived
                    seconds=300,
                    speaks=(NotSent,),
                    is_on=sender.is_on,
                )
                for channel, sender in CHANNELS.items()
            )
        )
