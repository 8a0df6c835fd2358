"""Messages (消息): a person is told of an event once; the inbox always has it, other channels carry it outside.

1. `notify` writes messages for the people of a unit, in the transaction of what happened, and gathers on a working morning
   what each person has not read yet: one e-mail a day.
2. `outbox` sends, as a job, over `email` and `webhook`.
3. `views` holds the pages on which people read.
"""

# Why something could not be sent; each text is kept with the sending, for whoever runs the portal.


class NotSent(Exception):
    """The other side refused this one; it is tried again after a pause."""


class ChannelAway(NotSent):
    """Nothing can be sent over the channel now: no connection, or nobody lets us in."""


class PerhapsSent(Exception):
    """The connection broke before the answer came: nobody knows whether it was taken."""
