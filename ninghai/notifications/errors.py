"""Why something could not be sent; each text is kept with the sending, for whoever runs the portal."""


class NotSent(Exception):
    """The other side refused this one; it is tried again after a pause."""


class ChannelAway(NotSent):
    """Nothing can be sent over the channel now: no connection, or nobody lets us in."""


class PerhapsSent(Exception):
    """The connection broke before the answer came: nobody knows whether it was taken."""
