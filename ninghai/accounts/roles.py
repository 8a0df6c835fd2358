"""In which role a person acts."""

from ninghai.models import Role, User

OFFICE_ROLES = frozenset({Role.OFFICE, Role.SIGNER})
ADMINISTRATORS = frozenset({Role.SYSTEM, Role.SECURITY, Role.AUDITOR})


def acts_as(user: User, *roles: Role) -> bool:
    """Whether the person acts in one of these roles now."""
    return user.is_active and user.acting is not None and user.acting.role in roles
