"""Who is at the command line, for the audit trail: no login of ours, but the machine's."""

import os
import pwd


def login() -> str:
    """The name of the machine's account that runs this process; its number where it has no name (a container)."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def operator() -> str:
    return f"命令行（{login()}）"
