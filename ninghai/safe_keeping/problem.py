"""Why a backup or a restore cannot go on: one sentence for the administrator at the terminal."""


class CannotKeep(Exception):
    pass
