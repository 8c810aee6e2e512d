"""What a command ends with."""


class DriverError(Exception):
    """Something that the caller can put right; the message says how."""
