"""Errors whose message is all a user needs: they are shown without a traceback."""

DECIDES_NOTHING = True


class InputError(ValueError):
    """Something a user gave (config, benchmark file, sample file) is wrong; the message names it and the fix."""
