"""User-private groups: a group in which there is one user.

Distributions with a group of the same name for each user use umask 002, so that a home folder and ~/.cache are
writable by that group.
"""

from __future__ import annotations

import grp
import os
import pwd
from functools import cache


def is_private_group(gid: int) -> bool:
    """Return whether the group is the primary group of this user and of no other user.

    Its name is the user's or its number the user's; a user whom no database knows (containers) has a group of
    the same number.  Root has none: other users of the system belong to group 0.
    """
    return _is_private(gid, os.geteuid(), os.getegid())


@cache
def _is_private(gid: int, uid: int, process_gid: int) -> bool:
    user, group = _user(uid), _group(gid)
    primary = process_gid if user is None else user.pw_gid
    if uid == 0 or gid != primary:
        return False
    name = "" if user is None else user.pw_name
    if group is not None and set(group.gr_mem) - {name}:
        return False
    has_name = user is not None and group is not None and group.gr_name == name
    if gid != uid and not has_name:
        return False
    return not any(e.pw_gid == gid and e.pw_uid != uid for e in pwd.getpwall())


def _user(uid: int) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        return None


def _group(gid: int) -> grp.struct_group | None:
    try:
        return grp.getgrgid(gid)
    except KeyError:
        return None
